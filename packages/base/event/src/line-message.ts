import type { Captured } from './captured.js';
import { textOf } from './error-snapshot.js';
import { gluedMessage, withoutGlued } from './glued-message.js';
import { safeRead } from './safe-read.js';
import { snapshotLimits } from './snapshot-limits.js';
import { stripAnsi } from './strip-ansi.js';

/**
 * The message as the caller meant it: without colour codes, without the error's message that winston glued on, and
 * without the stack that `%s`, a format or winston's exception handler put into it.
 */
export function lineMessage(info: object, error: unknown, captured: Captured | undefined): string {
  const given = safeRead(info, 'message');
  if (given === undefined) return '';
  if (typeof given !== 'string') return withoutColour(textOf(given));
  // The glued part is cut before any bound is set, since both texts may be longer than the bound.
  const message = withoutColour(given);
  const glued = captured?.gluedMessage ?? gluedMessage(info, message);
  const said = glued === undefined ? message : withoutGlued(message, withoutColour(glued));
  return withoutStack(textOf(said), error);
}

function withoutColour(text: string): string {
  return text.includes('\u001b') ? stripAnsi(text.slice(0, snapshotLimits.message)) : text;
}

const noStackTrace = '\n  No stack trace';

function withoutStack(message: string, error: unknown): string {
  if (message.endsWith(noStackTrace)) return message.slice(0, -noStackTrace.length);
  const frame = message.search(/\n {2,}at \S/);
  if (frame === -1) return message;
  const said = message.slice(0, frame);
  const stack = safeRead(error, 'stack');
  if (typeof stack !== 'string') return said;
  const end = stack.slice(0, snapshotLimits.message).search(/\n {2,}at \S/);
  const header = withoutColour(end === -1 ? '' : stack.slice(0, end));
  if (header === '') return said;
  // winston's handlers put the whole stack onto lines of its own; a format that colours inspects an Error.
  if (said === header) return textOf(safeRead(error, 'message') ?? '');
  return said.endsWith('\n' + header) ? said.slice(0, -header.length - 1) : said;
}
