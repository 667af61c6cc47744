import { types } from 'node:util';
import { copyLeaf, isLeafObject, unreadable } from './copy-leaf.js';
import { truncate } from './truncate.js';

/** How much of a value a copy may take. */
export interface CopyLimits {
  /** Levels of objects inside the outermost one. @default 6 */
  readonly maxDepth?: number;
  /** Entries of one object, array, Map or Set. @default 100 */
  readonly maxKeys?: number;
  /** UTF-16 units of one string. @default 16384 */
  readonly maxStringLength?: number;
  /** UTF-16 units of all keys and values together. @default 65536 */
  readonly maxTotal?: number;
}

/** What looks at everything that a copy takes; redaction is one. It must not throw, and changes nothing. */
export interface CopyHook {
  /** What to copy in place of `value`, which stands under `key` of `holder`; `value` itself to leave it. */
  readonly entry: (key: string, value: unknown, holder: object) => unknown;
  /** The same for a member of an array. */
  readonly member: (value: unknown, index: number, array: readonly unknown[], name: string) => unknown;
  readonly key: (key: string) => string;
  readonly text: (text: string) => string;
}

interface Copying {
  readonly maxDepth: number;
  readonly maxKeys: number;
  readonly maxStringLength: number;
  left: number;
  readonly ancestors: object[];
  readonly hook: CopyHook | undefined;
}

/** How far past a string's limit the hook may look, so that a secret on the edge is recognised whole. */
const margin = 4096;

/**
 * A bounded, JSON-safe copy of anything: it never throws, runs no longer than its limits, and what was cut
 * or could not be read is told in its place. The value itself is not changed (its getters and `toJSON` run).
 *
 * Errors become `{ name, message, code, stack, …own fields, cause }`, a Map with string keys an object, a Set
 * an array; `undefined` is left out of objects and is `null` in arrays, as in JSON.
 */
export function plainCopy(value: unknown, limits: CopyLimits = {}, hook?: CopyHook): unknown {
  const copying: Copying = {
    maxDepth: limits.maxDepth ?? 6,
    maxKeys: limits.maxKeys ?? 100,
    maxStringLength: limits.maxStringLength ?? 16_384,
    left: limits.maxTotal ?? 65_536,
    ancestors: [],
    hook,
  };
  return copyValue(value, copying, '');
}

function copyValue(value: unknown, copying: Copying, name: string): unknown {
  switch (typeof value) {
    case 'string':
      return copyText(value, copying);
    case 'boolean':
      copying.left -= 5;
      return value;
    case 'number':
      copying.left -= 8;
      return Number.isFinite(value) ? value : String(value);
    case 'undefined':
      return undefined;
    case 'object':
      return value === null ? null : copyObject(value, copying, name);
    default:
      return copyText(copyLeaf(value), copying);
  }
}

function copyText(text: string, copying: Copying): string {
  const max = Math.min(copying.maxStringLength, Math.max(copying.left, 0));
  const { hook } = copying;
  let copy: string;
  if (hook === undefined) {
    copy = truncate(text, max);
  } else if (text.length <= max + margin) {
    copy = truncate(hook.text(text), max);
  } else {
    copy = truncate(hook.text(text.slice(0, max + margin)), max, text.length - max - margin);
  }
  copying.left -= copy.length + 2;
  return copy;
}

function copyObject(value: object, copying: Copying, name: string): unknown {
  copying.left -= 2;
  if (copying.ancestors.includes(value)) return '[Circular]';
  copying.ancestors.push(value);
  try {
    if (isLeafObject(value)) return copyText(copyLeaf(value), copying);
    if (copying.ancestors.length > copying.maxDepth + 1) return tooDeep(value, copying);
    if (Array.isArray(value)) return copyArray(value, copying, name);
    if (types.isMap(value)) return copyMap(value, copying);
    if (types.isSet(value)) {
      const members = firstOf(Set.prototype.values.call(value), copying.maxKeys);
      return copyArray(members, copying, name, value.size);
    }
    if (isErrorObject(value)) return copyFields(value, errorKeys(value), copying);
    const json = asJson(value);
    if (json !== value) return copyValue(json, copying, name);
    return copyFields(value, Object.keys(value), copying);
  } catch (error) {
    return copyText(unreadable(error), copying);
  } finally {
    copying.ancestors.pop();
  }
}

