import { type Redaction, resolveRedaction, truncate } from '@tocsin/event';
import { type FetchRequest, fetchRequestOf, plainHeaders } from './fetch-request.js';
import { functionOrDecorator } from './function-or-decorator.js';
import type { LoggerSource } from './logger-like.js';
import { maskUrl } from './mask-url.js';
import { timed } from './timed.js';
import { type SlowCall, type SlowCallDescription, shownLimits, timeCalls } from './timing.js';
import { type Timing, type TimingOptions, resolveTiming } from './timing-options.js';
import type { Wrap, WrappingDecorator } from './wrap-method.js';

/** Options of {@link timedFetch}. */
export interface TimedFetchOptions extends TimingOptions {
  /** Whether the lines have `requestHeaders` and `responseHeaders`. @default false */
  readonly includeHeaders?: boolean | undefined;
  /** Names of headers whose values are masked, beyond the built-in list (`Authorization`, `Cookie`, …). @default [] */
  readonly maskHeaders?: readonly string[] | undefined;
  /** Names of query parameters whose values are masked, beyond the built-in list. @default [] */
  readonly maskParams?: readonly string[] | undefined;
  /**
   * Whether the lines have `requestBody`, where it is given as text or as URLSearchParams; of JSON, by its fields.
   * Streams are never read, and the response's body neither. @default false
   */
  readonly includeBody?: boolean | undefined;
}

/** A function that gives a Response of any make (Node's, undici's, node-fetch's). */
export type FetchLike = (...values: never[]) => PromiseLike<{ readonly status: number }>;

const owner = 'timedFetch';

/**
 * Logs the requests of a function like `fetch` that take `thresholdMs` (1,000) or longer until their headers are here,
 * with `durationMs`, `method`, `url` (no credentials; sensitive parameters masked), `status`, and what is asked for by
 * the options. A method with arguments of its own, which this decorates, is told with the URL of its response.
 *
 * For the rest as {@link timed}, whose switch turns this off too.
 *
 * @example const slowFetch = timedFetch(logger, fetch, { thresholdMs: 300 });
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` for a wrong option
 */
export function timedFetch<F extends FetchLike>(logger: LoggerSource, fn: F, options?: TimedFetchOptions): F;
/**
 * The same as a decorator of methods that give a Response, by the standard and by `experimentalDecorators`.
 *
 * @example class Users { \@timedFetch(() => logger) get(id: string) { return fetch(`${base}/users/${id}`); } }
 */
export function timedFetch(logger: LoggerSource, options?: TimedFetchOptions): WrappingDecorator<FetchLike>;
export function timedFetch(logger: LoggerSource, given?: unknown, options?: unknown): unknown {
  return functionOrDecorator(owner, given, options, (which) => compile(logger, which));
}

function compile(logger: LoggerSource, options: unknown = {}): Wrap {
  const timing = resolveTiming(
    owner,
    logger,
    options,
    { includeHeaders: 'flag', includeBody: 'flag', maskHeaders: 'names', maskParams: 'names' },
    1000,
  );
  const {
    includeHeaders = false,
    includeBody = false,
    maskHeaders,
    maskParams,
  } = options as TimedFetchOptions;
  const forUrl = redactionWith(timing, maskParams);
  const forHeaders = redactionWith(timing, maskHeaders);

  function describe({ name, values, outcome }: SlowCall): SlowCallDescription {
    const request = fetchRequestOf(values);
    const response = (outcome.failed ? undefined : outcome.value) as Partial<Response> | null | undefined;
    const asked = request.url ?? response?.url;
    const url = typeof asked === 'string' ? maskUrl(asked, forUrl) : undefined;
    const method = request.method;
    const fields: Record<string, unknown> = { method, url, status: response?.status };
    if (includeHeaders) {
      fields['requestHeaders'] = forHeaders.copy(plainHeaders(request.headers), shownLimits);
      fields['responseHeaders'] = forHeaders.copy(plainHeaders(response?.headers), shownLimits);
    }
    if (includeBody) fields['requestBody'] = shownBody(request, timing.redaction);
    // A field that is undefined would take a context's away.
    const known = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
    const host = url !== undefined && URL.canParse(url) ? new URL(url).host : name;
    return { subject: method === undefined ? host : `${method} ${host}`, fields: known };
  }
  return timeCalls(timing, 'Slow request', () => timed.enabled, describe);
}

function redactionWith({ sensitiveFields }: Timing, more: readonly string[] = []): Redaction {
  return resolveRedaction({ sensitiveFields: [...sensitiveFields, ...more] }, owner);
}

/** A longer text is not looked through for fields. */
const maxParsed = 65_536;

function shownBody({ body }: FetchRequest, redaction: Redaction): unknown {
  if (body === undefined) return undefined;
  const mayBeJson = body.length <= maxParsed && /^\s*[[{]/.test(body);
  const parsed = mayBeJson ? parse(body) : undefined;
  if (parsed !== undefined) return redaction.copy(parsed, shownLimits);
  const cut = body.slice(0, maxParsed);
  return truncate(redaction.text(cut), 4096, body.length - cut.length);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It only looked like JSON: shown as text.
    return undefined;
  }
}
