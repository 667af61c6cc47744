import { LEVEL } from 'triple-beam';
import { capturedFor } from './capture-registry.js';
import type { Captured } from './captured.js';
import { decidedField, shownAs } from './decided-fields.js';
import { type ErrorSnapshot, errorSnapshot, ownFieldsOf, textOf } from './error-snapshot.js';
import { findError, findStandIn } from './find-error.js';
import type { Breadcrumb } from './log-event.js';
import { lineFields } from './line-fields.js';
import { lineMessage } from './line-message.js';
import { approximateBytes } from './approximate-bytes.js';
import { safeList, safeRead } from './safe-read.js';
import { type Severity, severities } from './severity.js';
import { snapshotLimits } from './snapshot-limits.js';
import { stripAnsi } from './strip-ansi.js';
import { truncate } from './truncate.js';

const brand = Symbol.for('tocsin.snapshot');

/** All that is later needed of a line, as bounded plain data; nothing of it is the caller's, nothing is redacted yet. */
export interface Snapshot {
  readonly [brand]: true;
  /** When the caller logged, in milliseconds since the epoch. */
  readonly timestamp: number;
  /** Without colour codes. */
  readonly level: string;
  readonly message: string;
  readonly error?: ErrorSnapshot;
  /** Everything else that was logged with the line. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** The stack of the log call, where no Error on the line tells a place; formatted when it is first read. */
  readonly callSite?: string | undefined;
  readonly uncaught?: 'exception' | 'rejection';
  readonly tags?: readonly string[];
  readonly fingerprint?: string | readonly string[];
  /** A `severity` field of the line; overrules the level's. */
  readonly severity?: Severity;
  /** The request's lines before this one, the oldest first, where the logger keeps them. */
  readonly breadcrumbs?: readonly Breadcrumb[];
  /** What the snapshot takes in memory, roughly, in bytes. */
  readonly bytes: number;
}

/** Whether the value was made by {@link snapshot}, of this or another copy of the package. */
export function isSnapshot(value: unknown): value is Snapshot {
  return safeRead(value, brand) === true;
}

/**
 * Takes down a line synchronously, for handling it later: winston shares the info with all transports, and it may
 * be the caller's own Error. Never throws.
 *
 * @param info what winston gave to the transport; any other value becomes a line of level `error`.
 * @param captured what {@link captureAtCall} took; by default it is looked up.
 */
export function snapshot(info: unknown, captured: Captured | undefined = capturedFor(info)): Snapshot {
  try {
    if (typeof info !== 'object' || info === null) return sized(bareLine(textOf(info)));
    const line = takeDown(info, captured);
    const hasCallSite = captured !== undefined && 'callSite' in captured;
    return hasCallSite ? withCallSite(sized(line, callSiteBytes), captured) : sized(line);
  } catch {
    // Whatever the caller logged: that it cannot be read is all that can be told of it.
    return { ...bareLine('A line that cannot be read was logged'), bytes: 256 };
  }
}

function takeDown(info: object, captured: Captured | undefined): Omit<Snapshot, 'bytes'> {
  const uncaught = uncaughtKind(info);
  const error = captured?.error ?? findError(info) ?? findStandIn(info);
  const fingerprint = fingerprintOf(decidedField(info, captured, 'fingerprint'));
  const inContext = shownAs(captured?.shown, 'tags') !== undefined ? undefined : captured?.context?.['tags'];
  const tags = tagsOf(decidedField(info, captured, 'tags', {}), inContext);
  const severity = severityField(decidedField(info, captured, 'severity'));
  const taken = new Set<string>();
  if (fingerprint !== undefined) taken.add('fingerprint');
  if (tags !== undefined) taken.add('tags');
  if (severity !== undefined) taken.add('severity');

  return {
    ...bareLine(lineMessage(info, error, captured)),
    ...(captured?.timestamp === undefined ? {} : { timestamp: captured.timestamp }),
    level: levelOf(info),
    ...(error === undefined && uncaught === undefined
      ? {}
      : { error: errorSnapshot(error ?? safeRead(info, 'error'), ownFieldsOf(captured)) }),
    fields: lineFields(info, { error, captured, uncaught: uncaught !== undefined, taken }),
    ...(uncaught === undefined ? {} : { uncaught }),
    ...(tags === undefined ? {} : { tags }),
    ...(fingerprint === undefined ? {} : { fingerprint }),
    ...(severity === undefined ? {} : { severity }),
    ...(captured?.breadcrumbs === undefined ? {} : { breadcrumbs: captured.breadcrumbs }),
  };
}

function bareLine(message: string): Omit<Snapshot, 'bytes'> {
  return { [brand]: true, timestamp: Date.now(), level: 'error', message, fields: {} };
}

function sized(line: Omit<Snapshot, 'bytes'>, more = 0): Snapshot {
  return { ...line, bytes: approximateBytes(line) + more };
}

/** What the stack of a log call takes, about. */
const callSiteBytes = 2_048;

/** Adds the stack of the log call, which is formatted when it is read: in the background, and not for a line that is dropped. */
function withCallSite(line: Snapshot, captured: Captured): Snapshot {
  return Object.defineProperty(line, 'callSite', {
    enumerable: true,
    get: () =>
      captured.callSite === undefined ? undefined : truncate(captured.callSite, snapshotLimits.stack),
  });
}

/** The logger's name for the level; `error` where there is none, because nothing that is let through may be lost. */
function levelOf(info: object): string {
  for (const level of [safeRead(info, LEVEL), safeRead(info, 'level')]) {
    if (typeof level === 'string' && level !== '') return truncate(stripAnsi(truncate(level, 256)), 64);
  }
  return 'error';
}

/** winston's handlers set `exception` or `rejection`, and an `error` field even for what is not an Error. */
function uncaughtKind(info: object): 'exception' | 'rejection' | undefined {
  for (const kind of ['exception', 'rejection'] as const) {
    if (safeRead(info, kind) !== true) continue;
    if (safeRead(info, 'error') !== undefined || Array.isArray(safeRead(info, 'trace'))) return kind;
  }
  return undefined;
}

/** The tags of the call and of its context together. */
function tagsOf(...given: readonly unknown[]): readonly string[] | undefined {
  const tags = given.flatMap(
    (some) => textsOf(typeof some === 'string' && some !== '' ? [some] : some) ?? [],
  );
  return tags.length === 0 ? undefined : [...new Set(tags)];
}

function fingerprintOf(given: unknown): string | readonly string[] | undefined {
  if (typeof given === 'string' && given !== '') return truncate(given, 1024);
  return textsOf(given);
}

/** The texts and numbers of a list, as texts; `undefined` where there are none. */
function textsOf(given: unknown): readonly string[] | undefined {
  const texts = (safeList(given, snapshotLimits.tags) ?? [])
    .filter((value) => typeof value === 'string' || typeof value === 'number')
    .map((value) => truncate(String(value), snapshotLimits.name));
  return texts.length === 0 ? undefined : texts;
}

function severityField(given: unknown): Severity | undefined {
  return severities.find((severity) => severity === given);
}
