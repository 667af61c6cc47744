import { TocsinError } from '@tocsin/event';
import { parseRetryAfter } from './retry-after.js';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** The service's own word for what is wrong (`invalid_payload`), without secrets. */
  readonly reason?: string;
}

const unsentCodes = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/**
 * The error for an answer that is not a success: 429 (and 403 with rate-limit headers) is limited and
 * retryable, 5xx is ambiguous and retryable, other statuses are refused for good.
 */
export function answerFailure(service: string, answer: HttpAnswer, now: number): TocsinError {
  const { status, headers, reason } = answer;
  const context = { service, status, ...(reason === undefined ? {} : { reason }) };
  const said = reason === undefined ? '' : ` (${reason})`;
  if (isLimit(status, headers)) {
    const retryAfterMs = waitOf(headers, now);
    return new TocsinError(`${service} asks us to slow down: ${status}${said}`, {
      code: 'TOCSIN_NOTIFY_LIMITED',
      retryable: true,
      retryAfterMs,
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

/** The error for a request that got no answer: ambiguous unless it is sure that nothing was sent. */
export function requestFailure(service: string, error: unknown): TocsinError {
  const code = errorCode(error);
  const unsent = code !== undefined && unsentCodes.has(code);
  const timedOut = isAbort(error);
  const what = timedOut
    ? 'did not answer in time'
    : `could not be reached${code === undefined ? '' : ` (${code})`}`;
  return new TocsinError(`${service} ${what}`, {
    code: timedOut ? 'TOCSIN_NOTIFY_TIMEOUT' : 'TOCSIN_NOTIFY_UNREACHABLE',
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

/** `Retry-After`, else the reset header (seconds since the epoch), else a minute. */
function waitOf(headers: HttpAnswer['headers'], now: number): number {
  const told = parseRetryAfter(headers.get('retry-after'), now);
  if (told !== undefined) return told;
  const reset = Number(headers.get('x-ratelimit-reset') ?? Number.NaN);
  if (Number.isFinite(reset) && headers.get('x-ratelimit-remaining') === '0') {
    return Math.min(Math.max(0, reset * 1000 - now), 86_400_000);
  }
  return 60_000;
}

/** The code of the error or of the deepest cause that has one (`fetch failed` keeps it on `cause`). */
function errorCode(error: unknown): string | undefined {
  let code: string | undefined;
  let current: unknown = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
    const { code: own, cause } = current as { code?: unknown; cause?: unknown };
    if (typeof own === 'string') code = own;
    const members = (current as { errors?: unknown }).errors;
    current = cause ?? (Array.isArray(members) ? members[0] : undefined);
  }
  return code;
}

function isAbort(error: unknown): boolean {
  let current: unknown = error;
  for (let depth = 0; depth < 5 && typeof current === 'object' && current !== null; depth += 1) {
    const { name, cause } = current as { name?: unknown; cause?: unknown };
    if (name === 'AbortError' || name === 'TimeoutError') return true;
    current = cause;
  }
  return false;
}
