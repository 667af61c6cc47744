import { types } from 'node:util';

/** Numbers beyond this have more than 1,233 digits: printing them costs too much to be done in a log call. */
const largestPrinted = 2n ** 4096n;

/** Whether the object is shown as one string, not by its fields. */
export function isLeafObject(value: object): boolean {
  return (
    types.isDate(value) ||
    types.isRegExp(value) ||
    ArrayBuffer.isView(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isBoxedPrimitive(value) ||
    types.isPromise(value) ||
    value instanceof URL ||
    value instanceof URLSearchParams
  );
}

/** A value that has no fields, or none worth showing, as text. May throw where the value does. */
export function copyLeaf(value: unknown): string {
  switch (typeof value) {
    case 'bigint':
      return value < largestPrinted && value > -largestPrinted ? `${value}n` : '[BigInt: too long to show]';
    case 'symbol':
      return String(value);
    case 'function':
      return functionName(value);
    default:
      return leafObject(value as object);
  }
}

function functionName(value: Function): string {
  try {
    const { name } = value as { name: unknown };
    return typeof name === 'string' && name !== '' ? `[Function: ${name}]` : '[Function]';
  } catch {
    // A Proxy or a static getter may throw: the function then has no name to show.
    return '[Function]';
  }
}

function leafObject(value: object): string {
  if (types.isDate(value)) {
    const time = Date.prototype.getTime.call(value);
    return Number.isNaN(time) ? 'Invalid Date' : new Date(time).toISOString();
  }
  if (types.isRegExp(value)) return RegExp.prototype.toString.call(value);
  if (ArrayBuffer.isView(value)) {
    const kind = Buffer.isBuffer(value) ? 'Buffer' : Object.prototype.toString.call(value).slice(8, -1);
    return `[${kind}: ${value.byteLength} bytes]`;
  }
  if (types.isAnyArrayBuffer(value)) return `[ArrayBuffer: ${value.byteLength} bytes]`;
  if (types.isPromise(value)) return '[Promise]';
  if (types.isBoxedPrimitive(value)) return String((value as { valueOf: () => unknown }).valueOf());
  return String(value);
}

/** What stands where reading threw. */
export function unreadable(error: unknown): string {
  try {
    return `[Threw: ${error instanceof Error ? String(error.message) : String(error)}]`;
  } catch {
    // What was thrown cannot be read either.
    return '[Threw]';
  }
}
