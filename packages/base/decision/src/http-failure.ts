import { TocsinError, truncate } from '@tocsin/event';
import { parseRetryAfter } from './retry-after.js';

/** A service's answer, as far as it says what may be tried again; a `Response` is one. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** The service's own word for what is wrong (`invalid_payload`), without secrets. */
  readonly reason?: string;
}

/** Without a word from the service, and never less than a second: a limit does not count as a try. */
const defaultWaitMs = 60_000;
const leastWaitMs = 1_000;
const dayMs = 86_400_000;

/** Codes that come only before anything was sent, whatever the system call. */
const unsentCodes = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REJECTED',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
/** System calls before the first byte; `EHOSTUNREACH` and the like also come from a later `read`. */
const unsentCalls = new Set(['connect', 'getaddrinfo']);
const timeoutCodes = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);
const timeoutNames = new Set(['AbortError', 'TimeoutError']);

/**
 * The error for an answer that is not a success: 429 (and 403 with rate-limit headers) is limited and
 * retryable, 408 and 5xx are ambiguous and retryable, other statuses are refused for good.
 */
export function answerFailure(service: string, answer: HttpAnswer, now: number): TocsinError {
  const { status, headers } = answer;
  const reason = answer.reason === undefined ? undefined : truncate(answer.reason, 200);
  const context = { service, status, ...(reason === undefined ? {} : { reason }) };
  const said = reason === undefined ? '' : ` (${reason})`;
  if (isLimit(status, headers)) {
    return new TocsinError(`${service} asks us to slow down: ${status}${said}`, {
      code: 'TOCSIN_NOTIFY_LIMITED',
      retryable: true,
      retryAfterMs: Math.max(leastWaitMs, toldWait(headers, now) ?? defaultWaitMs),
      context,
    });
  }
  if (status >= 500 || status === 408) {
    return new TocsinError(`${service} failed: ${status}${said}`, {
      code: 'TOCSIN_NOTIFY_UNREACHABLE',
      retryable: true,
      ambiguous: true,
      context,
    });
  }
  return new TocsinError(`${service} refused the alert: ${status}${said}`, {
    code: 'TOCSIN_NOTIFY_REJECTED',
    context,
  });
}

/**
 * The error for a request that got no answer: ambiguous unless it is sure that nothing was sent. Of the
 * given error only its code is told, because messages and causes of HTTP clients can hold URLs and headers.
 */
export function requestFailure(service: string, error: unknown): TocsinError {
  const { code, unsent, timedOut } = readFailure(error);
  const what = timedOut ? 'did not answer in time' : 'could not be reached';
  return new TocsinError(`${service} ${what}${code === undefined ? '' : ` (${code})`}`, {
    code: timedOut && !unsent ? 'TOCSIN_NOTIFY_TIMEOUT' : 'TOCSIN_NOTIFY_UNREACHABLE',
    retryable: true,
    ambiguous: !unsent,
    context: { service, ...(code === undefined ? {} : { reason: code }) },
  });
}

function isLimit(status: number, headers: HttpAnswer['headers']): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return headers.get('retry-after') !== null || headers.get('x-ratelimit-remaining') === '0';
}

/** `Retry-After`, else, when nothing remains, the reset header (seconds since the epoch). */
function toldWait(headers: HttpAnswer['headers'], now: number): number | undefined {
  const told = parseRetryAfter(headers.get('retry-after'), now);
  if (told !== undefined || headers.get('x-ratelimit-remaining') !== '0') return told;
  const reset = headers.get('x-ratelimit-reset') ?? '';
  return /^\d+$/.test(reset) ? Math.min(Number(reset) * 1000 - now, dayMs) : undefined;
}

interface Failure {
  /** Of the deepest cause that has one: `fetch failed` keeps it on `cause`. */
  readonly code?: string;
  readonly unsent: boolean;
  readonly timedOut: boolean;
}

function readFailure(error: unknown): Failure {
  let failure: Failure = { unsent: false, timedOut: false };
  let current: unknown = error;
  try {
    for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
      const { name, code, syscall, cause, original, errors } = current as Record<string, unknown>;
      const known = typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,63}$/.test(code) ? code : undefined;
      const timedOut = timeoutNames.has(String(name)) || (known !== undefined && timeoutCodes.has(known));
      failure = {
        ...(known === undefined ? failure : { code: known }),
        unsent: failure.unsent || unsentCodes.has(known ?? '') || unsentCalls.has(String(syscall)),
        timedOut: failure.timedOut || timedOut,
      };
      // Slack's clients keep the error of the request under `original`, an attempt at several addresses `errors`.
      current = cause ?? original ?? (Array.isArray(errors) ? errors[0] : undefined);
    }
  } catch {
    // A getter or a Proxy threw: what was read until then is what is known of the failure.
  }
  return failure;
}
