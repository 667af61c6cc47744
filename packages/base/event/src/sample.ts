import type { ErrorDetails, LogEvent, StackFrame } from './log-event.js';
import { truncate } from './truncate.js';

/** Below this no event with its identity can be told. */
const leastBytes = 1024;

/**
 * The event shrunk to at most `maxBytes` of JSON in UTF-8, for a store that keeps one sample per error. What tells
 * least goes first: breadcrumbs, source excerpts, the stack's text, long and deep fields, outer frames. What the
 * fingerprint is made of (types, codes, messages, the top frames) goes last. The event itself is not changed.
 *
 * @param maxBytes at least 1,024; less is taken as that.
 */
export function toSample(event: LogEvent, maxBytes = 8192): LogEvent {
  const limit = Math.max(leastBytes, maxBytes);
  let sample = event;
  for (const step of steps) {
    if (bytesOf(sample) <= limit) return sample;
    sample = step(sample);
  }
  return bytesOf(sample) <= limit ? sample : bare(sample);
}

function bytesOf(event: LogEvent): number {
  return Buffer.byteLength(JSON.stringify(event));
}

type Step = (event: LogEvent) => LogEvent;

const steps: readonly Step[] = [
  ({ breadcrumbs: _, ...event }) => event,
  onErrors((error) => ({ ...error, frames: error.frames.map(withoutSource) })),
  onErrors(({ stack: _, ...error }) => error),
  onErrors((error) => ({ ...error, frames: error.frames.map(withoutPath).slice(0, 20) })),
  fieldsWithin({ depth: 3, fields: 32, text: 512 }),
  fieldsWithin({ depth: 1, fields: 24, text: 256 }),
  onErrors((error) => ({
    ...error,
    frames: topFrames(error.frames, 8),
    message: truncate(error.message, 1024),
  })),
  (event) => ({ ...event, message: truncate(event.message, 1024) }),
  fieldsWithin({ depth: 0, fields: 10, text: 100 }),
  onErrors((error) => ({
    ...error,
    frames: topFrames(error.frames, 3),
    message: truncate(error.message, 300),
  })),
  onErrors((error) => (error.errors === undefined ? error : { ...error, errors: error.errors.slice(0, 3) })),
  (event) => ({ ...event, message: truncate(event.message, 300) }),
  ({ tags: _, ...event }) => ({ ...event, context: {} }),
  onErrors((error) => ({ ...error, own: {}, frames: topFrames(error.frames, 1) })),
];

function onErrors(change: (error: ErrorDetails) => ErrorDetails): Step {
  const deep = (error: ErrorDetails): ErrorDetails => {
    const { cause, errors, ...changed } = change(error);
    return {
      ...changed,
      ...(cause === undefined ? {} : { cause: deep(cause) }),
      ...(errors === undefined ? {} : { errors: errors.map(deep) }),
    };
  };
  return (event) => (event.error === undefined ? event : { ...event, error: deep(event.error) });
}

function withoutSource({ source: _, ...frame }: StackFrame): StackFrame {
  return frame;
}

function withoutPath({ path: _, ...frame }: StackFrame): StackFrame {
  return frame;
}

/** The first frames, among them in any case the first of the application's own code, which locates the error. */
function topFrames(frames: readonly StackFrame[], count: number): readonly StackFrame[] {
  const top = frames.slice(0, count);
  const inApp = frames.find((frame) => frame.inApp);
  return inApp === undefined || top.includes(inApp) ? top : [...top.slice(0, count - 1), inApp];
}

interface FieldLimits {
  /** Levels of objects below the fields themselves. */
  readonly depth: number;
  readonly fields: number;
  /** Characters of a text. */
  readonly text: number;
}

function fieldsWithin(limits: FieldLimits): Step {
  const onOwn = onErrors((error) => ({ ...error, own: shrunk(error.own, limits) }));
  return (event) => ({ ...onOwn(event), context: shrunk(event.context, limits) });
}

function shrunk(fields: Readonly<Record<string, unknown>>, limits: FieldLimits): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      .slice(0, limits.fields)
      .map(([key, value]) => [truncate(key, 100), shrunkValue(value, limits)]),
  );
}

function shrunkValue(value: unknown, limits: FieldLimits): unknown {
  if (typeof value === 'string') return truncate(value, limits.text);
  if (typeof value !== 'object' || value === null) return value;
  const deeper = { ...limits, depth: limits.depth - 1 };
  if (Array.isArray(value)) {
    if (limits.depth <= 0) return `[list of ${value.length}]`;
    return value.slice(0, limits.fields).map((item) => shrunkValue(item, deeper));
  }
  return limits.depth <= 0 ? '[object]' : shrunk(value as Record<string, unknown>, deeper);
}

/** The smallest event that still says what happened, where and to whom: each text cut to fit with any characters. */
function bare(event: LogEvent): LogEvent {
  const { id, timestamp, severity, uncaught, error, fingerprint } = event;
  // A character takes at most six bytes in JSON (`\u0000`).
  const text = (value: string, max: number): string => truncate(value, Math.floor(max / 6));
  return {
    id,
    timestamp,
    severity,
    level: text(event.level, 60),
    message: text(event.message, 120),
    ...(event.service === undefined ? {} : { service: text(event.service, 60) }),
    ...(event.environment === undefined ? {} : { environment: text(event.environment, 60) }),
    ...(fingerprint === undefined
      ? {}
      : { fingerprint: text(typeof fingerprint === 'string' ? fingerprint : fingerprint.join(' '), 120) }),
    ...(error === undefined
      ? {}
      : {
          error: {
            type: text(error.type, 90),
            message: text(error.message, 90),
            isError: error.isError,
            frames: [],
            own: {},
          },
        }),
    context: {},
    process: { host: text(event.process.host, 60), pid: event.process.pid },
    ...(uncaught === undefined ? {} : { uncaught }),
  };
}
