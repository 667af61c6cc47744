import { randomUUID } from 'node:crypto';
import type { ContextFields } from './context-fields.js';
import { parseTraceparent } from './traceparent.js';

/** Headers as Node's servers give them, or the `Headers` of fetch. */
export type TraceHeaders =
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | { readonly get: (name: string) => string | null | undefined };

/** What comes from outside goes onto every line: no spaces, no control characters, no length without end. */
const traceIdPattern = /^[\x21-\x7e]{1,128}$/;

/** Whether a value may be a trace id: 1 to 128 printable characters of ASCII, none of them a space. */
export function isTraceId(value: unknown): value is string {
  return typeof value === 'string' && traceIdPattern.test(value);
}

/**
 * The trace id of a request that comes in: that of its `traceparent`, else its `x-trace-id`, else a new UUID. An id
 * that is invalid (W3C's rules; 1 to 128 printable characters) or sent twice is as good as none.
 *
 * @example context.run({ trace_id: traceIdFrom(request.headers) }, () => handle(request, response));
 */
export function traceIdFrom(headers: TraceHeaders): string {
  return traceIdOfHeaders(headers) ?? randomUUID();
}

function traceIdOfHeaders(headers: TraceHeaders): string | undefined {
  try {
    const { get } = headers;
    if (typeof get !== 'function') return traceIdOfNames(headers);
    const read = (name: string): unknown => Reflect.apply(get, headers, [name]);
    return parseTraceparent(read('traceparent'))?.traceId ?? asTraceId(read('x-trace-id'));
  } catch {
    // No object, or one that cannot be read.
    return undefined;
  }
}

/** The trace id in a context's fields: `trace_id`, else that of `traceparent`, else `X-Trace-ID` in any case. */
export function traceIdIn(fields: ContextFields): string | undefined {
  return asTraceId(fields['trace_id']) ?? traceIdOfNames(fields);
}

function traceIdOfNames(fields: ContextFields): string | undefined {
  let parent: unknown;
  let own: unknown;
  for (const name of Object.keys(fields)) {
    if (name.length === 11 && name.toLowerCase() === 'traceparent') parent ??= fields[name];
    else if (name.length === 10 && name.toLowerCase() === 'x-trace-id') own ??= fields[name];
  }
  return parseTraceparent(only(parent))?.traceId ?? asTraceId(only(own));
}

function asTraceId(value: unknown): string | undefined {
  return isTraceId(value) ? value : undefined;
}

function only(value: unknown): unknown {
  try {
    return Array.isArray(value) && value.length === 1 ? (value[0] as unknown) : value;
  } catch {
    // A Proxy that is revoked.
    return undefined;
  }
}
