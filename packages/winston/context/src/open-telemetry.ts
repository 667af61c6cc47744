type Api = typeof import('@opentelemetry/api');

/** The ids of a span. */
export interface SpanIds {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** 16 hexadecimal digits. */
  readonly spanId: string;
}

/** Where version 1 of OpenTelemetry's API keeps what the application registered, in each of its copies. */
const registered = Symbol.for('opentelemetry.js.api.1');
const holder = globalThis as { readonly [registered]?: unknown };

/** `null` after it failed to load. */
let api: Api | null | undefined;

/**
 * The ids of the OpenTelemetry span that is active where this is called; `undefined` where there is none, and where
 * the application has not set OpenTelemetry up: then nothing is loaded, and asking costs a few nanoseconds.
 */
export function openTelemetrySpan(): SpanIds | undefined {
  if (holder[registered] === undefined) return undefined;
  if (api === undefined) api = load();
  if (api === null) return undefined;
  try {
    const span = api.trace.getActiveSpan()?.spanContext();
    if (span === undefined || !api.isSpanContextValid(span)) return undefined;
    return { traceId: span.traceId, spanId: span.spanId };
  } catch {
    // A context manager or a span of the application's fails: a line without a span is still a line.
    return undefined;
  }
}

function load(): Api | null {
  try {
    return require('@opentelemetry/api') as Api;
  } catch {
    // Somebody registered a copy that cannot be found from here.
    return null;
  }
}
