import { LEVEL, SPLAT } from 'triple-beam';
import type { CapturedLine } from './captured.js';
import { type ContextSource, defaultContext } from './context-source.js';
import { findError, findErrorQuickly } from './find-error.js';
import { gluedMessage } from './glued-message.js';
import { isError } from './is-error.js';
import type { LineStart } from './line-start.js';
import { precedenceOf } from './precedence.js';
import { isQuiet } from './quiet.js';
import { safeRead } from './safe-read.js';
import { type Severity, isAtLeast, severityOf } from './severity.js';
import { withStackLimit } from './with-stack-limit.js';

/** How a {@link Captured} is made. */
export interface CaptureSettings {
  /** The logger that takes it. */
  readonly root: { readonly levels?: Readonly<Record<string, number>>; readonly defaultMeta?: unknown };
  /** The least severity at which a line without an Error gets the stack of its call. */
  readonly callSiteFrom: Severity;
  /** Default: the process's context, once @tocsin/context is loaded. */
  readonly context: ContextSource | undefined;
  /** The function that the caller's frames lie above. */
  readonly below: (...values: never[]) => unknown;
}

/**
 * The one place where the caller's side of a line is taken: runs inside the log call, before any format and any
 * waiting.
 */
export function makeCaptured(
  info: object,
  start: LineStart | undefined,
  settings: CaptureSettings,
): CapturedLine {
  const { root } = settings;
  const captured: Writable<CapturedLine> = {
    timestamp: Date.now(),
    takenBy: root,
    // Own, so that nothing that somebody put onto Object.prototype is taken for them.
    caller: undefined,
    shown: undefined,
    // With several arguments, and for a child's line, the info is winston's own.
    fresh: start !== undefined && (start.info === undefined ? SPLAT in info : start.info !== info),
  };
  addContext(captured, settings.context ?? defaultContext());
  const { context } = captured;
  const defaultMeta = start === undefined ? undefined : safeRead(start.logger, 'defaultMeta');
  const isChild = start !== undefined && start.logger !== root;
  if (context !== undefined || defaultMeta || isChild)
    Object.assign(captured, precedenceOf({ info, start, root, defaultMeta, context }));
  addError(captured, info, start, settings);
  if (isQuiet()) captured.quiet = true;
  return captured;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

/** Takes the fields that hold where the caller logs, if there are any, and what stands for the request. */
function addContext(captured: Writable<CapturedLine>, source: ContextSource | undefined): void {
  if (source === undefined) return;
  try {
    const fields = source.current();
    for (const _ in fields) {
      captured.context = fields;
      break;
    }
    const request: unknown = source.request?.();
    if (typeof request === 'object' && request !== null) captured.request = request;
  } catch {
    // A store of the user's may fail: a line without context is still a line.
  }
}

/** Takes the Error and its own fields, and for a severe line that has none the place of the call. */
function addError(
  captured: Writable<CapturedLine>,
  info: object,
  start: LineStart | undefined,
  { root, callSiteFrom, below }: CaptureSettings,
): void {
  const overwritten = start?.overwritten ?? start?.error?.overwritten;
  if (overwritten !== undefined) captured.overwritten = overwritten;
  const level = safeRead(info, LEVEL);
  const severe = typeof level === 'string' && isAtLeast(severityOf(level, root.levels), callSiteFrom);
  const error = start?.error === undefined ? (severe ? findError : findErrorQuickly)(info) : start.info;
  if (error === undefined) {
    if (severe && !tellsItsOrigin(info)) addCallSite(captured, below);
    return;
  }
  captured.error = error;
  if (start?.error !== undefined) captured.ownKeys = start.error.ownKeys;
  if (start?.metaKeys !== undefined) captured.metaKeys = start.metaKeys;
  const glued = gluedMessage(info);
  if (glued !== undefined) captured.gluedMessage = glued;
  if (severe && !isFromHandler(info) && !tellsItsPlace(error)) addCallSite(captured, below);
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
function addCallSite(captured: CapturedLine, below: CaptureSettings['below']): void {
  const site: { stack?: string } = {};
  withStackLimit(callSiteFrames, () => Error.captureStackTrace(site, below));
  Object.defineProperty(captured, 'callSite', {
    enumerable: true,
    get: () => (typeof site.stack === 'string' ? site.stack : undefined),
  });
}
