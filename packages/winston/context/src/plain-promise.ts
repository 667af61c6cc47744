import { types } from 'node:util';

/**
 * Whether the value is a promise as the language makes them, of any realm, which may be followed without any effect.
 *
 * Others are not followed: the builders of knex, mongoose and drizzle run their query at each `then`, and classes
 * made from Promise may do so too (postgres.js).
 */
export function isPlainPromise(value: unknown): value is Promise<unknown> {
  if (!types.isPromise(value)) return false;
  // The object that has the method `then` must be the root of all promises: above it there is only Object.prototype.
  let holder: object | null = value;
  while (holder !== null && !Object.hasOwn(holder, 'then'))
    holder = Object.getPrototypeOf(holder) as object | null;
  if (holder === null || holder === value) return false;
  const above = Object.getPrototypeOf(holder) as object | null;
  return above !== null && Object.getPrototypeOf(above) === null;
}

/** Whether the value does its work later, in a way that cannot be followed without doing that work. */
export function worksLater(value: unknown): boolean {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false;
  return types.isGeneratorObject(value) || typeof (value as { then?: unknown }).then === 'function';
}
