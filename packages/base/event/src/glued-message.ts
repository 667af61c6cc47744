import { SPLAT } from 'triple-beam';
import { isError } from './is-error.js';
import { safeList, safeRead } from './safe-read.js';

/**
 * The error's message that winston glued onto the caller's: `logger.error('m', err)` becomes `m`, a space and
 * `err.message` (winston issues 1664 and 1739).
 */
export function gluedMessage(info: object, message = safeRead(info, 'message')): string | undefined {
  const first = safeList(safeRead(info, SPLAT), 1)?.[0];
  if (!isError(first) || typeof message !== 'string') return undefined;
  const glued = safeRead(first, 'message');
  if (typeof glued !== 'string' || glued === '') return undefined;
  return withoutGlued(message, glued) === message ? undefined : glued;
}

/** The message up to what was glued on; the message itself where it does not end so. */
export function withoutGlued(message: string, glued: string): string {
  const start = message.length - glued.length - 1;
  return start >= 0 && message[start] === ' ' && message.endsWith(glued) ? message.slice(0, start) : message;
}
