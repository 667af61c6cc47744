import type { Alert } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { exchange } from './exchange.js';
import { slackMessage } from './message.js';
import { readRefs, type MessageRefs } from './message-refs.js';
import type { Sender } from './sender.js';
import { checkApiAnswer, type ApiAnswer } from './slack-answer.js';

export interface WebApiOptions {
  /** The notifier's name, under which refs are kept. */
  readonly name: string;
  readonly token: string;
  readonly channel: string;
  readonly apiUrl: string;
  readonly fetch: typeof fetch | undefined;
}

/** No links and mentions out of what only looks like them. `chat.update` makes them unless it is told. */
const literal = { parse: 'none', link_names: false } as const;

/** Slack's words for a thread whose first message is gone. */
const goneWords: readonly unknown[] = ['thread_not_found', 'message_not_found', 'cannot_reply_to_message'];

/** Sends by a token: repeats in a thread under the first message, whose counts are edited. */
export function webApiSender({ name, token, channel, apiUrl, fetch: send }: WebApiOptions): Sender {
  const call = async (
    method: string,
    body: Record<string, unknown>,
    signal: AbortSignal,
  ): Promise<ApiAnswer> => {
    const { WebClient, LogLevel } = loadWebApi();
    const heard = await exchange(
      (listening) => {
        // A client per call, since the listening fetch belongs to one call.
        const client = new WebClient(token, {
          slackApiUrl: apiUrl,
          fetch: listening,
          logger: silent(LogLevel.ERROR),
          // Waiting and trying again are the transport's alone.
          retryConfig: { retries: 0 },
          rejectRateLimitedCalls: true,
        });
        return client.apiCall(method, body);
      },
      signal,
      send,
    );
    return checkApiAnswer(heard, Date.now());
  };

  const post = async (alert: Alert, thread: MessageRefs | undefined, signal: AbortSignal) => {
    const message = slackMessage(alert, thread === undefined ? 'edited later' : 'fixed');
    const place = thread === undefined ? { channel } : { channel: thread.channel, thread_ts: thread.ts };
    const body = { ...place, ...message, ...literal, unfurl_links: false, unfurl_media: false };
    const answer = await call('chat.postMessage', body, signal);
    if (thread !== undefined) return { refs: { ...thread } };
    if (answer.channel === undefined || answer.ts === undefined) return {};
    return { refs: { channel: answer.channel, ts: answer.ts, to: channel } };
  };

  return {
    async post(alert, signal) {
      // What came back after it was resolved is news for the channel, not for a thread that nobody follows.
      const thread = alert.reason === 'regression' ? undefined : readRefs(alert.record, name, channel);
      if (thread === undefined) return post(alert, undefined, signal);
      try {
        return await post(alert, thread, signal);
      } catch (error) {
        // Somebody deleted the first message. Slack refused the reply, so a new first one is no repeat.
        if (error instanceof TocsinError && goneWords.includes(error.context['reason']))
          return post(alert, undefined, signal);
        throw error;
      }
    },
    async edit(alert, signal) {
      const first = readRefs(alert.record, name, channel);
      if (first === undefined) return {};
      const { channel: id, ts } = first;
      await call('chat.update', { channel: id, ts, ...slackMessage(alert, 'edit'), ...literal }, signal);
      return { refs: { ...first } };
    },
    async verify(signal) {
      await call('auth.test', {}, signal);
    },
  };
}

/** Loaded when it is first used: whoever sends by webhook need not have it. */
function loadWebApi(): typeof import('@slack/web-api') {
  let major: number;
  try {
    const { version } = require('@slack/web-api/package.json') as { readonly version: string };
    major = Number.parseInt(version, 10);
  } catch {
    // Whatever keeps it from loading, the cure is the same.
    major = 0;
  }
  // Version 7 has no `fetch` option: what Slack answered would not be heard.
  if (major >= 8) return require('@slack/web-api') as typeof import('@slack/web-api');
  throw new TocsinError(
    `SlackNotifier: a token needs @slack/web-api 8 or later, which is not installed: npm install @slack/web-api`,
    { code: 'TOCSIN_CONFIG_INVALID', context: { option: 'token' } },
  );
}

/** The client's own lines would land in the application's output. */
function silent<Level>(level: Level) {
  const ignore = (): void => {};
  return {
    debug: ignore,
    info: ignore,
    warn: ignore,
    error: ignore,
    setLevel: ignore,
    setName: ignore,
    getLevel: () => level,
  };
}
