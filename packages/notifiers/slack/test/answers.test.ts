import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { TocsinError } from '@tocsin/event';
import { SlackNotifier } from '@tocsin/slack';
import { alertOf } from './alert.js';
import { messageOf, slackServer, type SlackServer } from './slack-server.js';

const secretPath = '/services/T0000001/B0000002/verysecretverysecret';
const token = 'xoxb-1111-2222-verysecretverysecret';

type Way = 'webhook' | 'token';
type Expected = 'delivered' | Partial<Pick<TocsinError, 'code' | 'retryable' | 'ambiguous'>>;

interface Case {
  readonly title: string;
  readonly answer: (response: ServerResponse) => void;
  readonly expected: Expected;
  readonly ways?: readonly Way[];
  readonly reason?: string;
  readonly waits?: readonly [number, number];
}

const rejected = { code: 'TOCSIN_NOTIFY_REJECTED', retryable: false, ambiguous: false } as const;
const limited = { code: 'TOCSIN_NOTIFY_LIMITED', retryable: true, ambiguous: false } as const;
const ambiguous = { code: 'TOCSIN_NOTIFY_UNREACHABLE', retryable: true, ambiguous: true } as const;

const says =
  (status: number, body: string, headers: Record<string, string> = {}) =>
  (response: ServerResponse): void => {
    response.writeHead(status, headers).end(body);
  };
const fails = (error: string, headers?: Record<string, string>) =>
  says(200, JSON.stringify({ ok: false, error }), headers);

const cases: readonly Case[] = [
  { title: '200 ok', answer: says(200, 'ok'), expected: 'delivered' },
  { title: '200 with a body that is garbage', answer: says(200, '<html>\u0000 oops'), expected: 'delivered' },
  { title: '200 with an empty body', answer: says(200, ''), expected: 'delivered' },
  { title: '200 with a body of megabytes', answer: says(200, 'x'.repeat(3_000_000)), expected: 'delivered' },
  {
    title: '200 with a body that breaks off',
    answer: (response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"ok":');
      setTimeout(() => response.destroy(), 20);
    },
    expected: 'delivered',
  },
  {
    title: '400 invalid_payload',
    answer: says(400, 'invalid_payload'),
    expected: rejected,
    reason: 'invalid_payload',
    ways: ['webhook'],
  },
  {
    title: '403 action_prohibited',
    answer: says(403, 'action_prohibited'),
    expected: rejected,
    reason: 'action_prohibited',
    ways: ['webhook'],
  },
  {
    title: '403 invalid_token',
    answer: says(403, 'invalid_token'),
    expected: rejected,
    reason: 'invalid_token',
    ways: ['webhook'],
  },
  {
    title: '404 no_service',
    answer: says(404, 'no_service'),
    expected: rejected,
    reason: 'no_service',
    ways: ['webhook'],
  },
  {
    title: '410 channel_is_archived',
    answer: says(410, 'channel_is_archived'),
    expected: rejected,
    reason: 'channel_is_archived',
    ways: ['webhook'],
  },
  { title: '400', answer: says(400, 'no'), expected: rejected, ways: ['token'] },
  {
    title: '302 to another place',
    answer: says(302, '', { location: 'http://127.0.0.1:1/' }),
    expected: rejected,
  },
  {
    title: '429 with seconds',
    answer: says(429, 'rate_limited', { 'retry-after': '30' }),
    expected: limited,
    waits: [30_000, 30_000],
  },
  {
    title: '429 with a date',
    answer: (response) =>
      says(429, '', { 'retry-after': new Date(Date.now() + 90_000).toUTCString() })(response),
    expected: limited,
    waits: [80_000, 90_000],
  },
  { title: '429 without a time', answer: says(429, ''), expected: limited, waits: [60_000, 60_000] },
  { title: '500', answer: says(500, 'rollup_error'), expected: ambiguous },
  { title: '503', answer: says(503, '<html>'), expected: ambiguous },
  {
    title: 'a connection that is reset after the request',
    answer: (response) => response.destroy(),
    expected: ambiguous,
  },
  ...[
    'channel_not_found',
    'invalid_auth',
    'not_in_channel',
    'is_archived',
    'invalid_blocks',
    'msg_blocks_too_long',
  ].map((word) => ({
    title: `ok: false, ${word}`,
    answer: fails(word),
    expected: rejected,
    reason: word,
    ways: ['token'] as const,
  })),
  ...['internal_error', 'fatal_error', 'service_unavailable', 'request_timeout'].map((word) => ({
    title: `ok: false, ${word}`,
    answer: fails(word),
    expected: ambiguous,
    reason: word,
    ways: ['token'] as const,
  })),
  {
    title: 'ok: false, ratelimited',
    answer: fails('ratelimited', { 'retry-after': '7' }),
    expected: limited,
    waits: [7000, 7000],
    ways: ['token'],
  },
  {
    title: 'ok: false without a word',
    answer: says(200, '{"ok":false}'),
    expected: rejected,
    ways: ['token'],
  },
];

