import { types } from 'node:util';
import { capturedFor, capturedLines } from './capture-registry.js';
import type { Captured } from './captured.js';
import { cloneLine } from './clone-line.js';
import { type LineStart, lineStart, makeCaptured } from './make-captured.js';
import { safeRead } from './safe-read.js';
import { type Severity, isAtLeast, severities } from './severity.js';
import { configError, readOptions } from './tocsin-error.js';

/** Options of {@link captureAtCall}. */
export interface CaptureOptions {
  /**
   * The least severity at which a line without an Error gets the stack of its log call. Where several callers
   * ask, the lowest wins.
   * @default 'error'
   */
  readonly callSiteFrom?: Severity;
}

/** What one install shares with those that come after it, also from another copy of this package. */
interface Installed {
  callSiteFrom: Severity;
}

const marker = Symbol.for('tocsin.capture.installed');

/** The parts of winston's Logger that the wrappers stand before. */
interface RootLogger {
  [marker]?: Installed;
  defaultMeta?: unknown;
  readonly levels?: Readonly<Record<string, number>>;
  write: Method;
  push: Method;
  _transform: Method;
  _addDefaultMeta?: Method;
}
type Method = (this: unknown, ...values: unknown[]) => unknown;

/**
 * Takes down, whenever the logger or a child of it logs, what later stages lose: the Error itself, its own fields
 * before winston writes onto it, and for a severe line without an Error the stack of the call. Nothing of it can
 * be seen on the info; {@link capturedFor} gives it.
 *
 * A child is resolved to its root. A second call changes nothing but a lower `callSiteFrom`. The wrappers survive
 * `configure()` and `clear()`, and a failure in them never reaches the caller.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` when it is not given a winston logger.
 */
export function captureAtCall(logger: object, options: CaptureOptions = {}): void {
  readOptions('captureAtCall', () => capture(logger, options));
}

function capture(logger: object, options: CaptureOptions): void {
  const callSiteFrom = options.callSiteFrom ?? 'error';
  if (!severities.includes(callSiteFrom)) {
    throw configError('captureAtCall', 'callSiteFrom', callSiteFrom, severities.join(', '));
  }
  const root = rootOf(logger);
  const installed = root[marker];
  if (installed === undefined) {
    install(root, { callSiteFrom });
  } else if (isAtLeast(installed.callSiteFrom, callSiteFrom)) {
    installed.callSiteFrom = callSiteFrom;
  }
}

/** The object that really is the stream: a child is made by `Object.create(parent)` and has a read-only `write`. */
function rootOf(logger: unknown): RootLogger {
  for (
    let candidate = logger;
    typeof candidate === 'object' && candidate !== null;
    candidate = Object.getPrototypeOf(candidate) as unknown
  ) {
    if (
      Object.hasOwn(candidate, '_writableState') &&
      typeof safeRead(candidate, '_transform') === 'function'
    ) {
      return candidate as RootLogger;
    }
  }
  throw configError(
    'captureAtCall',
    'logger',
    logger,
    'a logger made by winston.createLogger(), or its child',
  );
}

function install(root: RootLogger, installed: Installed): void {
  const { write, push, _transform: transform, _addDefaultMeta: addDefaultMeta } = root;
  /** Between `_addDefaultMeta` and the `write` that follows it in the same call. */
  let start: LineStart | undefined;
  /** While `_transform` runs: what belongs to the line under way. */
  let current: Captured | undefined;

  function captureLine(info: object): object {
    const begun = start;
    start = undefined;
    const own = begun !== undefined && isLineOf(begun.info, info) ? begun : undefined;
    const earlier = capturedLines.get(info);
    // Not logged again but handed on, by a pipe from another logger: what the caller's own logger took holds.
    if (earlier !== undefined && own === undefined) return info;

    const { callSiteFrom } = installed;
    const captured = makeCaptured(info, own, { levels: root.levels, callSiteFrom, below: wrappers.write });
    // The same object logged again while its earlier line may still wait in a buffer: one entry for two lines.
    const line = earlier === undefined ? info : (cloneLine(info) ?? info);
    if (captured !== undefined) capturedLines.set(line, captured);
    else if (earlier !== undefined) capturedLines.delete(line);
    return line;
  }

  const wrappers: Pick<RootLogger, 'write' | 'push' | '_transform' | '_addDefaultMeta'> = {
    write(info, encoding, callback) {
      let line = info;
      try {
        if (typeof info === 'object' && info !== null) line = captureLine(info);
      } catch {
        // A line without captured data is still a line: the caller must not see our failure.
      }
      return write.call(this, line, encoding, callback);
    },
    push(outgoing, encoding) {
      // The user's formats may have made a new object of the info.
      if (current !== undefined && current !== capturedFor(outgoing)) {
        if (typeof outgoing === 'object' && outgoing !== null) capturedLines.set(outgoing, current);
      }
      return push.call(this, outgoing, encoding);
    },
    _transform(info, encoding, callback) {
      // winston's callback may start the next line's _transform before this one returns.
      const outer = current;
      current = capturedLines.get(info as object);
      try {
        return transform.call(this, info, encoding, callback);
      } finally {
        current = outer;
      }
    },
  };
  if (addDefaultMeta !== undefined) {
    wrappers._addDefaultMeta = function (info) {
      start = undefined;
      try {
        const defaultMeta = (this as RootLogger).defaultMeta;
        if (typeof info === 'object' && info !== null) start = lineStart(info, defaultMeta);
      } catch {
        // As in write: without captured data, the line goes on as plain winston would have it.
      }
      return addDefaultMeta.call(this, info);
    };
  }
  for (const [name, value] of Object.entries(wrappers)) {
    Object.defineProperty(root, name, { value, writable: true, configurable: true, enumerable: false });
  }
  Object.defineProperty(root, marker, { value: installed });
}

/** Whether `info` is the object that the line began with, or the plain copy that a child's `write` made of it. */
function isLineOf(begun: object, info: object): boolean {
  if (begun === info) return true;
  if (types.isProxy(begun)) return false;
  return (['level', 'message', 'stack'] as const).every(
    (key) => safeRead(info, key) === safeRead(begun, key),
  );
}
