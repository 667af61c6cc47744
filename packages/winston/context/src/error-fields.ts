import { plainCopy } from '@tocsin/event';
import { types } from 'node:util';

/**
 * The fields by which an error is put on a line: `error` itself, from which alerts are made, and its `stack` as
 * text, since in JSON an Error alone is `{}`. What is not an Error comes as a bounded plain copy.
 */
export function errorFields(error: unknown): { readonly error: unknown; readonly stack?: string } {
  if (!isError(error)) return { error: plainCopy(error) ?? 'undefined' };
  const stack = stackOf(error);
  return stack === undefined ? { error } : { error, stack };
}

function isError(value: unknown): value is Error {
  try {
    return types.isNativeError(value) || value instanceof Error;
  } catch {
    // A Proxy's trap throws where it is asked.
    return false;
  }
}

/** The stack, headed by name and message where they have been changed since it was made. */
function stackOf(error: Error): string | undefined {
  try {
    const { name, message, stack } = error;
    const header = `${name}: ${message}`;
    if (typeof stack !== 'string' || stack === '') return header;
    return stack.includes(message) ? stack : `${header}\n${stack}`;
  } catch {
    // A getter throws: the line then goes without the text.
    return undefined;
  }
}
