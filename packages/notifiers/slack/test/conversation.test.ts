import { expect } from 'chai';
import type { Json } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { SlackNotifier } from '@tocsin/slack';
import { alertOf, repeatOf } from './alert.js';
import { messageOf, slackServer, type SlackServer } from './slack-server.js';

const { signal } = new AbortController();
const refs = { channel: 'C024BE91L', ts: '1503435956.000247', to: '#alerts' };

describe('A conversation by token', () => {
  let server: SlackServer | undefined;

  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  it('begins with a message in the channel, whose place is kept', async () => {
    const notifier = await notifierFor();
    expect(await notifier.notify(alertOf(), { signal })).to.deep.equal({ refs });
    expect(posted()).to.deep.include({
      path: '/api/chat.postMessage',
      channel: '#alerts',
      thread_ts: undefined,
    });
  });

  it('goes on with repeats under the first message, and keeps its place', async () => {
    const notifier = await notifierFor();
    for (const reason of ['cooldown', 'count'] as const) {
      const delivery = await notifier.notify(repeatOf({ refs: { slack: refs } }, reason), { signal });
      expect(delivery).to.deep.equal({ refs });
      expect(posted()).to.deep.include({
        path: '/api/chat.postMessage',
        channel: refs.channel,
        thread_ts: refs.ts,
      });
    }
  });

  it('begins anew when an error comes back after it was resolved', async () => {
    const notifier = await notifierFor();
    await notifier.notify(repeatOf({ refs: { slack: refs } }, 'regression'), { signal });
    expect(posted()).to.deep.include({ channel: '#alerts', thread_ts: undefined });
  });

  it('begins anew when the first message has been deleted', async () => {
    const notifier = await notifierFor((body) =>
      body['thread_ts'] === undefined ? undefined : 'thread_not_found',
    );
    const delivery = await notifier.notify(repeatOf({ refs: { slack: refs } }), { signal });
    expect(delivery).to.deep.equal({ refs });
    expect(server?.received).to.have.lengthOf(2);
    expect(posted()).to.deep.include({ channel: '#alerts', thread_ts: undefined });
  });

  const notOurs: readonly [string, Json][] = [
    ['of another channel', { ...refs, to: '#other' }],
    ['without a time', { channel: 'C1', to: '#alerts' }],
    ['with a time that is none', { ...refs, ts: '1 OR 1' }],
    ['with a channel that is none', { ...refs, channel: '../x' }],
    ['that are a list', [refs]],
    ['that are nothing', null],
  ];
  for (const [title, kept] of notOurs)
    it(`does not follow refs ${title}`, async () => {
      const notifier = await notifierFor();
      await notifier.notify(repeatOf({ refs: { slack: kept } }), { signal });
      expect(posted()).to.deep.include({ channel: '#alerts', thread_ts: undefined });
      expect(await notifier.update?.(repeatOf({ refs: { slack: kept } }), { signal })).to.deep.equal({});
      expect(server?.received).to.have.lengthOf(1);
    });

  it('edits the counts of the first message', async () => {
    const notifier = await notifierFor();
    const alert = repeatOf({ refs: { slack: refs } });
    expect(await notifier.update?.(alert, { signal })).to.deep.equal({ refs });
    const edit = posted();
    expect(edit).to.deep.include({
      path: '/api/chat.update',
      channel: refs.channel,
      ts: refs.ts,
      parse: 'none',
    });
    expect(JSON.stringify(edit['blocks'])).to.include('*Occurrences:* 47').and.include('*Last seen:*');
  });

  it('keeps what other notifiers keep apart', async () => {
    const notifier = await notifierFor(undefined, 'slack-ops');
    await notifier.notify(repeatOf({ refs: { slack: refs } }), { signal });
    expect(posted()['thread_ts']).to.equal(undefined);
  });

  it('prints nothing, whatever Slack warns of', async () => {
    const printed: unknown[] = [];
    const { debug, info, warn, error } = console;
    Object.assign(
      console,
      Object.fromEntries(
        ['debug', 'info', 'warn', 'error'].map((name) => [name, (...args: unknown[]) => printed.push(args)]),
      ),
    );
    try {
      const notifier = await notifierFor(() => 'invalid_blocks');
      await notifier.notify(alertOf(), { signal }).catch(() => undefined);
    } finally {
      Object.assign(console, { debug, info, warn, error });
    }
    expect(printed).to.deep.equal([]);
  });

  async function notifierFor(
    refuse: (body: Record<string, unknown>) => string | undefined = () => undefined,
    name = 'slack',
  ): Promise<SlackNotifier> {
    server = await slackServer((response, request) => {
      const error = refuse(messageOf(request));
      const answer =
        error === undefined ? { ok: true, channel: refs.channel, ts: refs.ts } : { ok: false, error };
      response.end(JSON.stringify({ ...answer, response_metadata: { messages: ['[WARN] x', '[ERROR] y'] } }));
    });
    return new SlackNotifier({ token: 'xoxb-1', channel: '#alerts', apiUrl: `${server.url}/api/`, name });
  }

  /** The last request. */
  function posted(): Record<string, unknown> {
    const request = server?.received.at(-1);
    if (request === undefined) throw new Error('nothing was sent');
    return { thread_ts: undefined, ...messageOf(request), path: request.path };
  }
});

describe('verify', () => {
  let server: SlackServer | undefined;

  afterEach(async () => server?.close());

  const webhookAnswers: readonly [number, string, string | undefined][] = [
    [400, 'no_text', undefined],
    [500, 'missing_text_or_fallback_or_attachments', undefined],
    [400, 'invalid_payload', undefined],
    [404, 'no_service', 'TOCSIN_NOTIFY_REJECTED'],
    [403, 'invalid_token', 'TOCSIN_NOTIFY_REJECTED'],
    [410, 'channel_is_archived', 'TOCSIN_NOTIFY_REJECTED'],
    [429, '', 'TOCSIN_NOTIFY_LIMITED'],
    [503, '', 'TOCSIN_NOTIFY_UNREACHABLE'],
    [200, 'ok', 'TOCSIN_NOTIFY_REJECTED'],
  ];
  for (const [status, body, code] of webhookAnswers)
    it(`takes a webhook that answers ${status} ${body} to an empty message ${code === undefined ? 'for good' : `as ${code}`}`, async () => {
      server = await slackServer((response) => response.writeHead(status).end(body));
      const notifier = new SlackNotifier({ webhookUrl: `${server.url}/services/x` });
      expect(await codeOf(notifier.verify({ signal }))).to.equal(code);
      expect(server.received.map((request) => request.body)).to.deep.equal(['{"text":""}']);
    });

  it('asks auth.test about a token', async () => {
    let ok = true;
    server = await slackServer((response) =>
      response.end(JSON.stringify(ok ? { ok } : { ok, error: 'invalid_auth' })),
    );
    const notifier = new SlackNotifier({ token: 'xoxb-1', channel: 'C1', apiUrl: `${server.url}/api` });
    expect(await codeOf(notifier.verify({ signal }))).to.equal(undefined);
    ok = false;
    expect(await codeOf(notifier.verify({ signal }))).to.equal('TOCSIN_NOTIFY_REJECTED');
    expect(server.received.map((request) => request.path)).to.deep.equal([
      '/api/auth.test',
      '/api/auth.test',
    ]);
  });
});

async function codeOf(promise: Promise<void>): Promise<string | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    expect(error).to.be.instanceOf(TocsinError);
    return (error as TocsinError).code;
  }
}
