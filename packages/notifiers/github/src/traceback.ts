import { type ErrorDetails, truncate } from '@tocsin/event';

/** Bounds for errors that did not come from toLogEvent. */
const maxErrors = 30;
const maxStack = 20_000;

/** The stack with those of its causes and of the members of an AggregateError, as V8 printed them. */
export function traceback(error: ErrorDetails): string {
  const parts: string[] = [];
  addError(parts, error, '', '');
  return parts.join('\n');
}

function addError(parts: string[], error: ErrorDetails, heading: string, indent: string): void {
  if (parts.length >= maxErrors) return;
  const stack = heading + truncate(error.stack ?? printed(error), maxStack);
  parts.push(indent === '' ? stack : stack.replace(/^/gm, indent));
  const members = error.errors ?? [];
  for (const [index, member] of members.entries()) {
    addError(parts, member, `Error ${index + 1} of ${members.length}: `, `${indent}    `);
  }
  if (error.cause !== undefined) addError(parts, error.cause, 'Caused by: ', indent);
}

/** For an error whose stack was lost. */
function printed({ type, message, frames }: ErrorDetails): string {
  const lines = frames.map(({ function: name, file = '?', line, column }) => {
    const place = [file, line, column].filter((part) => part !== undefined).join(':');
    return name === '' ? `    at ${place}` : `    at ${name} (${place})`;
  });
  return [`${type}: ${message}`, ...lines].join('\n');
}
