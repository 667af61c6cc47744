import type { Captured } from './captured.js';
import { copyFields } from './copy-fields.js';
import { decidedFields, isHolderOfShown } from './decided-fields.js';
import { splatOf } from './find-error.js';
import { isError, isSerializedError } from './is-error.js';
import { safeHasOwn, safeKeys, safeRead } from './safe-read.js';

/** What {@link lineFields} must know of the line to tell its fields from the rest. */
export interface FieldsOf {
  /** The Error (or its stand-in) that the line carries. */
  readonly error: unknown;
  readonly captured: Captured | undefined;
  /** Whether the line was made by winston's handler of uncaught exceptions or rejections. */
  readonly uncaught: boolean;
  /** Fields that have a place of their own in the event. */
  readonly taken: ReadonlySet<string>;
}

const errorFields = ['errorType', 'errorMessage', 'stackTrace'];
/** What winston's handlers add: the machine, the process and the parsed stack, in thousands of characters. */
const handlerFields = new Set(['error', 'exception', 'rejection', 'date', 'process', 'os', 'trace', 'stack']);

/**
 * Everything that was logged with the line and all that its context holds, as bounded plain data: without the Error
 * and what winston made of it. Where several give a field: call > context > child > defaultMeta.
 */
export function lineFields(info: object, line: FieldsOf): Record<string, unknown> {
  const { captured, error, taken } = line;
  const values = decidedFields(info, captured);
  const beside = captured?.besideError ?? {};
  const keys = safeKeys(info).filter(
    (key) => !Object.hasOwn(beside, key) && isField(key, safeRead(info, key), info, line),
  );
  // Also what stands on the info and is not told: defaultMeta on a logged Error, which winston copies from there.
  const missing = Object.keys(values).filter(
    (key) => !keys.includes(key) && key !== 'level' && key !== 'message' && !taken.has(key),
  );
  const fields = copyFields(info, [...keys, ...missing], values);

  // winston merges the first object after the message, and that only where the message has no tokens.
  for (const value of splatOf(info)) {
    if (!isPlain(value) || value === error || isError(value)) continue;
    const more = safeKeys(value).filter(
      (key) => !(key in fields) && !safeHasOwn(info, key) && isField(key, safeRead(value, key), value, line),
    );
    Object.assign(fields, copyFields(value, more));
  }
  return fields;
}

function isField(key: string, value: unknown, holder: object, line: FieldsOf): boolean {
  const { captured, error, uncaught, taken } = line;
  if (key === 'level' || key === 'message' || taken.has(key) || value === undefined) return false;
  // What winston's timestamp() puts there; an event has a time of its own.
  if (key === 'timestamp' && typeof value === 'string') return false;
  if (uncaught && handlerFields.has(key)) return false;
  // Its fields are told as if they stood on the line.
  if (isHolderOfShown(key, captured)) return false;
  if (error === undefined) return true;
  if (value === error) return false;
  // The Error is the info: what stands on it from before is its own, the rest was added to the line.
  if (holder === error) {
    if (captured?.metaKeys?.includes(key)) return true;
    return captured?.ownKeys !== undefined && !captured.ownKeys.includes(key);
  }
  if (key === 'stack') return false;
  if (key === 'cause' && value === safeRead(error, 'cause')) return false;
  if ((key === 'error' || key === 'err') && standsFor(value, error)) return false;
  if (errorFields.includes(key)) return isError(error);
  return captured?.metaKeys?.includes(key) === true || !isCopied(key, value, error, captured);
}

/** Whether the value is what {@link errorFormat} or a serializer of the user's made of the Error. */
function standsFor(value: unknown, error: unknown): boolean {
  return isSerializedError(value) && safeRead(value, 'message') === safeRead(error, 'message');
}

/** Whether winston or a format copied the field from the Error onto the line. */
function isCopied(key: string, value: unknown, error: unknown, captured: Captured | undefined): boolean {
  if (typeof error !== 'object' || error === null || !safeHasOwn(error, key)) return false;
  if (captured?.ownKeys !== undefined && !captured.ownKeys.includes(key)) return false;
  return safeRead(error, key) === value;
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  try {
    const prototype = Object.getPrototypeOf(value) as unknown;
    return prototype === Object.prototype || prototype === null;
  } catch {
    // A Proxy's getPrototypeOf trap may throw: nothing is taken from such an object.
    return false;
  }
}
