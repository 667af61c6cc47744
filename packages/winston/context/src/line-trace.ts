import { randomUUID } from 'node:crypto';
import { type FoundLine, takeSpans } from '@tocsin/event';
import { context } from './context.js';
import { openTelemetrySpan, type SpanIds } from './open-telemetry.js';
import type { RequestState } from './scope.js';
import { traceIdIn } from './trace-id.js';

/** The ids of the trace in which a line was logged. */
export interface LineTrace {
  readonly trace_id: string;
  readonly span_id?: string;
}

/** The trace of a line: that of its span, else of its request, else one of its own. */
export function lineTrace(found: FoundLine): LineTrace {
  const span = spanOf(found);
  if (span !== undefined) return { trace_id: span.traceId, span_id: span.spanId };
  const { captured } = found;
  if (captured === undefined) return { trace_id: context.traceId() ?? randomUUID() };
  const { request, context: fields = {} } = captured;
  const { traceId } = (request ?? {}) as Partial<RequestState>;
  return { trace_id: traceId ?? traceIdIn(fields) ?? generated(request) };
}

/** What runs now runs in the caller's async context, unless the line waited in a transport. */
function spanOf({ captured, underWay }: FoundLine): SpanIds | undefined {
  if (captured?.takenBy !== undefined && underWay?.formatting !== true) {
    takeSpans(captured.takenBy, openTelemetrySpan);
  }
  return captured === undefined || underWay !== undefined
    ? openTelemetrySpan()
    : (captured.span as SpanIds | undefined);
}

/** Ids of requests that an application's own source of contexts tells apart. */
const foreign = new WeakMap<object, string>();

function generated(request: object | undefined): string {
  if (request === undefined) return randomUUID();
  if ('generatedTraceId' in request) return ((request as RequestState).generatedTraceId ??= randomUUID());
  const id = foreign.get(request) ?? randomUUID();
  foreign.set(request, id);
  return id;
}

/** The trace id that stands on the line already, unless the context put it there, which is one of the sources. */
export function givenTraceId(line: object, { captured }: FoundLine): unknown {
  const { trace_id: given } = line as Partial<LineTrace>;
  const { trace_id: ofContext } = captured === undefined ? context.current() : (captured.context ?? {});
  const isCalled = captured?.called?.includes('trace_id') === true;
  return given === ofContext && !isCalled ? undefined : given;
}
