import { types } from 'node:util';
import { LEVEL } from 'triple-beam';
import { approximateBytes } from './approximate-bytes.js';
import { isError } from './is-error.js';
import type { CopyLimits } from './plain-copy.js';
import type { Redaction } from './resolve-redaction.js';
import { safeRead } from './safe-read.js';
import { truncate } from './truncate.js';

/** Wider than an alert's: this is what the user's own transports print. */
const limits = {
  maxDepth: 10,
  maxKeys: 1000,
  maxStringLength: 262_144,
  maxTotal: 1_048_576,
} satisfies CopyLimits;
const maxKeys = 1000;
const maxErrors = 5;
/** UTF-16 units of the whole line: what a thousand fields share must not be copied a thousand times in full. */
const maxLine = 4 * limits.maxTotal;
/** Left of a text when the line has taken all: the message may come last. */
const leastText = 1_024;
/** What an Error takes, beside its fields. */
const errorUnits = 256;

/** A line under way. */
interface Cloning {
  readonly redaction: Redaction;
  left: number;
}

/**
 * A copy of a logged object without secrets, with its prototype and symbols. Errors in its fields stay Errors,
 * as do the causes and members of those, five deep; everything else becomes plain data. Bounded as a whole.
 */
export function redactedClone(original: object, redaction: Redaction): object {
  return cloneOf(original, { redaction, left: maxLine }, 0);
}

function cloneOf(original: object, cloning: Cloning, depth: number): object {
  cloning.left -= errorUnits;
  const prototype = Object.getPrototypeOf(original) as object | null;
  const clone = types.isNativeError(original) ? emptyError(prototype) : (Object.create(prototype) as object);
  for (const key of Reflect.ownKeys(original).slice(0, maxKeys)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor === undefined) continue;
    define(clone, key, fieldOf(original, key, cloning, depth), descriptor.enumerable ?? false);
  }
  // V8 may keep the stack where only the original's accessor finds it.
  if (isError(original)) define(clone, 'stack', fieldOf(original, 'stack', cloning, depth), false);
  if (prototype !== Object.prototype && prototype !== null)
    replaceInherited(clone, original, cloning.redaction);
  return clone;
}

function fieldOf(original: object, key: string | symbol, cloning: Cloning, depth: number): unknown {
  const value = safeRead(original, key);
  if (key === LEVEL || key === 'level') return value;
  return clean(
    typeof key === 'string' ? cloning.redaction.entry(key, value, original) : value,
    cloning,
    depth,
  );
}

function clean(value: unknown, cloning: Cloning, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value, cloning);
  if (typeof value !== 'object' || value === null || types.isDate(value)) return value;
  const isShallow = depth < maxErrors && cloning.left > 0;
  if (isShallow && isError(value)) return cloneOf(value, cloning, depth + 1);
  if (isShallow && Array.isArray(value) && value.length <= maxKeys) {
    return value.map((member) =>
      isError(member) ? clean(member, cloning, depth) : cleanCopy(member, cloning),
    );
  }
  return cleanCopy(value, cloning);
}

function cleanText(text: string, cloning: Cloning): string {
  const shown = cloning.redaction.text(
    cut(text, Math.min(limits.maxStringLength, Math.max(leastText, cloning.left))),
  );
  cloning.left -= shown.length;
  return shown;
}

function cut(text: string, max: number): string {
  return text.length > max ? truncate(text, max) : text;
}

function cleanCopy(value: unknown, cloning: Cloning): unknown {
  const copy = cloning.redaction.copy(value, {
    ...limits,
    maxTotal: Math.min(limits.maxTotal, cloning.left),
  });
  cloning.left -= approximateBytes(copy) / 2;
  return copy;
}

function emptyError(prototype: object | null): object {
  const error = new Error();
  delete error.stack;
  Object.setPrototypeOf(error, prototype);
  return error;
}

function define(clone: object, key: string | symbol, value: unknown, enumerable: boolean): void {
  Object.defineProperty(clone, key, { value, enumerable, writable: true, configurable: true });
}

/**
 * Getters and `toJSON` of a class may need private state, which a copy lacks, and may give secrets: on the copy they
 * answer with what the original gives, redacted.
 */
function replaceInherited(clone: object, original: object, redaction: Redaction): void {
  for (
    let prototype = Object.getPrototypeOf(original) as object | null;
    prototype !== null && prototype !== Object.prototype && prototype !== Error.prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    for (const [key, { get, value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (Object.hasOwn(clone, key)) continue;
      if (get !== undefined) {
        const read = (): unknown =>
          clean(
            redaction.entry(key, safeRead(original, key), original),
            { redaction, left: maxLine },
            maxErrors,
          );
        Object.defineProperty(clone, key, { get: read, enumerable: false, configurable: true });
      } else if (key === 'toJSON' && typeof value === 'function') {
        // What plainCopy gives for an object with toJSON is what toJSON gives, or why it gave nothing.
        define(
          clone,
          key,
          () => redaction.copy({ toJSON: () => (value as () => unknown).call(original) }, limits),
          false,
        );
      }
    }
  }
}
