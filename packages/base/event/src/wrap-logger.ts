import { AsyncResource } from 'node:async_hooks';
import { leaveTrail, trailOf } from './breadcrumbs.js';
import { CallFrames, maxFrames } from './call-frames.js';
import { capturedLines } from './capture-registry.js';
import { answersProbe } from './child-fields.js';
import type { CapturedLine } from './captured.js';
import { cloneLine, takeBack } from './clone-line.js';
import { type FramesWanted, noFramesWanted, wantMoreFrames, wantsFrames } from './frames-wanted.js';
import { hasCopyingTransport, hasUnread, isHeldUp, mayBeReadLater, noteAnswers } from './line-holders.js';
import { type LineStart, isLineOf, lineStart } from './line-start.js';
import {
  type BoundLogger,
  type LineUnderWay,
  carryBySplat,
  countInstall,
  enterLine,
  hasMissedLine,
  leaveLine,
} from './line-under-way.js';
import { type CaptureSettings, makeCaptured } from './make-captured.js';
import { safeRead } from './safe-read.js';
import type { Severity } from './severity.js';

/** What one install shares with those that come after it, also from another copy of this package. */
export interface Installed extends CaptureSettings {
  callSiteFrom: Severity;
  context: CaptureSettings['context'];
  /** Whether the last lines of each request are kept. */
  breadcrumbs: boolean;
  readonly framesWanted: FramesWanted;
  /** Gives the span that is active where it is called. */
  readSpan: (() => object | undefined) | undefined;
}

const marker = Symbol.for('tocsin.capture.installed');

/** The parts of winston's Logger that the wrappers stand before. */
export interface RootLogger {
  readonly [marker]?: Installed;
  readonly defaultMeta?: unknown;
  readonly levels?: Readonly<Record<string, number>>;
  write: Method;
  push: Method;
  log: Method;
  profile: Method;
  startTimer: Method;
  _transform: Method;
  _addDefaultMeta: Method;
}
type Method = (this: unknown, ...values: unknown[]) => unknown;

/** What an earlier {@link wrapLogger} left on the logger. */
export function installedOn(root: object): Installed | undefined {
  return safeRead(root, marker) as Installed | undefined;
}