/** What the value's own `toJSON` gives; the value itself where it has none or gives itself. */
function asJson(value: object): unknown {
  const { toJSON } = value as { toJSON?: unknown };
  return typeof toJSON === 'function' ? (toJSON.call(value, '') as unknown) : value;
}

function isErrorObject(value: object): value is Error {
  return types.isNativeError(value) || value instanceof Error;
}

/** The fields of an Error that every copy has, then its own. */
function errorKeys(error: Error): readonly string[] {
  const keys = new Set(['name', 'message', 'code', 'stack', ...Object.keys(error), 'cause', 'errors']);
  return [...keys];
}

function copyFields(value: object, keys: readonly string[], copying: Copying): unknown {
  const copy: Record<string, unknown> = {};
  const count = Math.min(keys.length, copying.maxKeys);
  const { hook } = copying;
  let index = 0;
  for (; index < count && copying.left > 0; index += 1) {
    const key = keys[index]!;
    const field = copyField(value, key, copying);
    if (field !== undefined) put(copy, hook === undefined ? key : hook.key(key), field, copying);
  }
  if (index < keys.length) copy['…'] = `(+${keys.length - index} keys)`;
  return copy;
}

function copyField(holder: object, key: string, copying: Copying): unknown {
  let field: unknown;
  try {
    field = (holder as Record<string, unknown>)[key];
  } catch (error) {
    return copyText(unreadable(error), copying);
  }
  if (field === undefined) return undefined;
  if (copying.hook !== undefined) field = copying.hook.entry(key, field, holder);
  return copyValue(field, copying, key);
}

/** Sets an own field, also where its name is `__proto__` or `constructor` and whatever was done to prototypes. */
function put(copy: Record<string, unknown>, key: string, field: unknown, copying: Copying): void {
  let name = key;
  if (name.length > 64 || copying.hook !== undefined)
    name = truncate(name, Math.min(256, copying.maxStringLength));
  else name = name.toWellFormed();
  copying.left -= name.length + 4;
  if (name in Object.prototype) {
    Object.defineProperty(copy, name, { value: field, enumerable: true, writable: true, configurable: true });
  } else {
    copy[name] = field;
  }
}

function copyArray(
  array: readonly unknown[],
  copying: Copying,
  name: string,
  length = array.length,
): unknown {
  const copy: unknown[] = [];
  const count = Math.min(array.length, copying.maxKeys);
  const { hook } = copying;
  let index = 0;
  for (; index < count && copying.left > 0; index += 1) {
    let member: unknown;
    try {
      member = array[index];
      if (hook !== undefined) member = hook.member(member, index, array, name);
    } catch (error) {
      member = unreadable(error);
    }
    copying.left -= 1;
    copy.push(copyValue(member, copying, '') ?? null);
  }
  if (index < length) copy.push(`… (+${length - index} items)`);
  return copy;
}

function copyMap(map: ReadonlyMap<unknown, unknown>, copying: Copying): unknown {
  const entries = firstOf(
    Map.prototype.entries.call(map) as IterableIterator<[unknown, unknown]>,
    copying.maxKeys,
  );
  if (!entries.every(([key]) => typeof key === 'string')) {
    return copyArray(entries, copying, '', map.size);
  }
  const fields = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of entries as [string, unknown][]) fields[key] = value;
  const copy = copyFields(fields, Object.keys(fields), copying);
  const cut = map.size - entries.length;
  if (cut > 0 && typeof copy === 'object') (copy as Record<string, unknown>)['…'] ??= `(+${cut} keys)`;
  return copy;
}

function firstOf<T>(values: Iterator<T>, count: number): T[] {
  const first: T[] = [];
  for (let next = values.next(); next.done !== true && first.length < count; next = values.next()) {
    first.push(next.value);
  }
  return first;
}

function tooDeep(value: object, copying: Copying): string {
  return copyText(Array.isArray(value) ? `[Array(${value.length})]` : `[${nameOf(value)}]`, copying);
}

function nameOf(value: object): string {
  const { constructor } = value as { constructor?: { name?: unknown } };
  const name = typeof constructor === 'function' ? (constructor as { name: unknown }).name : undefined;
  return typeof name === 'string' && name !== '' ? name : 'Object';
}
