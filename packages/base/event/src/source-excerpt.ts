import type { SourceExcerpt } from './log-event.js';
import { type RedactOptions } from './redact.js';
import { redactText } from './redact-text.js';
import { truncate } from './truncate.js';

const maxLine = 200;

/**
 * The lines around a line of a source, redacted; `undefined` where the source has no such line, or where a secret
 * spans lines, since the lines' numbers would be wrong without it.
 *
 * @param context Lines on each side, at most 5.
 */
export function sourceExcerpt(
  source: string,
  line: number,
  context: number,
  redaction: RedactOptions,
): SourceExcerpt | undefined {
  const startLine = Math.max(1, line - context);
  const lines = linesOf(source, startLine, line + context);
  if (lines.length <= line - startLine) return undefined;
  const redacted = redactText(lines.join('\n'), redaction).split('\n');
  if (redacted.length !== lines.length) return undefined;
  return { startLine, lines: redacted.map((text) => truncate(text, maxLine)) };
}

/** Lines longer than this are cut before the redaction: a bundle may be one line. */
const maxRead = 2_000;

function linesOf(source: string, from: number, to: number): string[] {
  const lines: string[] = [];
  let start = 0;
  for (let number = 1; number <= to && start <= source.length; number += 1) {
    const end = source.indexOf('\n', start);
    const stop = end === -1 ? source.length : end;
    if (number >= from) lines.push(source.slice(start, Math.min(stop, start + maxRead)).replace(/\r$/, ''));
    start = stop + 1;
  }
  return lines;
}
