import { configError, readOptions } from '@tocsin/event';
import { mirrorFunction } from './mirror-function.js';

/** A function of any kind. */
export type Callable = (...values: never[]) => unknown;

/** Gives what is to stand in a function's place; `name` is the function's, or the method's, name. */
export type Wrap = (method: Callable, name: string) => Callable;

/**
 * Decorates methods, static and private ones too, by the standard and by TypeScript's `experimentalDecorators`.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` when the class is made, where it decorates anything but a method
 */
export interface WrappingDecorator<Kind extends Callable = Callable> {
  /** By the standard. */
  <Method extends Kind>(method: Method, context: ClassMethodDecoratorContext): Method;
  /** With `experimentalDecorators`. */
  <Method extends Kind>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Method>,
  ): TypedPropertyDescriptor<Method>;
}

/** Whether a function that also serves as a decorator was called as one, of either kind. */
export function isDecoration(values: readonly unknown[]): boolean {
  return isStandard(values) || isLegacy(values);
}

/**
 * Does a decorator's work: `values` are what it was called with.
 *
 * @returns what the decorator has to return
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` where it was not put before a method
 */
export function decorate(owner: string, values: readonly unknown[], wrap: Wrap): unknown {
  return readOptions(owner, () => decorateMember(owner, values, wrap));
}

function decorateMember(owner: string, values: readonly unknown[], wrap: Wrap): unknown {
  if (isStandard(values)) {
    const [method, context] = values;
    if (context.kind !== 'method' || typeof method !== 'function') throw notAMethod(owner, context.kind);
    return wrapFunction(method as Callable, wrap, String(context.name));
  }
  if (isLegacy(values)) {
    const [, key, descriptor] = values;
    const method: unknown = descriptor?.value;
    if (typeof method !== 'function') throw notAMethod(owner, key);
    return { ...descriptor, value: wrapFunction(method as Callable, wrap, String(key)) };
  }
  throw notAMethod(owner, values[0]);
}

/** What `wrap` makes of the function, with the function's name, length, own properties and metadata. */
export function wrapFunction<F extends Callable>(method: F, wrap: Wrap, name: string = nameOf(method)): F {
  return mirrorFunction(wrap(method, name), method);
}

/** What a user wrote over it, or a Proxy, may give anything. */
function nameOf(method: Callable): string {
  try {
    return String(method.name);
  } catch {
    return '';
  }
}

/**
 * Refuses a class, which could not be called with `new` once it is wrapped.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID`
 */
export function refuseClass(owner: string, fn: Callable): void {
  const isClass = /^class\b/.test(Function.prototype.toString.call(fn));
  if (isClass) throw configError(owner, 'fn', fn, 'a function that is no class');
}

type StandardCall = readonly [unknown, { readonly kind: string; readonly name: string | symbol }];
type LegacyCall = readonly [object, string | symbol, PropertyDescriptor | undefined];

function isStandard(values: readonly unknown[]): values is StandardCall {
  const [, context] = values as readonly [unknown, Partial<DecoratorContext> | null | undefined];
  if (values.length !== 2 || typeof context !== 'object' || context === null) return false;
  try {
    // Fields and options may have a kind and a name too; no user's have this.
    return typeof context.kind === 'string' && typeof context.addInitializer === 'function';
  } catch {
    // Fields that cannot be read.
    return false;
  }
}

/** Before a property, the descriptor is missing, though the place for it is there. */
function isLegacy(values: readonly unknown[]): values is LegacyCall {
  const [target, key, descriptor] = values;
  return (
    values.length === 3 &&
    ((typeof target === 'object' && target !== null) || typeof target === 'function') &&
    (typeof key === 'string' || typeof key === 'symbol') &&
    (descriptor === undefined || (typeof descriptor === 'object' && descriptor !== null))
  );
}

function notAMethod(owner: string, came: unknown): Error {
  return configError(owner, 'decorated member', came, 'a method');
}
