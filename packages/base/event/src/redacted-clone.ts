import { types } from 'node:util';
import { LEVEL } from 'triple-beam';
import { isError } from './is-error.js';
import type { CopyLimits } from './plain-copy.js';
import type { Redaction } from './resolve-redaction.js';
import { safeRead } from './safe-read.js';
import { truncate } from './truncate.js';

/** Wider than an alert's: this is what the user's own transports print. */
const limits: CopyLimits = { maxDepth: 10, maxKeys: 1000, maxStringLength: 262_144, maxTotal: 1_048_576 };
const maxKeys = 1000;
const maxErrors = 5;

/**
 * A copy of a logged object without secrets, with its prototype and symbols. Errors in its fields stay Errors,
 * as do the causes and members of those, five deep; everything else becomes plain data.
 */
export function redactedClone(original: object, redaction: Redaction, depth = 0): object {
  const prototype = Object.getPrototypeOf(original) as object | null;
  const clone = types.isNativeError(original) ? emptyError(prototype) : (Object.create(prototype) as object);
  for (const key of Reflect.ownKeys(original).slice(0, maxKeys)) {
    const descriptor = Object.getOwnPropertyDescriptor(original, key);
    if (descriptor === undefined) continue;
    define(clone, key, fieldOf(original, key, redaction, depth), descriptor.enumerable ?? false);
  }
  // V8 may keep the stack where only the original's accessor finds it.
  if (isError(original)) define(clone, 'stack', fieldOf(original, 'stack', redaction, depth), false);
  if (prototype !== Object.prototype && prototype !== null) replaceInherited(clone, original, redaction);
  return clone;
}

function fieldOf(original: object, key: string | symbol, redaction: Redaction, depth: number): unknown {
  const value = safeRead(original, key);
  if (key === LEVEL || key === 'level') return value;
  return clean(typeof key === 'string' ? redaction.entry(key, value, original) : value, redaction, depth);
}

function clean(value: unknown, redaction: Redaction, depth: number): unknown {
  if (typeof value === 'string') return redaction.text(cut(value));
  if (typeof value !== 'object' || value === null || types.isDate(value)) return value;
  if (depth < maxErrors && isError(value)) return redactedClone(value, redaction, depth + 1);
  if (depth < maxErrors && Array.isArray(value) && value.length <= maxKeys) {
    return value.map((member) =>
      isError(member) ? clean(member, redaction, depth) : redaction.copy(member, limits),
    );
  }
  return redaction.copy(value, limits);
}

function cut(text: string): string {
  return text.length > 262_144 ? truncate(text, 262_144) : text;
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
          clean(redaction.entry(key, safeRead(original, key), original), redaction, maxErrors);
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
