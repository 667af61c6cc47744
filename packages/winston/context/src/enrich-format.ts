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
import type { Format, TransformableInfo } from 'logform';
import { lineFormat } from './line-format.js';
import { givenTraceId, lineTrace } from './line-trace.js';
import { isToBeLeft } from './unknown-line.js';
import { version } from './version.js';

/** Options of {@link enrichFormat}. */
export interface EnrichFormatOptions {
  /** Version or commit of the application, for the field `release`. @default none: no such field */
  readonly release?: string | undefined;
}

const owner = 'enrichFormat';
const unbound = "while a transport is slow, lines show another request's trace id";

/**
 * A format that says on each line when, where and in which trace it was logged: `timestamp` (of the call, in UTC, ISO
 * 8601), `host`, `pid`, `thread` (0 for the main one), `version` (of @tocsin/context), `release`, `trace_id` and, with
 * OpenTelemetry, `span_id`. A field that the line already has stands; a `trace_id` that the context put there is one of
 * the sources below.
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
  const names = Object.keys(constant) as (keyof typeof constant)[];
  return lineFormat((info) => {
    const found = findLine(info);
    const isLost = found.captured === undefined && isToBeLeft(owner, unbound);
    const line = ownLine(info);
    put(line, 'timestamp', timeOf(found));
    for (const name of names) put(line, name, constant[name]);
    if (!isLost) putTrace(line, found);
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

function put(line: TransformableInfo, name: string, value: unknown): void {
  if (!Object.hasOwn(line, name)) line[name] = value;
}

function putTrace(line: TransformableInfo, found: FoundLine): void {
  const given = givenTraceId(line, found);
  const { trace_id: id, span_id: span } = lineTrace(found);
  if (given === undefined) line['trace_id'] = id;
  // A span of another trace than the one that the line was given is not its span.
  if (span !== undefined && (given === undefined || given === id)) put(line, 'span_id', span);
}
