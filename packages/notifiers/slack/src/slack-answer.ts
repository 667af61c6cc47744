import { answerFailure } from '@tocsin/decision';
import type { TocsinError } from '@tocsin/event';
import type { Heard } from './exchange.js';

/** What the Web API says in a 200, as far as it is used. */
export interface ApiAnswer {
  readonly channel?: string;
  readonly ts?: string;
}

/**
 * Words in an `ok: false` that HTTP would have said by a status
 * (https://docs.slack.dev/reference/methods/chat.postMessage#errors). All others are refusals.
 */
const statusOfWord: Readonly<Record<string, number>> = {
  ratelimited: 429,
  rate_limited: 429,
  // "It's possible some aspect of the operation succeeded before the error was raised."
  internal_error: 500,
  fatal_error: 500,
  request_timeout: 500,
  service_unavailable: 503,
  team_added_to_org: 503,
};

/** Throws where the webhook's answer is not a success. Its words are the body itself: `no_service`. */
export function checkWebhookAnswer(heard: Heard, now: number): void {
  if (!isSuccess(heard.status)) throw failureOf(heard.status, heard, wordOf(heard.body), now);
}

/** Gives what the Web API answered; throws where it is not a success. */
export function checkApiAnswer(heard: Heard, now: number): ApiAnswer {
  const answer = parseObject(heard.body);
  const word = wordOf(answer['error']);
  if (!isSuccess(heard.status)) throw failureOf(heard.status, heard, word, now);
  if (answer['ok'] === false)
    throw failureOf((word === undefined ? undefined : statusOfWord[word]) ?? 400, heard, word, now);
  const { channel, ts } = answer;
  return { ...(typeof channel === 'string' ? { channel } : {}), ...(typeof ts === 'string' ? { ts } : {}) };
}

/** Slack's own word for what is wrong; nothing else, since a body may hold what was sent. */
export function wordOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const word = value.trim();
  return word.length <= 60 && /^[a-z]+(_[a-z]+)*$/.test(word) ? word : undefined;
}

function failureOf(status: number, heard: Heard, reason: string | undefined, now: number): TocsinError {
  return answerFailure(
    'Slack',
    { status, headers: heard.headers, ...(reason === undefined ? {} : { reason }) },
    now,
  );
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function parseObject(body: string | undefined): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body ?? '');
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // Unreadable: the status alone decides.
    return {};
  }
}
