import { GitHubNotifier, type GitHubNotifierOptions } from '@tocsin/github';
import type { Delivery } from '@tocsin/decision';
import { expect } from 'chai';
import sinon from 'sinon';
import { type Emulator, startEmulator } from '../../../../test/services/emulator.js';
import {
  type Fault,
  type FaultProxy,
  type SeenRequest,
  type StandInAnswer,
  startFaultProxy,
} from '../../../../test/services/fault-proxy.js';
import { sampleAlert, sampleRecord } from '../../../../test/services/sample-event.js';
import { failureOf } from './failure-of.js';

const signal = new AbortController().signal;
const isCreate = ({ method, path }: SeenRequest) => method === 'POST' && path.endsWith('/issues');
const isList = ({ method, path }: SeenRequest) => method === 'GET' && path.includes('/issues?');
const isWrite = ({ method }: SeenRequest) => method !== 'GET';
const numberOf = ({ refs }: Delivery) => (refs as { number: number }).number;

describe('GitHub’s failures', () => {
  let emulator: Emulator;
  let proxy: FaultProxy;
  let repository: string;
  before(async () => {
    emulator = await startEmulator();
    proxy = await startFaultProxy(emulator.githubUrl);
  });
  after(async () => {
    await proxy.stop();
    await emulator.stop();
  });
  beforeEach(async () => {
    repository = await emulator.createRepository();
    await proxy.listen();
    proxy.setFault(() => 'pass');
    proxy.requests.length = 0;
  });

  function notifier(options: Partial<GitHubNotifierOptions> = {}): GitHubNotifier {
    return new GitHubNotifier({ token: emulator.githubToken, repository, baseUrl: proxy.url, ...options });
  }
  /** The fault for the first request that `when` holds for; the others pass. */
  function once(when: (request: SeenRequest) => boolean, fault: Fault): void {
    let done = false;
    proxy.setFault((request) => {
      if (done || !when(request)) return 'pass';
      done = true;
      return fault;
    });
  }

  describe('after a create whose outcome is not known', () => {
    const lost: readonly (readonly [string, Fault])[] = [
      ['is answered 502', { passThenAnswer: { status: 502 } }],
      ['loses its connection', 'pass, then reset'],
      ['is not answered in time', 'pass, then hang'],
    ];
    for (const [how, fault] of lost) {
      it(`makes no second issue when the first create ${how}`, async () => {
        const github = notifier();
        await github.verify({ signal });
        once((request) => isCreate(request) && request.body.includes('PaymentError'), fault);
        const failure = await failureOf(github.notify(sampleAlert(), { signal: AbortSignal.timeout(700) }));
        expect(failure).to.include({ retryable: true, ambiguous: true });
        const delivery = await github.notify(sampleAlert({ possibleRepeat: true }), { signal });
        expect(numberOf(delivery)).to.equal(1);
        expect(await emulator.issues(repository)).to.have.length(1);
      });
    }

    it('makes no second issue from another process either', async () => {
      once(isCreate, { passThenAnswer: { status: 500 } });
      await failureOf(notifier().notify(sampleAlert(), { signal }));
      expect(numberOf(await notifier().notify(sampleAlert(), { signal }))).to.equal(1);
      expect(await emulator.issues(repository)).to.have.length(1);
    });

    for (const call of ['notify', 'update'] as const) {
      it(`closes the second one at the next ${call} when the list was behind at the time`, async () => {
        const github = notifier();
        once(isCreate, { passThenAnswer: { status: 502 } });
        await failureOf(github.notify(sampleAlert(), { signal }));
        once(isList, { answer: { status: 200, body: [] } });
        const delivery = await github.notify(sampleAlert({ possibleRepeat: true }), { signal });
        expect(numberOf(delivery)).to.equal(2);
        const alert = sampleAlert({
          record: sampleRecord({ refs: { github: delivery.refs! }, occurrences: 9 }),
        });
        const updated = await github[call](alert, { signal });
        expect(numberOf(updated)).to.equal(1);
        expect(updated.tracker).to.deep.equal({ state: 'open' });
        const [older, younger] = await emulator.issues(repository);
        expect(older?.body).to.include('| Occurrences | 9 |');
        expect(younger?.state).to.equal('closed');
        expect(younger?.body).to.include('Duplicate of #1');
      });
    }

    it('takes an unreadable answer to a successful create for a success', async () => {
      for (const headers of [{}, { 'content-type': 'application/json' }, { 'content-type': ';;;' }]) {
        repository = await emulator.createRepository();
        once(isCreate, { passThenAnswer: { status: 201, headers, body: '<html>' } });
        expect(numberOf(await notifier().notify(sampleAlert(), { signal }))).to.equal(1);
        expect(await emulator.issues(repository)).to.have.length(1);
      }
    });

    for (const [how, send] of [
      ['followed as a GET', fetch],
      ['not followed', undefined],
    ] as const) {
      it(`does not take a redirect that was ${how} for a write that was done`, async () => {
        const location = `${proxy.url}/repos/${repository}/issues`;
        const redirect: Fault = { answer: { status: 301, headers: { location } } };
        const github = notifier({ fetch: send });
        once(isCreate, redirect);
        const failure = await failureOf(github.notify(sampleAlert(), { signal }));
        expect(failure).to.include({ retryable: true, ambiguous: send !== undefined });
        const { refs } = await github.notify(sampleAlert(), { signal });
        expect(await emulator.issues(repository)).to.have.length(1);

        // A method other than POST goes on as it is, if it goes on.
        if (send !== undefined) return;
        const alert = sampleAlert({ record: sampleRecord({ refs: { github: refs! }, occurrences: 3 }) });
        once(isWrite, redirect);
        expect(await failureOf(github.update(alert, { signal }))).to.include({
          retryable: true,
          ambiguous: false,
        });
        proxy.requests.length = 0;
        await github.update(alert, { signal });
        expect(proxy.requests[0]?.path).to.equal(`/repos/${repository}`);
        expect((await emulator.issues(repository))[0]?.body).to.include('| Occurrences | 3 |');
      });
    }

    it('labels and reopens at the next try what it could only label at the first', async () => {
      const github = notifier({ onClosed: 'reopen' });
      const { refs } = await github.notify(sampleAlert(), { signal });
      await emulator.github('PATCH', `/repos/${repository}/issues/1`, { state: 'closed' });
      const back = sampleAlert({ reason: 'regression', record: sampleRecord({ refs: { github: refs! } }) });
      once(({ method }) => method === 'PATCH', { answer: { status: 502 } });
      expect(await failureOf(github.notify(back, { signal }))).to.include({ retryable: true });
      expect((await github.notify(back, { signal })).tracker).to.deep.equal({ state: 'open' });
      const [issue] = await emulator.issues(repository);
      expect(issue?.labels.map(({ name }) => name)).to.include('regression');
    });
  });

  describe('before anything was made', () => {
    it('is not ambiguous when nobody listens', async () => {
      await proxy.refuse();
      const failure = await failureOf(notifier().notify(sampleAlert(), { signal }));
      expect(failure).to.include({ code: 'TOCSIN_NOTIFY_UNREACHABLE', retryable: true, ambiguous: false });
    });

    it('is not ambiguous when looking fails', async () => {
      for (const fault of [
        { answer: { status: 503 } },
        'reset',
        { answer: { status: 200, body: 'x' } },
      ] as Fault[]) {
        once(isList, fault);
        const failure = await failureOf(notifier().notify(sampleAlert(), { signal }));
        expect(failure).to.include({ retryable: true, ambiguous: false });
      }
      expect(proxy.requests.filter(isWrite)).to.deep.equal([]);
    });

    it('ends at once when it is called off, at whatever request', async () => {
      for (const path of [/\/repos\/[^/]+\/[^/]+$/, /\/user$/, /\/issues\?/, /\/issues$/]) {
        const controller = new AbortController();
        proxy.setFault((request) => {
          if (!path.test(request.path)) return 'pass';
          setImmediate(() => controller.abort());
          return 'hang';
        });
        const failure = await failureOf(notifier().notify(sampleAlert(), { signal: controller.signal }));
        expect(failure).to.include({ code: 'TOCSIN_NOTIFY_TIMEOUT', retryable: true });
      }
      expect(await failureOf(notifier().notify(sampleAlert(), { signal: AbortSignal.abort() }))).to.include({
        retryable: true,
      });
    });
  });

  describe('answers', () => {
    const inAnHour = Math.ceil(Date.now() / 1000) + 3_600;
    const limits: readonly (readonly [string, StandInAnswer, number, number])[] = [
      ['429 with seconds', { status: 429, headers: { 'retry-after': '7' } }, 7_000, 7_000],
      [
        '429 with a date',
        { status: 429, headers: { 'retry-after': new Date(Date.now() + 600_000).toUTCString() } },
        500_000,
        600_000,
      ],
      [
        '403 with nothing left until a reset',
        { status: 403, headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(inAnHour) } },
        3_500_000,
        3_602_000,
      ],
      ['403 for a secondary limit', { status: 403, headers: { 'retry-after': '30' } }, 30_000, 30_000],
      [
        '403 for a secondary limit without a header',
        { status: 403, body: { message: 'You have exceeded a secondary rate limit. Please wait.' } },
        60_000,
        60_000,
      ],
    ];
    for (const [name, answer, least, most] of limits) {
      it(`waits as long as told by ${name}`, async () => {
        once(isCreate, { answer });
        const failure = await failureOf(notifier().notify(sampleAlert(), { signal }));
        expect(failure).to.include({ code: 'TOCSIN_NOTIFY_LIMITED', retryable: true, ambiguous: false });
        expect(failure.retryAfterMs).to.be.within(least, most);
      });
    }

    const refusals: readonly (readonly [StandInAnswer, string])[] = [
      [{ status: 401, body: { message: 'Bad credentials' } }, 'does not accept the token'],
      [{ status: 403, body: { message: 'Resource not accessible' } }, 'Issues: read and write'],
      [{ status: 404, body: { message: 'Not Found' } }, 'the token cannot see it'],
      [{ status: 410, body: { message: 'Issues are disabled for this repo' } }, 'Issues are switched off'],
      [
        {
          status: 422,
          body: {
            message: 'Validation Failed',
            errors: [{ resource: 'Issue', field: 'title', code: 'custom', message: 'title is too long' }],
          },
        },
        'Validation Failed: title is too long',
      ],
      [{ status: 451 }, 'status 451'],
    ];
    for (const [answer, words] of refusals) {
      it(`says what ${answer.status} means, once and for all`, async () => {
        once(isCreate, { answer });
        const failure = await failureOf(notifier().notify(sampleAlert(), { signal }));
        expect(failure).to.include({ code: 'TOCSIN_NOTIFY_REJECTED', retryable: false, ambiguous: false });
        expect(failure.userMessage).to.include(words);
      });
    }

    it('never carry the token or a header into an error', async () => {
      const token = emulator.githubToken;
      const echo = { message: `no ${token}`, errors: [{ message: token }, token], token };
      for (const status of [401, 403, 404, 422, 500, 503]) {
        once(isCreate, { answer: { status, headers: { 'x-echo': token }, body: echo } });
        const failure = await failureOf(notifier().notify(sampleAlert(), { signal }));
        const everything = JSON.stringify([failure, failure.message, failure.stack, failure.userMessage]);
        expect(everything).not.to.include(token);
        expect(failure.cause).to.equal(undefined);
      }
    });

    it('leave nothing in the application’s output', async () => {
      const names = ['log', 'info', 'warn', 'error', 'debug'] as const;
      const spies = names.map((name) => sinon.spy(console, name));
      try {
        proxy.setFault((request) =>
          isCreate(request)
            ? { answer: { status: 500 } }
            : isList(request)
              ? { passThenAnswer: { status: 200, headers: { deprecation: 'true' }, body: [] } }
              : 'pass',
        );
        await failureOf(notifier().notify(sampleAlert(), { signal }));
      } finally {
        for (const spy of spies) spy.restore();
      }
      expect(spies.map(({ callCount }) => callCount)).to.deep.equal([0, 0, 0, 0, 0]);
    });
  });

  it('asks for a list by label and author, never searches, and creates once', async () => {
    await notifier().notify(sampleAlert(), { signal });
    const asked = proxy.requests.map(({ method, path }) => `${method} ${path}`);
    expect(asked).to.deep.equal([
      `GET /repos/${repository}`,
      'GET /user',
      `GET /repos/${repository}/issues?creator=tocsin-bot&labels=tocsin&state=all&sort=created&direction=desc&per_page=100&page=1`,
      `POST /repos/${repository}/issues`,
    ]);
  });

  it('asks for repository and login only once', async () => {
    const github = notifier();
    const delivery = await github.notify(sampleAlert(), { signal });
    proxy.requests.length = 0;
    const record = sampleRecord({ refs: { github: delivery.refs! }, occurrences: 3 });
    await github.update(sampleAlert({ record }), { signal });
    await github.update(sampleAlert({ record }), { signal });
    expect(proxy.requests.map(({ method }) => method)).to.deep.equal(['GET', 'PATCH', 'GET']);
    expect(Object.keys(JSON.parse(proxy.requests[1]!.body) as object)).to.deep.equal(['body']);
  });

  it('finds an issue on a later page', async () => {
    await notifier().notify(sampleAlert(), { signal });
    for (let index = 0; index < 104; index += 1) {
      await emulator.github('POST', `/repos/${repository}/issues`, { title: `${index}`, labels: ['tocsin'] });
    }
    expect(numberOf(await notifier().notify(sampleAlert(), { signal }))).to.equal(1);
  });

  it('does not take somebody else’s issue even if the list has it', async () => {
    await notifier().notify(sampleAlert(), { signal });
    const [issue] = await emulator.issues(repository);
    once(isList, {
      answer: {
        status: 200,
        body: [{ ...issue, user: { login: 'mallory' } }, { ...issue, pull_request: {} }, null],
      },
    });
    expect(numberOf(await notifier().notify(sampleAlert(), { signal }))).to.equal(2);
  });

  it('works without labels where the token may set none', async () => {
    const facts = { full_name: repository, private: true, has_issues: true, permissions: { pull: true } };
    const answer = { status: 200, body: facts };
    proxy.setFault(({ path }) => (path === `/repos/${repository}` ? { answer } : 'pass'));
    await notifier().notify(sampleAlert(), { signal });
    expect(numberOf(await notifier().notify(sampleAlert(), { signal }))).to.equal(1);
    const [issue] = await emulator.issues(repository);
    expect(issue?.labels).to.deep.equal([]);
    expect((await failureOf(notifier().verify({ signal }))).userMessage).to.include('role Triage');
  });

  it('goes where a renamed repository is now', async () => {
    const moved = { full_name: repository, private: true };
    proxy.setFault(({ path }) =>
      path === '/repos/acme/former' ? { answer: { status: 200, body: moved } } : 'pass',
    );
    const delivery = await notifier({ repository: 'acme/former' }).notify(sampleAlert(), { signal });
    expect(delivery.refs).to.deep.equal({ repository, number: 1 });
  });

  it('leaves an issue alone that was moved to another repository, and tells its state', async () => {
    const other = await emulator.createRepository();
    const body = '<!-- tocsin:counters -->\n<!-- /tocsin:counters -->';
    await emulator.github('POST', `/repos/${other}/issues`, { title: 'moved', body });
    const location = `${proxy.url}/repos/${other}/issues/1`;
    proxy.setFault(({ path }) =>
      path === `/repos/${repository}/issues/1` ? { answer: { status: 301, headers: { location } } } : 'pass',
    );
    const record = sampleRecord({ refs: { github: { repository, number: 1 } } });
    const delivery = await notifier().update(sampleAlert({ record }), { signal });
    expect(delivery.tracker).to.deep.equal({ state: 'open' });
    expect(delivery.link).to.include(other);
    expect(proxy.requests.filter(isWrite)).to.deep.equal([]);
  });

  describe('with the token of an app', () => {
    const forbidden = {
      answer: { status: 403, body: { message: 'Resource not accessible by integration' } },
    };

    it('learns its login by GraphQL', async () => {
      const viewer = { answer: { status: 200, body: { data: { viewer: { login: 'tocsin-bot' } } } } };
      proxy.setFault(({ path }) => (path === '/user' ? forbidden : path === '/graphql' ? viewer : 'pass'));
      await notifier().notify(sampleAlert(), { signal });
      expect(numberOf(await notifier().notify(sampleAlert(), { signal }))).to.equal(1);
    });

    it('makes no issue where it cannot learn its login', async () => {
      for (const answer of [
        { status: 404 },
        { status: 200, body: { errors: [{ message: 'no' }] } },
        { status: 200, body: { data: {} } },
      ]) {
        proxy.setFault(({ path }) =>
          path === '/user' ? forbidden : path === '/graphql' ? { answer } : 'pass',
        );
        const failure = await failureOf(notifier().notify(sampleAlert(), { signal }));
        expect(failure).to.include({ code: 'TOCSIN_NOTIFY_REJECTED', retryable: false });
        expect(failure.userMessage).to.include('under which name');
      }
      expect(await emulator.issues(repository)).to.deep.equal([]);
    });
  });

  it('works with GitHub Enterprise Server, whose API is not at the root', async () => {
    const enterprise = await startFaultProxy(emulator.githubUrl, '/api/v3');
    try {
      const github = notifier({ baseUrl: `${enterprise.url}/api/v3/` });
      await github.verify({ signal });
      expect(numberOf(await github.notify(sampleAlert(), { signal }))).to.equal(1);
      expect(enterprise.requests.every(({ path }) => path.startsWith('/api/v3/'))).to.equal(true);
      enterprise.setFault(({ path }) =>
        path === '/api/v3/user'
          ? { answer: { status: 403 } }
          : path === '/api/graphql'
            ? { answer: { status: 200, body: { data: { viewer: { login: 'tocsin-bot' } } } } }
            : 'pass',
      );
      await notifier({ baseUrl: `${enterprise.url}/api/v3` }).verify({ signal });
    } finally {
      await enterprise.stop();
    }
  });

  it('says by verify that a token may not make issues', async () => {
    once(isCreate, { answer: { status: 403, body: { message: 'Resource not accessible by token' } } });
    const failure = await failureOf(notifier().verify({ signal }));
    expect(failure.userMessage).to.include('Issues: read and write');
  });
});
