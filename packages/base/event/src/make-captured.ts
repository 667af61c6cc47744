import { LEVEL } from 'triple-beam';
import { type FirstSight, seenErrors } from './capture-registry.js';
import type { Captured } from './captured.js';
import { findError, findErrorQuickly } from './find-error.js';
import { gluedMessage } from './glued-message.js';
import { isError } from './is-error.js';
import { isQuiet } from './quiet.js';
import { safeKeys, safeRead } from './safe-read.js';
import { type Severity, isAtLeast, severityOf } from './severity.js';

/** The state of a line before winston writes defaultMeta onto it; held until the `write` that follows. */
export interface LineStart {
  /** What winston is about to write on: the caller's own object or Error, or winston's new info. */
  readonly info: object;
  readonly error?: FirstSight;
  readonly metaKeys?: readonly string[];
  readonly overwritten?: Readonly<Record<string, unknown>>;
}

/** Takes down what defaultMeta is about to hide on the info. */
export function lineStart(info: object, defaultMeta: unknown): LineStart {
  const metaKeys = typeof defaultMeta === 'object' && defaultMeta !== null ? Object.keys(defaultMeta) : [];
  const overwritten = valuesUnder(info, metaKeys);
  if (!isError(info)) return overwritten === undefined ? { info } : { info, overwritten };

  // Logged before: by now winston's and the formats' keys stand on it beside its own.
  let error = seenErrors.get(info);
  if (error === undefined) {
    const ownKeys = safeKeys(info).filter((key) => key !== 'level');
    error = overwritten === undefined ? { ownKeys } : { ownKeys, overwritten };
    seenErrors.set(info, error);
  }
  return { info, error, metaKeys };
}

function valuesUnder(info: object, keys: readonly string[]): Record<string, unknown> | undefined {
  let values: Record<string, unknown> | undefined;
  for (const key of keys) if (Object.hasOwn(info, key)) (values ??= {})[key] = safeRead(info, key);
  return values;
}

/** How a {@link Captured} is made. */
export interface CaptureSettings {
  /** The logger's own levels. */
  readonly levels: Readonly<Record<string, number>> | undefined;
  /** The least severity at which a line without an Error gets the stack of its call. */
  readonly callSiteFrom: Severity;
  /** The function that the caller's frames lie above. */
  readonly below: (...values: never[]) => unknown;
}

/**
 * The one place where the caller's side of a line is taken: runs inside the log call, before any format and any
 * waiting. `undefined` where there is nothing that the info itself does not say.
 */
export function makeCaptured(
  info: object,
  start: LineStart | undefined,
  settings: CaptureSettings,
): Captured | undefined {
  const captured = callersSide(info, start, settings);
  // Not a copy, which would format the stack of the call.
  return isQuiet() ? Object.assign(captured ?? {}, { quiet: true as const }) : captured;
}

function callersSide(
  info: object,
  start: LineStart | undefined,
  settings: CaptureSettings,
): Captured | undefined {
  const overwritten = start?.overwritten ?? start?.error?.overwritten;
  const level = safeRead(info, LEVEL);
  const severe =
    typeof level === 'string' && isAtLeast(severityOf(level, settings.levels), settings.callSiteFrom);
  const error = start?.error === undefined ? (severe ? findError : findErrorQuickly)(info) : start.info;
  if (!severe && error === undefined && overwritten === undefined) return undefined;

  const timestamp = Date.now();
  if (error === undefined) {
    const told = overwritten === undefined ? {} : { overwritten };
    return severe && !tellsItsOrigin(info)
      ? withCallSite({ timestamp, ...told }, settings.below)
      : { timestamp, ...told };
  }
  const glued = gluedMessage(info);
  const captured: Captured = {
    timestamp,
    error,
    ...(start?.error === undefined ? {} : { ownKeys: start.error.ownKeys }),
    ...(start?.metaKeys === undefined ? {} : { metaKeys: start.metaKeys }),
    ...(overwritten === undefined ? {} : { overwritten }),
    ...(glued === undefined ? {} : { gluedMessage: glued }),
  };
  return severe && !isFromHandler(info) && !tellsItsPlace(error)
    ? withCallSite(captured, settings.below)
    : captured;
}

/** Errors of a chain whose stacks are looked through. */
const maxLinks = 5;
/** A frame that is neither Node's own nor a package's. */
const placeFrame = /^ {4}at (?!.{0,1000}(?:node:|[\\/]node_modules[\\/]|<anonymous>)).{0,1000}:\d/m;

/**
 * Whether a stack of the error or of its causes may name a place in the application. Those of Node's own work do
 * not (`fetch failed`, `connect ECONNREFUSED`): there, the log call is the nearest place that is known.
 */
function tellsItsPlace(error: unknown): boolean {
  let link = error;
  for (let links = 0; links < maxLinks && isError(link); links += 1) {
    const stack = safeRead(link, 'stack');
    if (typeof stack === 'string' && placeFrame.test(stack.slice(0, 16_384))) return true;
    link = safeRead(link, 'cause');
  }
  return false;
}

/** Whether the line brings a stack of its own, or comes from winston's handlers and not from a call. */
function tellsItsOrigin(info: object): boolean {
  const hasStack = ['stack', 'stackTrace'].some((key) => typeof safeRead(info, key) === 'string');
  return hasStack || isFromHandler(info);
}

function isFromHandler(info: object): boolean {
  return safeRead(info, 'exception') === true || safeRead(info, 'rejection') === true;
}

const callSiteFrames = 12;

/** Adds the stack of the log call, which V8 takes down now and formats when it is read. */
function withCallSite(captured: Captured, below: CaptureSettings['below']): Captured {
  const site: { stack?: string } = {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = callSiteFrames;
  try {
    Error.captureStackTrace(site, below);
  } finally {
    Error.stackTraceLimit = limit;
  }
  return Object.defineProperty(captured, 'callSite', {
    enumerable: true,
    get: () => (typeof site.stack === 'string' ? site.stack : undefined),
  });
}
