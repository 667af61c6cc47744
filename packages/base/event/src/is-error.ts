import { types } from 'node:util';
import { safeRead } from './safe-read.js';

/** Whether the value is an Error: a native one of any realm, or an instance of this realm's `Error`. */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false;
  if (types.isNativeError(value)) return true;
  try {
    return value instanceof Error;
  } catch {
    // A Proxy's getPrototypeOf trap may throw: what cannot be asked is not an Error.
    return false;
  }
}

/** Whether the value is an Error that was turned into plain data: it has a stack, or a name and a message. */
export function isSerializedError(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (typeof safeRead(value, 'message') !== 'string') return false;
  return ['stack', 'name', 'type'].some((key) => typeof safeRead(value, key) === 'string');
}
