import { LEVEL, SPLAT } from 'triple-beam';
import type { CallFrames } from './call-frames.js';
import { capturedLines } from './capture-registry.js';
import type { CapturedLine } from './captured.js';
import { type HiddenSlot, createHiddenSlot } from './hidden-slot.js';
import { isError } from './is-error.js';
import { safeRead } from './safe-read.js';

/** What a format may ask of the logger whose line it is given. */
export interface BoundLogger {
  /** Has later lines be recognised in the formats of transports. */
  readonly carryToTransports: () => void;
  /**
   * All frames of the call that is under way, where those of its line are missing or too few. Later calls get more.
   * `undefined` where the line waited, or comes from another logger: what is under way is not its call.
   */
  readonly framesNow: () => CallFrames | undefined;
}

/** The line that a logger is working on, from its `write` to the end of its `push`. */
export interface LineUnderWay {
  readonly captured: CapturedLine | undefined;
  readonly logger: BoundLogger;
  /** Whether the line had to wait: the call is over. */
  readonly waited: boolean;
  /** Whether the logger's own formats are at work; transports' formats come after them. */
  formatting: boolean;
  /** The object that nobody but the formats of this line sees. */
  own: object | undefined;
  /** What the logger's formats made of the line, once they are through. */
  pushed: object | undefined;
}

const underWayKey = Symbol.for('tocsin.capture.underway');
const splatsKey = Symbol.for('tocsin.capture.splats');
const holder = globalThis as {
  [underWayKey]?: { line: LineUnderWay | undefined; installs: number; missed: boolean };
  [splatsKey]?: HiddenSlot<CapturedLine>;
};

/** Shared by duplicate installs of this package, since formats may belong to another one than the logger's capture. */
const state = (holder[underWayKey] ??= { line: undefined, installs: 0, missed: false });
/** Lines by what was logged after their message: transports give their formats a copy, which keeps only that. */
const carried = (holder[splatsKey] ??= createHiddenSlot());

/** Makes `line` the one under way; gives the one that it interrupts, to be put back by {@link leaveLine}. */
export function enterLine(line: LineUnderWay): LineUnderWay | undefined {
  const outer = state.line;
  state.line = line;
  return outer;
}

export function leaveLine(outer: LineUnderWay | undefined): void {
  state.line = outer;
}

/** Whether a format was given a line that it could not know: which logger should have carried it is not known. */
export function hasMissedLine(): boolean {
  return state.missed;
}

export function countInstall(): void {
  state.installs += 1;
}

/** Lets the formats of transports find the line in the copies that they get of `info`. */
export function carryBySplat(info: object, captured: CapturedLine): void {
  const splat = safeRead(info, SPLAT);
  if (typeof splat === 'object' && splat !== null) {
    if (!Array.isArray(splat) || carried.get(splat) === captured) return;
  }
  // Never the list that the caller gave: other lines may have it too, and must not be taken for this one.
  const own = Array.isArray(splat) ? [...(splat as unknown[])] : [];
  if (Reflect.set(info, SPLAT, own)) carried.set(own, captured);
}

/** What a format finds out about the line that it is given. */
export interface FoundLine {
  /** `undefined` where the line is not known. */
  readonly captured: CapturedLine | undefined;
  /** The line under way, where it is this one: what runs now runs in the caller's async context. */
  readonly underWay?: LineUnderWay;
}

/**
 * The line that a format was given, in a logger's formats and in a transport's. Where `captured` is undefined, the
 * line's logger is not bound, or a slow transport kept the line waiting before its format was first seen at work: from
 * then on lines are carried.
 */
export function findLine(info: object): FoundLine {
  const { line } = state;
  if (line?.formatting === true) return { captured: line.captured, underWay: line };
  if (typeof info !== 'object' || info === null) return { captured: undefined };
  const known = capturedLines.get(info) ?? carriedFor(info);
  if (known !== undefined)
    return known === line?.captured ? { captured: known, underWay: line } : { captured: known };
  if (line === undefined || !isCopyOf(info, line.pushed)) {
    state.missed = true;
    return { captured: undefined };
  }
  line.logger.carryToTransports();
  return { captured: line.captured, underWay: line };
}

function carriedFor(info: object): CapturedLine | undefined {
  const splat = safeRead(info, SPLAT);
  return typeof splat === 'object' && splat !== null ? carried.get(splat) : undefined;
}

/** Whether `info` is the copy that a transport made for its format: of an Error, it lacks the message. */
function isCopyOf(info: object, pushed: object | undefined): boolean {
  if (pushed === undefined) return false;
  const isSame = (key: PropertyKey): boolean => safeRead(info, key) === safeRead(pushed, key);
  if (!isSame(LEVEL) || !isSame(SPLAT)) return false;
  // Winston makes a list for each call. The message may be another by now: the transport's own splat() fills it in.
  if (Array.isArray(safeRead(pushed, SPLAT))) return true;
  return (isError(pushed) ? Object.keys(pushed) : ['message']).every(isSame);
}

/** Whether any logger of the process captures what its callers know. */
export function isAnyLoggerBound(): boolean {
  return state.installs > 0;
}
