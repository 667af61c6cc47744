import { stripAnsi } from './strip-ansi.js';
import { variableParts } from './variable-parts.js';

const maxLines = 2;
const maxLength = 200;
/** Lines beyond this many characters are cut before any expression sees them. */
const maxLine = 1_024;

/**
 * What messages have in common that differ in ids, addresses, times and numbers: the first two lines that are
 * not empty, variable parts as tokens, at most 200 characters.
 *
 * A port after a host or an address stays, since it tells one service from another. Anything but a text, which
 * JavaScript callers may pass, is taken for an empty one.
 *
 * @example messageTemplate('user 42 not found') // 'user <int> not found'
 */
export function messageTemplate(text: string): string {
  if (typeof text !== 'string') return '';
  const tokens = firstLines(text).map((line) => {
    let template = line;
    for (const [pattern, token] of variableParts) {
      template =
        typeof token === 'string' ? template.replace(pattern, token) : template.replace(pattern, token);
    }
    return template;
  });
  return tokens.join('\n').slice(0, maxLength).toWellFormed();
}

function firstLines(text: string): readonly string[] {
  const lines: string[] = [];
  for (let start = 0; start < text.length && lines.length < maxLines;) {
    const end = text.indexOf('\n', start);
    const stop = end === -1 ? text.length : end;
    const line = stripAnsi(text.slice(start, Math.min(stop, start + maxLine))).trim();
    if (line !== '') lines.push(line);
    start = stop + 1;
  }
  return lines;
}
