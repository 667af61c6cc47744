import type { Captured } from './captured.js';
import { copyFields } from './copy-fields.js';
import { carriedValue, isCarrier } from './error-carriers.js';
import { isError, isSerializedError } from './is-error.js';
import type { ErrorDetails } from './log-event.js';
import { plainCopy } from './plain-copy.js';
import { safeKeys, safeList, safeRead } from './safe-read.js';
import { snapshotLimits } from './snapshot-limits.js';
import { truncate } from './truncate.js';

/** An Error as bounded plain data, its stack still a text and nothing redacted yet. */
export interface ErrorSnapshot extends Omit<ErrorDetails, 'frames' | 'cause' | 'errors'> {
  readonly cause?: ErrorSnapshot;
  readonly errors?: readonly ErrorSnapshot[];
}

/** What is known of the error's own fields from before winston wrote onto it. */
export interface OwnFields {
  /** Default: all enumerable fields but `level`. */
  readonly ownKeys?: readonly string[];
  /** Values that defaultMeta overwrote. */
  readonly overwritten?: Readonly<Record<string, unknown>>;
}

/** The part of the captured data that is about the Error itself; without own keys, the rest is about the line. */
export function ownFieldsOf(captured: Captured | undefined): OwnFields {
  if (captured?.ownKeys === undefined) return {};
  const { ownKeys, overwritten } = captured;
  return overwritten === undefined ? { ownKeys } : { ownKeys, overwritten };
}

/** Bounded plain data of an Error, or of whatever was thrown in its place, with its causes and members. */
export function errorSnapshot(value: unknown, own: OwnFields = {}): ErrorSnapshot {
  return describe(value, own, { seen: new Set(), causes: snapshotLimits.causes });
}

interface Walk {
  /** Errors already told, against cycles; its size is the budget. */
  readonly seen: Set<object>;
  /** Steps along `cause` that are left. */
  readonly causes: number;
}

function describe(value: unknown, own: OwnFields, walk: Walk): ErrorSnapshot {
  if (typeof value !== 'object' || value === null) {
    const type = value === null ? 'null' : typeof value;
    return { type, message: textOf(value), isError: false, own: {} };
  }
  walk.seen.add(value);
  const standsAsError = isError(value) || isSerializedError(value);
  const { overwritten = {} } = own;
  const read = (key: string): unknown =>
    Object.hasOwn(overwritten, key) ? overwritten[key] : safeRead(value, key);
  const stack = read('stack');
  const code = read('code');
  const errors = membersOf(value);
  const keys = own.ownKeys ?? safeKeys(value);
  return {
    type: standsAsError ? typeOf(value) : 'object',
    message: standsAsError ? textOf(safeRead(value, 'message') ?? '') : messageOfObject(value),
    ...(typeof code === 'string' || typeof code === 'number' ? { code: short(String(code)) } : {}),
    isError: standsAsError,
    ...(typeof stack === 'string' && stack !== '' ? { stack: boundedStack(stack, read('message')) } : {}),
    own: copyFields(
      value,
      keys.filter((key) => !told.has(key) && !(key === 'errors' && errors !== undefined)),
      { ...overwritten, ...withoutBallast(keys, read) },
    ),
    ...causeOf(read('cause'), walk),
    ...(errors === undefined ? {} : { errors: describeMembers(errors, walk) }),
  };
}

/** The stack, bounded: of a message too long for it the end goes, and not the frames that come after it. */
function boundedStack(stack: string, message: unknown): string {
  if (stack.length <= snapshotLimits.stack || typeof message !== 'string' || message === '') {
    return truncate(stack, snapshotLimits.stack);
  }
  const start = stack.indexOf(message);
  if (start === -1) return truncate(stack, snapshotLimits.stack);
  const frames = stack.slice(start + message.length);
  return truncate(stack.slice(0, start) + textOf(message) + frames, snapshotLimits.stack);
}

/**
 * What an HTTP client or a driver hangs on its errors (sockets, bodies, statements) in the form in which it may be
 * shown: a whole request would take milliseconds to copy.
 */
function withoutBallast(
  keys: readonly string[],
  read: (key: string) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    keys.filter((key) => isCarrier(key)).map((key) => [key, carriedValue(key, read(key))]),
  );
}

/** Fields that have a place of their own in the details, and the one that winston writes. */
const told: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'code', 'cause', 'level']);

function causeOf(cause: unknown, walk: Walk): { readonly cause?: ErrorSnapshot } {
  if (cause === undefined || cause === null || walk.causes === 0 || !mayTell(cause, walk)) return {};
  return { cause: describe(cause, {}, { seen: walk.seen, causes: walk.causes - 1 }) };
}

function mayTell(value: unknown, walk: Walk): boolean {
  return walk.seen.size < snapshotLimits.errors && !walk.seen.has(value as object);
}

/** The members of an AggregateError; a list of plain problems under `errors` (validators) is an own field. */
function membersOf(value: object): readonly unknown[] | undefined {
  const members = safeList(safeRead(value, 'errors'), snapshotLimits.members);
  if (members === undefined) return undefined;
  return safeRead(value, 'name') === 'AggregateError' || members.some(isError) ? members : undefined;
}

function describeMembers(members: readonly unknown[], walk: Walk): readonly ErrorSnapshot[] {
  return members
    .filter((member) => mayTell(member, walk))
    .map((member) => describe(member, {}, { seen: walk.seen, causes: walk.causes }));
}

/** `err.name`; where it is broken, the name of its class. A serialised error may call it `type`. */
function typeOf(value: object): string {
  for (const name of [
    safeRead(value, 'name'),
    isError(value) ? undefined : safeRead(value, 'type'),
    safeRead(safeRead(value, 'constructor'), 'name'),
  ]) {
    if (typeof name === 'string' && name !== '' && name !== 'Object') return short(name);
  }
  return 'Error';
}

function messageOfObject(value: object): string {
  const message = safeRead(value, 'message');
  return typeof message === 'string' ? textOf(message) : textOf(value);
}

/** Any value as bounded text; objects as JSON. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return truncate(value, snapshotLimits.message);
  if (typeof value !== 'object' || value === null) return truncate(String(value), snapshotLimits.message);
  if (isError(value)) return textOf(safeRead(value, 'message') ?? '');
  return truncate(JSON.stringify(plainCopy(value)) ?? '', 1024);
}

function short(text: string): string {
  return truncate(text, snapshotLimits.name);
}