/** Puts the wrappers before the logger's methods. Nothing of them can be enumerated. */
export function wrapLogger(root: RootLogger, callSiteFrom: Severity): Installed {
  const {
    write,
    push,
    _transform: transform,
    _addDefaultMeta: addDefaultMeta,
    log,
    profile,
    startTimer,
  } = root;
  /** Between the logger's method and the `write` that follows in the same call. */
  let start: LineStart | undefined;
  /** The line that `write` hands to the stream, until the stream begins with it. */
  let entering: unknown;
  /** While `_transform` runs: the line under way. */
  let current: LineUnderWay | undefined;
  /** Whether formats of Tocsin are at work in transports, which get copies of the lines. */
  let carries = false;

  const carriesLines = (): boolean => carries || (hasMissedLine() && hasCopyingTransport(root));

  function captureLine(info: object, frames: CallFrames | undefined): object {
    const begun = start;
    start = undefined;
    const own = begun !== undefined && isLineOf(begun, info) ? begun : undefined;
    const earlier = capturedLines.get(info);
    // Not logged again but handed on, by a pipe from another logger: what the caller's own logger took holds.
    if (earlier !== undefined && own === undefined && earlier.takenBy !== root) return info;

    const captured = makeCaptured(info, own, installed);
    if (frames !== undefined) captured.frames = frames;
    const span = installed.readSpan?.();
    if (span !== undefined) captured.span = span;
    // The caller may log or change the same object while somebody still reads this line, or its earlier one.
    const mayChange =
      earlier !== undefined || (captured.fresh !== true && (carriesLines() || mayBeReadLater(root)));
    // Better another print of what holds itself than the context of the line that waits, on both.
    const mayWait = earlier !== undefined && isHeldUp(root);
    const line = mayChange ? (cloneLine(info, mayWait) ?? info) : info;
    if (line !== info && (carriesLines() || isHeldUp(root))) captured.fresh = true;
    capturedLines.set(line, captured);
    return line;
  }

  /** When the call is over. */
  function settle(info: object, line: object): void {
    // Where winston made the line, nobody asks whether it may be read later.
    if (capturedLines.get(line)?.fresh === true) return;
    try {
      noteAnswers(root);
      // All have done with it: what formats wrote belongs on the caller's object, as winston has it.
      if (line !== info && !mayBeReadLater(root)) takeBack(info, line);
    } catch {
      // As in write.
    }
  }

  const logger: BoundLogger = {
    carryToTransports: () => (carries = true),
    framesNow() {
      if (current?.waited !== false || current.captured?.takenBy !== root) return undefined;
      if (current.captured.frames !== undefined) wantMoreFrames(installed.framesWanted);
      return new CallFrames(wrappers.write);
    },
  };

  /** The line has to wait: what is known in the call alone is taken before the call is over. */
  function putOff(line: object): void {
    const captured = capturedLines.get(line);
    if (captured === undefined) return;
    keepCaller(captured);
    if (captured.frames === undefined || captured.takenBy !== root) return;
    if (captured.frames.most < maxFrames) captured.frames = new CallFrames(wrappers.write);
  }

  function begin(info: unknown): LineUnderWay {
    const taken = isObject(info) ? capturedLines.get(info) : undefined;
    // What these formats make of a line that another logger handed on is not to be seen on that logger's.
    const captured =
      taken === undefined || taken.takenBy === root ? taken : (Object.create(taken) as CapturedLine);
    const waited = captured?.caller !== undefined;
    const own = captured?.fresh === true && captured.takenBy === root ? (info as object) : undefined;
    return { captured, logger, waited, formatting: true, own, pushed: undefined };
  }

  /** The user's formats are through, and may have made a new object of the info. */
  function handOn(line: LineUnderWay, outgoing: object): void {
    line.formatting = false;
    line.pushed = outgoing;
    const { captured } = line;
    if (captured === undefined) return;
    if (capturedLines.get(outgoing) !== captured) capturedLines.set(outgoing, captured);
    if (carriesLines()) carryBySplat(outgoing, captured);
    const { request } = captured;
    if (!installed.breadcrumbs || request === undefined) return;
    if (captured.takenBy !== root || captured.quiet === true) return;
    const trail = trailOf(request);
    if (trail !== undefined) captured.breadcrumbs = trail;
    leaveTrail(request, outgoing, captured);
  }

  function work(
    self: unknown,
    line: LineUnderWay,
    info: unknown,
    encoding: unknown,
    callback: unknown,
  ): unknown {
    // winston's callback may start the next line's _transform before this one returns.
    const outer = current;
    current = line;
    const outside = enterLine(current);
    try {
      return transform.call(self, info, encoding, callback);
    } finally {
      leaveLine(outside);
      current = outer;
    }
  }

  /** The method, which takes down whose it is before it writes a line. */
  function startingLine(method: Method): Method {
    return function (...values) {
      start = { logger: this as object };
      try {
        return method.apply(this, values);
      } finally {
        start = undefined;
      }
    };
  }

  const wrappers: Pick<RootLogger, Wrapped> = {
    log: startingLine(log),
    profile: startingLine(profile),
    startTimer() {
      const timed = this as RootLogger;
      // The timer writes later, past the logger's methods.
      const writeLater = startingLine(timed.write).bind(timed);
      return startTimer.call(Object.create(timed, { write: { value: writeLater } }));
    },
    write(info, encoding, callback) {
      if (answersProbe(info)) return true;
      let line = info;
      try {
        if (isObject(info)) {
          const { framesWanted } = installed;
          // Here, and not further in: V8 takes its time for each frame that lies below. All of them where a transport
          // may look at the line when the call is over.
          const frames = wantsFrames(framesWanted, info)
            ? new CallFrames(wrappers.write, carriesLines() ? maxFrames : framesWanted.enough)
            : undefined;
          line = captureLine(info, frames);
        }
      } catch {
        // A line without captured data is still a line: the caller must not see our failure.
      }
      const outer = entering;
      entering = line;
      try {
        return write.call(this, line, encoding, callback);
      } finally {
        if (entering === line && isObject(line)) putOff(line);
        entering = outer;
        if (isObject(line)) settle(info as object, line);
      }
    },
    push(outgoing, encoding) {
      try {
        if (current?.formatting === true && isObject(outgoing)) handOn(current, outgoing);
      } catch {
        // As in write.
      }
      const line = current;
      const more = push.call(this, outgoing, encoding);
      // A logger that this one is piped to gets the line later, from within whatever call makes room.
      if (line?.captured !== undefined && line.pushed === outgoing && hasUnread(root))
        keepCaller(line.captured);
      return more;
    },
    _transform(info, encoding, callback) {
      if (entering === info) entering = undefined;
      const line = begin(info);
      const caller = line.captured?.caller;
      if (caller === undefined) return work(this, line, info, encoding, callback);
      return caller.runInAsyncScope(() => work(this, line, info, encoding, callback));
    },
    _addDefaultMeta(info) {
      start = undefined;
      try {
        const { defaultMeta } = this as RootLogger;
        if (isObject(info)) start = lineStart(this as object, info, defaultMeta);
      } catch {
        // As in write: without captured data, the line goes on as plain winston would have it.
      }
      return addDefaultMeta.call(this, info);
    },
  };
  const installed: Installed = {
    root,
    callSiteFrom,
    framesWanted: noFramesWanted(),
    readSpan: undefined,
    context: undefined,
    below: wrappers.write,
    breadcrumbs: false,
  };
  for (const [name, value] of Object.entries(wrappers)) {
    Object.defineProperty(root, name, { value, writable: true, configurable: true, enumerable: false });
  }
  Object.defineProperty(root, marker, { value: installed });
  countInstall();
  return installed;
}

type Wrapped = 'log' | 'profile' | 'startTimer' | 'write' | 'push' | '_transform' | '_addDefaultMeta';

/** To be called while the caller's async context still holds. */
function keepCaller(captured: CapturedLine): void {
  captured.caller ??= new AsyncResource('TOCSIN_LINE');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
