import { types } from 'node:util';

/**
 * Whether the value is a promise as the language makes them, of any realm, which may be followed without any effect.
 *
 * Others are not: the builders of knex, mongoose and drizzle run their query at each `then`, classes made from Promise
 * may do so too (postgres.js), and `then` makes another of such a class, by a constructor that may want more.
 */
export function isPlainPromise(value: unknown): value is Promise<unknown> {
  if (!types.isPromise(value) || Object.hasOwn(value, 'then') || Object.hasOwn(value, 'constructor'))
    return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  if (prototype === null || !Object.hasOwn(prototype, 'then')) return false;
  // Above the root of all promises there is only Object.prototype.
  const above = Object.getPrototypeOf(prototype) as object | null;
  return above !== null && Object.getPrototypeOf(above) === null;
}

/** Whether the value does its work later, in a way that cannot be followed without doing that work. */
export function worksLater(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return types.isGeneratorObject(value) || typeof (value as { then?: unknown }).then === 'function';
}
