import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';
import {
  type FoundLine,
  configError,
  findLine,
  ownLine,
  readOptions,
  refuseUnknownOptions,
} from '@tocsin/event';
import type { Format } from 'logform';
import { context } from './context.js';
import { lineFormat } from './line-format.js';
import { openTelemetrySpan } from './open-telemetry.js';
import type { RequestState } from './scope.js';
import { traceIdIn } from './trace-id.js';
import { isToBeLeft } from './unknown-line.js';
import { version } from './version.js';

/** Options of {@link enrichFormat}. */
export interface EnrichFormatOptions {
  /** Version or commit of the application, for the field `release`. @default none: no such field */
  readonly release?: string;
}

const owner = 'enrichFormat';
const unbound = "while a transport is slow, lines show another request's trace id";

/**
 * A format that says on each line when, where and in which trace it was logged: `timestamp` (of the call, in UTC, ISO
 * 8601), `host`, `pid`, `thread` (0 for the main one), `version` (of @tocsin/context), `release`, `trace_id` and, with
 * OpenTelemetry, `span_id`. A field that the line already has stands.
 *
 * The trace id is that of the active OpenTelemetry span; else what `context.traceId(id)` set; else the context's
 * `trace_id`, `traceparent` or `X-Trace-ID`; else a UUID, one for each request, and outside of any one for each line.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` for a wrong option
 */
export function enrichFormat(options: EnrichFormatOptions = {}): Format {
  const { release } = readOptions(owner, () => resolve(options));
  const constant = {
    host: hostname(),
    pid: process.pid,
    thread: threadId,
    version,
    ...(release === undefined ? {} : { release }),
  };
  return lineFormat((info) => {
    const found = findLine(info);
    const isLost = found.captured === undefined && isToBeLeft(owner, unbound);
    const line = ownLine(info);
    const fields = { timestamp: timeOf(found), ...constant, ...(isLost ? {} : traceOf(found)) };
    for (const [name, value] of Object.entries(fields)) if (!Object.hasOwn(line, name)) line[name] = value;
    return line;
  });
}

function resolve(options: EnrichFormatOptions): EnrichFormatOptions {
  if (typeof options !== 'object' || options === null)
    throw configError(owner, 'options', options, 'an object');
  refuseUnknownOptions(owner, '', Object.keys(options), ['release']);
  const { release } = options;
  if (release !== undefined && (typeof release !== 'string' || release === ''))
    throw configError(owner, 'release', release, 'a text');
  return { ...options };
}

function timeOf({ captured }: FoundLine): string {
  return new Date(captured?.timestamp ?? Date.now()).toISOString();
}

interface Trace {
  readonly trace_id: string;
  readonly span_id?: string;
}

function traceOf({ captured, underWay }: FoundLine): Trace {
  // The span is the one of the code that runs now: the caller's in the logger's own format alone.
  const span = captured === undefined || underWay?.formatting === true ? openTelemetrySpan() : undefined;
  if (span !== undefined) return { trace_id: span.traceId, span_id: span.spanId };
  if (captured === undefined) return { trace_id: context.traceId() ?? randomUUID() };
  const request = (captured.request ?? {}) as Partial<RequestState>;
  return {
    trace_id: request.traceId ?? traceIdIn(captured.context ?? {}) ?? generated(request) ?? randomUUID(),
  };
}

/** The id made for the request, where its context is one of this package's. */
function generated(request: Partial<RequestState>): string | undefined {
  if (!('generatedTraceId' in request)) return undefined;
  return (request.generatedTraceId ??= randomUUID());
}
