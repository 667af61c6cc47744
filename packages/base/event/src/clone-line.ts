import { types } from 'node:util';
import { isError } from './is-error.js';
import { refersToItself } from './refers-to-itself.js';
import { safeRead } from './safe-read.js';
import { withStackLimit } from './with-stack-limit.js';

/**
 * A copy of an info that looks the same to formats and transports (prototype, fields, symbols; for an Error
 * also `instanceof`, `util.inspect` and the stack), so that one object logged twice is two lines.
 *
 * `undefined` where a copy would not behave the same: built-in and frozen objects, Proxies, objects that hold themselves,
 * and classes whose getters or `toJSON` need private state.
 *
 * @param anyway Whether to copy also what holds itself, and prints otherwise as a copy: its inside is the original.
 */
export function cloneLine<T extends object>(line: T, anyway = false): T | undefined {
  // Winston fails on what cannot be written to, and has to.
  if (types.isProxy(line) || !Object.isExtensible(line)) return undefined;
  if (isPlain(line)) {
    const copy = { ...line };
    return !anyway && holdsObjects(copy) && refersToItself(line) ? undefined : copy;
  }
  if (!anyway && refersToItself(line)) return undefined;
  if (!isError(line) && Object.prototype.toString.call(line) !== '[object Object]') return undefined;
  const prototype = Object.getPrototypeOf(line) as object | null;
  const descriptors: PropertyDescriptorMap = Object.getOwnPropertyDescriptors(line);
  const { stack } = descriptors;
  // V8 keeps the stack in a private slot that a copy lacks: the accessor of newer versions would find nothing.
  if (stack !== undefined && isError(line)) {
    descriptors['stack'] = {
      value: line.stack,
      enumerable: stack.enumerable === true,
      writable: true,
      configurable: true,
    };
  }
  let copy: object;
  if (types.isNativeError(line)) {
    copy = emptyError(prototype);
    // Its own accessor stays, as on the original, and is told the stack.
    if (stack?.get !== undefined) {
      delete descriptors['stack'];
      (copy as Error).stack = line.stack ?? '';
    }
  } else {
    copy = Object.create(prototype) as object;
  }
  Object.defineProperties(copy, descriptors);
  return behavesLike(copy, line) ? (copy as T) : undefined;
}

/** Puts onto the original what was written onto its copy since: it is as if there had been none. */
export function takeBack(original: object, copy: object): void {
  for (const key of Reflect.ownKeys(copy)) {
    const now = Reflect.getOwnPropertyDescriptor(copy, key)!;
    const before = Reflect.getOwnPropertyDescriptor(original, key);
    if (before !== undefined && Object.is(before.value, now.value) && before.get === now.get) continue;
    if (key !== 'stack') Reflect.defineProperty(original, key, now);
    else if (safeRead(original, key) !== safeRead(copy, key)) Reflect.set(original, key, safeRead(copy, key));
  }
  for (const key of Reflect.ownKeys(original))
    if (!Object.hasOwn(copy, key)) Reflect.deleteProperty(original, key);
}

/** Whether spreading the object gives all of it: most lines are such, and descriptors cost four times as much. */
function isPlain(line: object): boolean {
  if (Object.getPrototypeOf(line) !== Object.prototype) return false;
  return Reflect.ownKeys(line).every((key) => {
    const { enumerable, writable, configurable, get, set } = Reflect.getOwnPropertyDescriptor(line, key)!;
    return enumerable && writable && configurable && get === undefined && set === undefined;
  });
}

/** Lines of nothing but texts and numbers are most. */
function holdsObjects(plain: object): boolean {
  for (const key in plain) {
    const value: unknown = (plain as Record<string, unknown>)[key];
    if (typeof value === 'object' && value !== null) return true;
  }
  return false;
}

function emptyError(prototype: object | null): object {
  return Object.setPrototypeOf(
    withStackLimit(0, () => new Error()),
    prototype,
  ) as object;
}

/** Whether what the prototypes offer works on the copy where it works on the original. */
function behavesLike(copy: object, original: object): boolean {
  for (
    let prototype = Object.getPrototypeOf(original) as object | null;
    prototype !== null && prototype !== Object.prototype;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    for (const [key, { get }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
      if (get !== undefined && works(() => get.call(original)) && !works(() => get.call(copy))) return false;
      if (key === 'toJSON' && works(() => toJson(original)) && !works(() => toJson(copy))) return false;
    }
  }
  return true;
}

function toJson(value: object): unknown {
  return (value as { toJSON?: () => unknown }).toJSON?.();
}

function works(read: () => unknown): boolean {
  try {
    read();
    return true;
  } catch {
    // That it throws is the answer.
    return false;
  }
}
