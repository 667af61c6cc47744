import { GitHubNotifier, type GitHubNotifierOptions } from '@tocsin/github';
import type { Alert, Delivery, Json } from '@tocsin/decision';
import { expect } from 'chai';
import { type EmulatedIssue, type Emulator, startEmulator } from '../../../../test/services/emulator.js';
import { sampleAlert, sampleEvent, sampleRecord } from '../../../../test/services/sample-event.js';
import { failureOf } from './failure-of.js';

const signal = new AbortController().signal;

describe('the life of an issue', () => {
  let emulator: Emulator;
  let repository: string;
  before(async () => {
    emulator = await startEmulator();
  });
  after(() => emulator.stop());
  beforeEach(async () => {
    repository = await emulator.createRepository();
  });

  function notifier(options: Partial<GitHubNotifierOptions> = {}): GitHubNotifier {
    return new GitHubNotifier({
      token: emulator.githubToken,
      repository,
      baseUrl: emulator.githubUrl,
      ...options,
    });
  }
  function patch(number: number, change: object): Promise<unknown> {
    return emulator.github('PATCH', `/repos/${repository}/issues/${number}`, change);
  }
  async function only(): Promise<EmulatedIssue> {
    const issues = await emulator.issues(repository);
    expect(issues).to.have.length(1);
    return issues[0]!;
  }
  /** The next alert about the same error, with what the store keeps of the delivery before. */
  function next(delivery: Delivery, changes: Partial<Alert> = {}, occurrences = 10): Alert {
    const refs: Json = delivery.refs ?? null;
    const record = sampleRecord({ refs: { github: refs }, occurrences, alertCount: 2 });
    return sampleAlert({ reason: 'count', record, ...changes });
  }
  /** A sighting that is younger than anything that was done to an issue. */
  const young = () => sampleEvent({ timestamp: Date.now() + 60_000 });

  it('makes an issue that says what happened, where, how often and under which labels', async () => {
    const delivery = await notifier({ extraLabels: ['team:payments'] }).notify(sampleAlert(), { signal });
    const issue = await only();
    expect(delivery).to.deep.equal({
      refs: { repository, number: 1 },
      link: issue.html_url,
      tracker: { state: 'open' },
    });
    expect(issue.title).to.equal(
      '[checkout] PaymentError: Charge of order 4711 failed (connect ECONNREFUSED 10.0.3.7:5432)',
    );
    expect(issue.labels.map(({ name }) => name)).to.have.members([
      'tocsin',
      'service:checkout',
      'env:production',
      'error:PaymentError',
      'component:src.integrations.zoho.client',
      'integration:zoho',
      'priority:high',
      'team:payments',
    ]);
    for (const part of [
      'Charge failed\nPaymentError: Charge of order 4711 failed',
      'at `src/integrations/zoho/client.ts:145:11` in `ZohoClient.request`',
      '| First seen | 2024-01-28 12:00:00 UTC |',
      '| Occurrences | 1 |',
      '| Last alert because | it was new |',
      '| `order` | `{"id":4711,"total":"99.90 EUR"}` |',
      '> 145 |       throw new PaymentError(',
      '    at Engine.charge (/srv/checkout/src/billing/engine.ts:89:5)',
      'Caused by: Error: connect ECONNREFUSED 10.0.3.7:5432',
      '"orderId": 4711',
      'warn: charge is slow {"ms":1300}',
    ]) {
      expect(issue.body).to.include(part);
    }
  });

  it('edits nothing but the counters of an issue that people have written into', async () => {
    const github = notifier();
    const first = await github.notify(sampleAlert(), { signal });
    const { body } = await only();
    const written = `Looked into by Ann.\n\n${body!.replace('### Traceback', '### Trace')}\n\nSee the runbook.`;
    await patch(1, { body: written });
    await github.notify(next(first, { reason: 'cooldown' }, 1_234), { signal });
    await github.update(next(first, {}, 2_345), { signal });
    const after = (await only()).body!;
    expect(after).to.include('| Occurrences | 2,345 |').and.include('because | it still happened when');
    const bare = (text: string) => text.replace(/<!-- tocsin:counters -->[^]*<!-- \/tocsin:counters -->/, '');
    expect(bare(after)).to.equal(bare(written));
  });

  it('knows its counters and its marker again after an edit in the browser, which ends lines with CRLF', async () => {
    const github = notifier();
    const first = await github.notify(sampleAlert(), { signal });
    await patch(1, { body: (await only()).body!.replaceAll('\n', '\r\n') });
    await github.update(next(first, {}, 77), { signal });
    expect((await only()).body)
      .to.include('| Occurrences | 77 |')
      .and.include('because | it was new |');
    expect((await notifier().notify(sampleAlert(), { signal })).refs).to.deep.equal(first.refs);
  });

  it('leaves the body alone when somebody has taken the counters out of it', async () => {
    const github = notifier();
    const first = await github.notify(sampleAlert(), { signal });
    await patch(1, { body: 'All rewritten.' });
    await github.update(next(first), { signal });
    expect((await only()).body).to.equal('All rewritten.');
  });

  it('finds the issue by its marker when nothing was kept of it', async () => {
    await notifier().notify(sampleAlert(), { signal });
    const again = await notifier().notify(sampleAlert({ record: sampleRecord({ occurrences: 7 }) }), {
      signal,
    });
    expect(again.refs).to.deep.equal({ repository, number: 1 });
    expect((await only()).body).to.include('| Occurrences | 7 |');
  });

  it('takes another service, environment or fingerprint for another error', async () => {
    const github = notifier();
    const { key } = sampleRecord();
    for (const other of [{}, { service: 'shop' }, { environment: 'staging' }, { fingerprint: 'v1:00' }]) {
      await github.notify(sampleAlert({ record: sampleRecord({ key: { ...key, ...other } }) }), { signal });
    }
    expect(await emulator.issues(repository)).to.have.length(4);
  });

  it('does not take a marker that was pasted into somebody else’s issue', async () => {
    await notifier().notify(sampleAlert(), { signal });
    const { body } = await only();
    const other = await emulator.createRepository();
    await emulator.github(
      'POST',
      `/repos/${other}/issues`,
      { title: 'mine', body, labels: ['tocsin'] },
      emulator.otherGithubToken,
    );
    const delivery = await notifier({ repository: other }).notify(sampleAlert(), { signal });
    expect(delivery.refs).to.deep.equal({ repository: other, number: 2 });
    expect((await emulator.issues(other))[0]?.body).to.equal(body);
  });

  it('does not take a marker that came with the error', async () => {
    const { body } = await notifier().notify(sampleAlert(), { signal }).then(only);
    const forged = body!.split('\n')[0]!;
    const key = { ...sampleRecord().key, fingerprint: 'v1:other' };
    const alert = sampleAlert({
      record: sampleRecord({ key }),
      event: sampleEvent({ message: forged, context: { forged } }),
    });
    const second = await notifier().notify(alert, { signal });
    await patch(1, { body: 'gone' });
    const third = await notifier().notify(sampleAlert(), { signal });
    expect([second, third].map(({ refs }) => (refs as { number: number }).number)).to.deep.equal([2, 3]);
  });

  it('tells that the issue was closed and makes no new one for a repeat', async () => {
    const github = notifier();
    const first = await github.notify(sampleAlert(), { signal });
    await patch(1, { state: 'closed' });
    const delivery = await github.notify(next(first, { event: young() }), { signal });
    expect(delivery.tracker?.state).to.equal('closed');
    expect(delivery.tracker?.closedAt).to.be.closeTo(Date.now(), 60_000);
    await only();
  });

  it('makes a new issue that links the closed one when the error comes back', async () => {
    const github = notifier();
    const first = await github.notify(sampleAlert(), { signal });
    await patch(1, { state: 'closed' });
    const back = next(first, { reason: 'regression', event: young() });
    const delivery = await github.notify(back, { signal });
    expect(delivery.refs).to.deep.equal({ repository, number: 2 });
    expect(delivery.tracker).to.deep.equal({ state: 'open' });
    const [old, fresh] = await emulator.issues(repository);
    expect(fresh?.body).to.include('it was closed in #1.');
    expect(old?.state).to.equal('closed');
    // Told again, by a process that does not know that it was made.
    const again = await notifier().notify(back, { signal });
    expect(again.refs).to.deep.equal({ repository, number: 2 });
    expect(await emulator.issues(repository)).to.have.length(2);
  });

  it('follows each closed issue by the next', async () => {
    const github = notifier();
    let delivery = await github.notify(sampleAlert(), { signal });
    for (const number of [1, 2, 3]) {
      await patch(number, { state: 'closed' });
      delivery = await github.notify(next(delivery, { reason: 'regression', event: young() }), { signal });
    }
    const issues = await emulator.issues(repository);
    expect(issues.map(({ state }) => state)).to.deep.equal(['closed', 'closed', 'closed', 'open']);
    expect(issues[3]?.body).to.include('it was closed in #3.');
  });

  it('reopens the closed issue with the label regression when it is told to', async () => {
    const github = notifier({ onClosed: 'reopen' });
    const first = await github.notify(sampleAlert(), { signal });
    await patch(1, { state: 'closed' });
    const delivery = await github.notify(next(first, { reason: 'regression' }, 55), { signal });
    expect(delivery.tracker).to.deep.equal({ state: 'open' });
    const issue = await only();
    expect(issue.state).to.equal('open');
    expect(issue.body).to.include('| Occurrences | 55 |');
    const labels = issue.labels.map(({ name }) => name);
    expect(labels).to.include.members(['regression', 'tocsin', 'service:checkout']);
  });

  it('makes a new issue for a closed one that the store does not know, if the error is younger', async () => {
    await notifier().notify(sampleAlert(), { signal });
    await patch(1, { state: 'closed' });
    // Decided before the issue was closed.
    const old = await notifier().notify(sampleAlert(), { signal });
    expect(old.tracker?.state).to.equal('closed');
    const delivery = await notifier().notify(sampleAlert({ event: young() }), { signal });
    expect(delivery.refs).to.deep.equal({ repository, number: 2 });
  });

  for (const [how, change] of [
    ['closed as not planned', { state: 'closed', state_reason: 'not_planned' }],
    ['labelled wontfix', { labels: ['tocsin', 'wontfix'] }],
    ['labelled wontfix and closed', { state: 'closed', labels: ['tocsin', 'wontfix'] }],
  ] as const) {
    it(`is ignored once it is ${how}`, async () => {
      const github = notifier();
      const first = await github.notify(sampleAlert(), { signal });
      await patch(1, change);
      const { body } = await only();
      for (const reason of ['first', 'cooldown', 'count', 'regression'] as const) {
        const delivery = await github.notify(next(first, { reason, event: young() }), { signal });
        expect(delivery.tracker?.state).to.equal('ignored');
      }
      const unknown = await notifier().notify(sampleAlert({ event: young() }), { signal });
      expect(unknown.tracker?.state).to.equal('ignored');
      expect((await github.check(first.refs!, { signal })).state).to.equal('ignored');
      expect((await only()).body).to.equal(body);
    });
  }

  it('is made anew when it was deleted', async () => {
    const github = notifier();
    const gone = next({ refs: { repository, number: 99 } });
    expect(await github.update(gone, { signal })).to.deep.equal({ tracker: { state: 'closed' } });
    expect(await github.check({ repository, number: 99 }, { signal })).to.deep.equal({ state: 'closed' });
    expect((await github.notify(gone, { signal })).refs).to.deep.equal({ repository, number: 1 });
  });

  it('closes the younger of two that were made for the same, with a link to the older', async () => {
    const github = notifier();
    await github.notify(sampleAlert(), { signal });
    const { body } = await only();
    await emulator.github('POST', `/repos/${repository}/issues`, {
      title: 'twice',
      body,
      labels: ['tocsin'],
    });
    const fresh = notifier();
    const delivery = await fresh.notify(sampleAlert(), { signal });
    expect(delivery.refs).to.deep.equal({ repository, number: 1 });
    const [older, younger] = await emulator.issues(repository);
    expect(older?.state).to.equal('open');
    expect(younger?.state).to.equal('closed');
    expect(younger?.body).to.include('Duplicate of #1');
    // Whoever was told of the younger one is led to the older.
    const led = await fresh.notify(next({ refs: { repository, number: 2 } }), { signal });
    expect(led.refs).to.deep.equal({ repository, number: 1 });
    expect(led.tracker).to.deep.equal({ state: 'open' });
  });

  it('does not write an older count over a newer one', async () => {
    const github = notifier();
    const first = await github.notify(sampleAlert(), { signal });
    await github.update(next(first, {}, 500), { signal });
    await github.update(next(first, {}, 499), { signal });
    expect((await only()).body).to.include('| Occurrences | 500 |');
    // A store that was emptied counts from the start.
    const record = sampleRecord({ firstSeen: Date.now(), refs: { github: first.refs! } });
    await github.update(sampleAlert({ record }), { signal });
    expect((await only()).body).to.include('| Occurrences | 1 |');
  });

  it('closes one of two that processes made while the store was down', async () => {
    const github = notifier();
    const first = await github.notify(sampleAlert({ degraded: true }), { signal });
    const { body } = await only();
    await emulator.github('POST', `/repos/${repository}/issues`, {
      title: 'other',
      body,
      labels: ['tocsin'],
    });
    await github.update(next(first), { signal });
    const issues = await emulator.issues(repository);
    expect(issues.map(({ state }) => state)).to.deep.equal(['open', 'closed']);
  });

  it('keeps an issue that is open although the store says that the error was resolved', async () => {
    const github = notifier();
    const first = await github.notify(sampleAlert(), { signal });
    const delivery = await github.notify(next(first, { reason: 'regression', event: young() }), { signal });
    expect(delivery).to.deep.equal(first);
    expect((await only()).body).to.include('| Last alert because | it came back');
  });

  it('says that issues were switched off later, and makes none', async () => {
    const github = notifier();
    const first = await github.notify(sampleAlert(), { signal });
    await emulator.github('PATCH', `/repos/${repository}`, { has_issues: false });
    const failure = await failureOf(github.notify(next(first), { signal }));
    expect(failure).to.include({ code: 'TOCSIN_NOTIFY_REJECTED', retryable: false });
    expect(failure.userMessage).to.include('switched off');
  });

  it('does not count with one process’s own numbers while the store is down', async () => {
    const github = notifier();
    const first = await github.notify(sampleAlert(), { signal });
    await github.update(next(first, {}, 500), { signal });
    const record = sampleRecord({ firstSeen: Date.now() });
    await github.notify(sampleAlert({ degraded: true, record }), { signal });
    expect((await only()).body).to.include('| Occurrences | 500 |');
  });

  it('makes no issue for a digest', async () => {
    const digest = sampleAlert({ kind: 'digest', reason: 'digest' });
    expect(await notifier().notify(digest, { signal })).to.deep.equal({});
    expect(await notifier().update(digest, { signal })).to.deep.equal({});
    expect(await emulator.issues(repository)).to.deep.equal([]);
  });

  it('refuses further new issues of a day, whoever made the earlier ones, and still edits', async () => {
    const { key } = sampleRecord();
    const about = (fingerprint: string) =>
      sampleAlert({ record: sampleRecord({ key: { ...key, fingerprint } }) });
    const github = notifier({ maxNewPerDay: 2 });
    const first = await github.notify(about('v1:1'), { signal });
    await notifier().notify(about('v1:2'), { signal });
    const failure = await failureOf(github.notify(about('v1:3'), { signal }));
    expect(failure).to.include({ code: 'TOCSIN_NOTIFY_REJECTED', retryable: false, ambiguous: false });
    expect(failure.userMessage).to.include('maxNewPerDay');
    expect(await emulator.issues(repository)).to.have.length(2);
    expect((await github.notify(next(first), { signal })).refs).to.deep.equal(first.refs);
  });

  it('makes no more than a day’s issues when many alerts come at once', async () => {
    const github = notifier({ maxNewPerDay: 3 });
    const { key } = sampleRecord();
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        github.notify(
          sampleAlert({ record: sampleRecord({ key: { ...key, fingerprint: `v1:${index}` } }) }),
          {
            signal,
          },
        ),
      ),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).to.have.length(3);
    expect(await emulator.issues(repository)).to.have.length(3);
  });

  it('refuses a public repository unless it is allowed', async () => {
    const open = await emulator.createRepository({ public: true });
    const failure = await failureOf(notifier({ repository: open }).notify(sampleAlert(), { signal }));
    expect(failure).to.include({ code: 'TOCSIN_NOTIFY_REJECTED', retryable: false });
    expect(failure.userMessage).to.include('allowPublic: true');
    expect(await emulator.issues(open)).to.deep.equal([]);
    await notifier({ repository: open, allowPublic: true }).notify(sampleAlert(), { signal });
    expect(await emulator.issues(open)).to.have.length(1);
  });

  it('does not touch an issue of another repository to which the refs belong', async () => {
    await notifier().notify(sampleAlert(), { signal });
    const other = await emulator.createRepository();
    await emulator.github('POST', `/repos/${other}/issues`, { title: 'not ours' });
    const delivery = await notifier({ repository: other }).notify(next({ refs: { repository, number: 1 } }), {
      signal,
    });
    expect(delivery.refs).to.deep.equal({ repository: other, number: 2 });
  });

  for (const refs of [
    null,
    'x',
    [],
    {},
    { number: 1 },
    { repository: 7, number: 1 },
    { number: -1 },
  ] as Json[]) {
    it(`takes no harm from refs that are ${JSON.stringify(refs)}`, async () => {
      const github = notifier();
      expect(await github.update(next({ refs }), { signal })).to.deep.equal({});
      expect(await failureOf(github.check(refs, { signal }))).to.include({ code: 'TOCSIN_NOTIFY_REJECTED' });
      expect((await github.notify(next({ refs }), { signal })).refs).to.deep.equal({ repository, number: 1 });
    });
  }

  describe('verify', () => {
    it('is content with a private repository and makes no issue', async () => {
      await notifier().verify({ signal });
      expect(await emulator.issues(repository)).to.deep.equal([]);
    });

    it('says in plain words what is wrong', async () => {
      const open = await emulator.createRepository({ public: true });
      const closed = await emulator.createRepository();
      await emulator.github('PATCH', `/repos/${closed}`, { has_issues: false });
      for (const [options, words] of [
        [{ repository: 'acme/nowhere' }, 'does not exist'],
        [{ repository: open }, 'is public'],
        [{ repository: closed }, 'switched off'],
      ] as const) {
        const failure = await failureOf(notifier(options).verify({ signal }));
        expect(failure).to.include({ code: 'TOCSIN_NOTIFY_REJECTED', retryable: false });
        expect(failure.userMessage).to.include(words);
      }
    });
  });
});
