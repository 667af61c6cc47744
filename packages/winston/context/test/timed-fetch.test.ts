import { type TimedFetchOptions, timedFetch } from '@tocsin/context';
import { expect } from 'chai';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import * as sinon from 'sinon';
import { recordingLogger, throwingLogger } from './recording-logger.js';

describe('timedFetch', () => {
  let server: Server;
  let host: string;
  let base: string;
  const received: { method: string; url: string; body: string }[] = [];

  before(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
      request.on('end', () => {
        const { method = '', url = '' } = request;
        received.push({ method, url, body });
        if (url.startsWith('/moved')) {
          response.writeHead(302, { location: '/found?token=abcdefgh' }).end();
          return;
        }
        response.writeHead(url.startsWith('/missing') ? 404 : 200, {
          'content-type': 'text/plain',
          'set-cookie': 'sid=abcdefgh',
          'x-quota': '17',
        });
        response.write('first ');
        if (url.startsWith('/slow-body')) setTimeout(() => response.end('last'), 300);
        else response.end('last');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    base = `http://${host}`;
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  afterEach(() => sinon.restore());

  /** The one line of one request. */
  async function lineOf(
    options: TimedFetchOptions,
    ...request: Parameters<typeof fetch>
  ): Promise<Record<string, unknown>> {
    const { logger, lines } = recordingLogger();
    const response = await timedFetch(logger, fetch, { thresholdMs: 0, ...options })(...request);
    expect(response.bodyUsed).to.equal(false);
    expect(await response.text()).to.equal('first last');
    expect(lines).to.have.length(1);
    return lines[0]!;
  }

  it('tells method, URL, status and time, and no more', async () => {
    const line = await lineOf({}, `${base}/users?page=2`, {
      headers: { authorization: 'Bearer abcdefgh12' },
    });
    const { message, durationMs, ...rest } = line;
    expect(rest).to.deep.equal({
      level: 'info',
      function: 'fetch',
      method: 'GET',
      url: `${base}/users?page=2`,
      status: 200,
    });
    expect(message).to.match(new RegExp(`^Slow request \\(\\d\\.\\d\\d s\\): GET ${host}$`));
    expect(durationMs).to.be.a('number').greaterThan(0);
  });

  it('logs a request that takes 1,000 ms, and none that takes less', async () => {
    const { logger, lines } = recordingLogger();
    const clock = sinon.useFakeTimers({ toFake: ['performance'] });
    const take = timedFetch(logger, (_url: string, ms: number) => {
      clock.tick(ms);
      return Promise.resolve({ status: 204 });
    });
    await take(base, 999);
    expect(lines).to.have.length(0);
    await take(base, 1000);
    clock.restore();
    expect(lines[0]).to.include({ durationMs: 1000, status: 204 });
  });

  it('measures until the headers are here, and leaves the body to the caller', async () => {
    const { logger, lines } = recordingLogger();
    const response = await timedFetch(logger, fetch, { thresholdMs: 0 })(`${base}/slow-body`);
    expect(lines).to.have.length(1);
    expect(lines[0]!['durationMs']).to.be.lessThan(250);
    expect(await response.text()).to.equal('first last');
  });

  for (const [kind, inputOf] of Object.entries({
    URL: () => [new URL(`${base}/x`), { method: 'DELETE' }],
    Request: () => [new Request(`${base}/x`, { method: 'DELETE' })],
    'Request and init': () => [new Request(`${base}/x`, { method: 'PUT' }), { method: 'delete' }],
  } as Record<string, () => Parameters<typeof fetch>>)) {
    it(`reads a request that is given as ${kind}`, async () => {
      expect(await lineOf({}, ...inputOf())).to.include({ method: 'DELETE', url: `${base}/x` });
    });
  }

  it('masks sensitive parameters, those that are named too, and drops the fragment', async () => {
    const line = await lineOf(
      { maskParams: ['phone'], sensitiveFields: ['pin'] },
      `${base}/x?access_token=abcdefgh&a%70i_key=k&phone=555&PIN=4711&sig=ab12&q=bob&flag#id_token=abcdefgh`,
    );
    expect(line['url']).to.equal(
      `${base}/x?access_token=[redacted]&a%70i_key=[redacted]&phone=[redacted]&PIN=[redacted]&sig=[redacted]&q=bob&flag`,
    );
    expect(received.at(-1)!.url).to.contain('phone=555');
  });

  it('shows no credentials of a URL, nor of the error that tells of them', async () => {
    const { logger, lines } = recordingLogger();
    const call = timedFetch(logger, fetch, { thresholdMs: 0 });
    const caught = await call(`http://bob:hunter2@${host}/x`).catch((error: unknown) => error);
    // Node refuses such a URL, and says which it was.
    expect(String(caught)).to.contain('hunter2');
    expect(JSON.stringify(lines)).to.contain(`${host}/x`).and.not.contain('hunter2');
    const other = timedFetch(logger, (_url: string) => Promise.resolve({ status: 200 }), { thresholdMs: 0 });
    await other(`http://bob:hunter2@${host}/x`);
    expect(lines[1]).to.include({ url: `${base}/x` });
  });

  it('shows headers only where it is asked to, masked', async () => {
    const line = await lineOf({ includeHeaders: true, maskHeaders: ['X-Tenant'] }, `${base}/x`, {
      headers: { Authorization: 'Bearer abcdefgh12', 'x-tenant': 'acme', accept: 'text/plain' },
    });
    expect(line['requestHeaders']).to.deep.equal({
      Authorization: '[redacted]',
      'x-tenant': '[redacted]',
      accept: 'text/plain',
    });
    expect(line['responseHeaders']).to.include({ 'set-cookie': '[redacted]', 'x-quota': '17' });
  });

  for (const [kind, headers] of Object.entries({
    Headers: new Headers({ 'x-a': '1', cookie: 'sid=abcdefgh' }),
    pairs: [['x-a', '1'], ['cookie', 'sid=abcdefgh']] as [string, string][], // prettier-ignore
  })) {
    it(`reads headers that are given as ${kind}`, async () => {
      const line = await lineOf({ includeHeaders: true }, `${base}/x`, { headers });
      expect(line['requestHeaders']).to.deep.equal({ 'x-a': '1', cookie: '[redacted]' });
      const request = new Request(`${base}/x`, { headers });
      const again = await lineOf({ includeHeaders: true }, request);
      expect(again['requestHeaders']).to.include({ 'x-a': '1', cookie: '[redacted]' });
    });
  }

  it('leaves headers alone that can be read only once', async () => {
    function* pairs(): Generator<[string, string]> {
      yield ['x-a', '1'];
    }
    const { logger, lines } = recordingLogger();
    const headers = pairs();
    const call = timedFetch(logger, (_url: string, _init: object) => Promise.resolve({ status: 200 }), {
      thresholdMs: 0,
      includeHeaders: true,
    });
    await call(base, { headers });
    expect(lines[0]).not.to.have.property('requestHeaders');
    expect([...headers]).to.deep.equal([['x-a', '1']]);
  });

  it('shows the body of a request only where it is asked to and it is text, without secrets', async () => {
    const method = 'POST';
    const json = JSON.stringify({ user: 'bob', password: 'hunter2', phone: '555' });
    const shown = async (body: unknown): Promise<unknown> =>
      (
        await lineOf({ includeBody: true, sensitiveFields: ['phone'] }, `${base}/x`, {
          method,
          body: body as string,
          ...({ duplex: 'half' } as object),
        })
      )['requestBody'];

    expect(await lineOf({}, `${base}/x`, { method, body: json })).not.to.have.property('requestBody');
    expect(await shown(json)).to.deep.equal({ user: 'bob', password: '[redacted]', phone: '[redacted]' });
    expect(await shown(new URLSearchParams({ user: 'bob', password: 'hunter2' }))).to.equal(
      'user=bob&password=[redacted]',
    );
    expect(await shown('{ broken, password=hunter2 }')).to.equal('{ broken, password=[redacted] }');
    expect(await shown('y'.repeat(100_000))).to.have.length.within(4_080, 4_096);
    expect(await shown(Buffer.from('bytes'))).to.equal(undefined);
    expect(await shown(new Blob(['stream']).stream())).to.equal(undefined);
    expect(received.at(-1)!.body).to.equal('stream');
  });

  it('tells of a request that failed, with what it came from, and rejects with the same error', async () => {
    const free = createServer();
    await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));

    const { logger, lines } = recordingLogger();
    const failure = new TypeError('refused by the test');
    let thrown: unknown = failure;
    const call = timedFetch(
      logger,
      async (url: string) => {
        try {
          return await fetch(url);
        } catch (error) {
          thrown = error;
          throw error;
        }
      },
      { thresholdMs: 0, name: 'fetchUser' },
    );
    const caught = await call(`http://127.0.0.1:${port}/x`).catch((error: unknown) => error);
    expect(caught).to.equal(thrown).and.not.equal(failure);
    expect(lines[0]).to.include({ level: 'info', failed: true, function: 'fetchUser', method: 'GET' });
    expect(lines[0]!['reason']).to.equal(`TypeError: fetch failed (connect ECONNREFUSED 127.0.0.1:${port})`);
    expect(lines[0]!['message']).to.match(/^Slow request failed \(\d\.\d\d s\): GET 127\.0\.0\.1:\d+$/);
    expect(lines[0]).not.to.have.property('status');
  });

  it('tells an aborted request as failed', async () => {
    const { logger, lines } = recordingLogger();
    const call = timedFetch(logger, fetch, { thresholdMs: 0 });
    const caught = await call(`${base}/x`, { signal: AbortSignal.abort() }).catch((error: unknown) => error);
    expect((caught as Error).name).to.equal('AbortError');
    expect(lines[0]!['reason']).to.contain('AbortError');
  });

  it('takes the URL of the response for a function with arguments of its own', async () => {
    const { logger, lines } = recordingLogger();
    const getUser = timedFetch(logger, (path: string) => fetch(base + path), {
      thresholdMs: 0,
      name: 'getUser',
    });
    await (await getUser('/moved')).text();
    expect(lines[0]).to.include({ url: `${base}/found?token=[redacted]`, status: 200, function: 'getUser' });
    expect(lines[0]).not.to.have.property('method');
    expect(lines[0]!['message']).to.match(new RegExp(`: ${host}$`));
  });

  it('changes nothing for the caller whatever it is given and whatever the logger does', async () => {
    const { logger, lines } = recordingLogger();
    const hostile = new Proxy({}, { get: () => { throw new Error('closed'); } }); // prettier-ignore
    const answers: unknown[] = [undefined, null, 7, {}, hostile, { status: 200, url: 'about:blank' }];
    for (const answer of answers) {
      const call = timedFetch(logger, () => Promise.resolve({ answer }) as never, {
        thresholdMs: 0,
        includeHeaders: true,
      });
      expect(await (call as () => Promise<unknown>)()).to.deep.equal({ answer });
      const odd = timedFetch(logger, (async (..._values: unknown[]) => {}) as never, {
        thresholdMs: 0,
        includeBody: true,
      });
      expect(await (odd as (value: unknown) => Promise<unknown>)(answer)).to.equal(undefined);
    }
    expect(lines.length).to.be.greaterThan(answers.length);
    const response = await timedFetch(throwingLogger, fetch, { thresholdMs: 0 })(`${base}/missing`);
    expect(response.status).to.equal(404);
    await response.text();
    await pause(1);
  });

  it('refuses wrong options when the function is wrapped', () => {
    const { logger } = recordingLogger();
    const wrap = timedFetch as (...values: unknown[]) => unknown;
    for (const [options, option] of [
      [{ includeHeaders: 1 }, 'includeHeaders'],
      [{ includeBody: 'text' }, 'includeBody'],
      [{ maskHeaders: 'x' }, 'maskHeaders'],
      [{ maskParams: [5] }, 'maskParams'],
      [{ includeArguments: true }, 'includeArguments'],
    ] as const) {
      expect(() => wrap(logger, fetch, options), option).to.throw(`timedFetch: option '${option}'`);
    }
  });

  it('keeps the type of fetch', () => {
    const { logger } = recordingLogger();
    const wrapped: typeof fetch = timedFetch(logger, fetch);
    expect([wrapped.name, wrapped.length]).to.deep.equal([fetch.name, fetch.length]);
    // @ts-expect-error -- this gives no Response
    timedFetch(logger, (text: string) => text.length);
  });
});