describe('Answers of Slack', () => {
  let server: SlackServer | undefined;

  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  for (const way of ['webhook', 'token'] as const) {
    describe(`by ${way}`, () => {
      for (const { title, answer, expected, reason, waits, ways } of cases) {
        if (ways !== undefined && !ways.includes(way)) continue;
        it(`${title}: ${expected === 'delivered' ? 'delivered' : `${expected.code}${expected.ambiguous ? ', ambiguous' : ''}`}`, async () => {
          server = await slackServer(answer);
          const outcome = await send(way, server.url);
          expect(server.received).to.have.lengthOf(1);
          if (expected === 'delivered') {
            expect(outcome).to.deep.equal({});
            return;
          }
          const error = asError(outcome);
          expect(error).to.include(expected);
          if (reason !== undefined) expect(error.context['reason']).to.equal(reason);
          if (waits !== undefined) expect(error.retryAfterMs).to.be.within(...waits);
        });
      }

      it('none before the signal aborts: a timeout, ambiguous, and the request is given up', async () => {
        let gone = false;
        server = await slackServer((response) => response.on('close', () => (gone = true)));
        const outcome = await send(way, server.url, AbortSignal.timeout(150));
        expect(asError(outcome)).to.include({
          code: 'TOCSIN_NOTIFY_TIMEOUT',
          retryable: true,
          ambiguous: true,
        });
        while (!gone) await new Promise((resolve) => setTimeout(resolve, 5));
      });

      it('none, whatever reason the signal was aborted with: a timeout', async () => {
        const controller = new AbortController();
        server = await slackServer(() => controller.abort({ code: 'ECONNREFUSED', secretPath, token }));
        expect(asError(await send(way, server.url, controller.signal))).to.include({
          code: 'TOCSIN_NOTIFY_TIMEOUT',
          ambiguous: true,
        });
      });

      it('none asked for when the signal was aborted before: retryable and not ambiguous', async () => {
        server = await slackServer(says(200, 'ok'));
        const outcome = await send(way, server.url, AbortSignal.abort());
        expect(asError(outcome)).to.include({
          code: 'TOCSIN_NOTIFY_TIMEOUT',
          retryable: true,
          ambiguous: false,
        });
        expect(server.received).to.deep.equal([]);
      });

      it('a success whose body hangs until the signal aborts: delivered', async () => {
        server = await slackServer((response) => {
          response.writeHead(200);
          response.write('o');
        });
        expect(await send(way, server.url, AbortSignal.timeout(200))).to.deep.equal({});
      });

      it('a refused connection: retryable and not ambiguous', async () => {
        const closed = await slackServer(says(200, 'ok'));
        await closed.close();
        const outcome = await send(way, closed.url);
        expect(asError(outcome)).to.include({
          code: 'TOCSIN_NOTIFY_UNREACHABLE',
          retryable: true,
          ambiguous: false,
        });
      });

      it('leaves no listener on the signal', async () => {
        server = await slackServer(says(200, 'ok'));
        const { signal } = new AbortController();
        await send(way, server.url, signal);
        expect(getEventListeners(signal, 'abort')).to.deep.equal([]);
      });
    });
  }

  it('are asked for with what a webhook needs', async () => {
    server = await slackServer(says(200, 'ok'));
    await send('webhook', server.url);
    const [request] = server.received;
    expect(request?.path).to.equal(secretPath);
    expect(messageOf(request!)).to.include({ link_names: false, unfurl_links: false, unfurl_media: false });
  });

  it('are asked for with the token in a header, and nowhere else', async () => {
    server = await slackServer(says(200, '{"ok":true,"channel":"C1","ts":"1.2"}'));
    await send('token', server.url);
    const [request] = server.received;
    expect(request?.path).to.equal('/api/chat.postMessage');
    expect(request?.headers.authorization).to.equal(`Bearer ${token}`);
    expect(request?.body).not.to.include('xoxb');
    expect(messageOf(request!)).to.include({ channel: '#alerts' });
  });

  it('come through the fetch that was given, for a proxy', async () => {
    const urls: string[] = [];
    const proxied: typeof fetch = (input, init) => {
      urls.push(input instanceof Request ? input.url : String(input));
      expect(init?.redirect).to.equal('manual');
      return Promise.resolve(new Response('ok'));
    };
    const webhookUrl = 'https://hooks.slack.com/services/T1/B1/x';
    const options = { signal: AbortSignal.timeout(5000) };
    await new SlackNotifier({ webhookUrl, fetch: proxied }).notify(alertOf(), options);
    await new SlackNotifier({ token, channel: 'C1', fetch: proxied }).notify(alertOf(), options);
    expect(urls).to.deep.equal([webhookUrl, 'https://slack.com/api/chat.postMessage']);
  });

  async function send(way: Way, url: string, signal = AbortSignal.timeout(5000)): Promise<unknown> {
    const notifier =
      way === 'webhook'
        ? new SlackNotifier({ webhookUrl: `${url}${secretPath}` })
        : new SlackNotifier({ token, channel: '#alerts', apiUrl: `${url}/api` });
    try {
      return await notifier.notify(alertOf(), { signal });
    } catch (error) {
      return error;
    }
  }
});

/** Every error of this file goes through here: none shows a secret, however it is printed. */
function asError(outcome: unknown): TocsinError {
  expect(outcome).to.be.instanceOf(TocsinError);
  const error = outcome as TocsinError;
  const printed = [
    inspect(error, { showHidden: true, depth: Infinity }),
    JSON.stringify(error, [...Object.getOwnPropertyNames(error), 'service', 'status', 'reason']),
    String(error.stack),
  ].join('\n');
  for (const secret of ['verysecret', 'T0000001', 'xoxb', '127.0.0.1', 'Bearer'])
    expect(printed).not.to.include(secret);
  return error;
}
