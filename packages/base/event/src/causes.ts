import type { ErrorDetails } from './log-event.js';

const maxSteps = 5;

/**
 * What an error came from, a line each, for people: its causes (`Caused by: Error: connect ECONNREFUSED …`), then
 * the members of the deepest one that has any (`1 of 2: Error: …`). Redacted, not escaped; each of any length.
 *
 * @param max Most lines. @default 4
 */
export function causeLines(error: ErrorDetails, max = 4): string[] {
  const lines: string[] = [];
  let deepest = error;
  for (let steps = 0; steps < maxSteps && deepest.cause !== undefined; steps += 1) {
    deepest = deepest.cause;
    lines.push(`Caused by: ${nameAndMessage(deepest)}`);
  }
  const members = deepest.errors ?? [];
  for (const [index, member] of members.entries()) {
    lines.push(`${index + 1} of ${members.length}: ${nameAndMessage(member)}`);
  }
  return lines.slice(0, max);
}

/**
 * The message with that of the root cause behind it, since many an outer message says nothing (`fetch failed`, the
 * empty one of an AggregateError): `fetch failed (connect ECONNREFUSED 127.0.0.1:80)`.
 */
export function messageWithCause(error: ErrorDetails): string {
  let deepest = error;
  for (let steps = 0; steps < maxSteps; steps += 1) {
    const below = deepest.cause ?? deepest.errors?.[0];
    if (below === undefined) break;
    deepest = below;
  }
  const own = error.message.trim();
  const root = deepest.message.trim();
  if (root === '' || own.includes(root)) return own;
  return own === '' ? root : `${own} (${root})`;
}

function nameAndMessage({ type, message, code }: ErrorDetails): string {
  const named = message.trim() === '' ? type : `${type}: ${message}`;
  return code === undefined || named.includes(code) ? named : `${named} (${code})`;
}
