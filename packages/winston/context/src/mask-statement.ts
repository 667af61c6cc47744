import { truncate } from '@tocsin/event';

/** What is looked at of a long statement, and what is shown. */
const maxRead = 16_384;
const maxShown = 2000;

/**
 * The parts of SQL that matter here. A quote behind an odd number of backslashes ends a literal in some databases and
 * not in others: from there on, nothing can be told apart, and the rest is taken for the literal's.
 */
const parts = new RegExp(
  [
    /--[^\n]*|#(?=\s)[^\n]*|\/\*[^]*?(?:\*\/|$)/,
    /'(?:[^'\\]|''|\\[^'])*(?:'|\\'[^]*|\\?$)/,
    /"(?:[^"\\]|""|\\[^"])*(?:"|\\"[^]*|\\?$)/,
    /\$(?<tag>[A-Za-z_]\w{0,63})?\$[^]*?(?:\$\k<tag>\$|$)/,
    /`[^`]*`|\[[A-Za-z_]\w*(?: \w+)*\]/,
    /[@:$?][\w.]+|[A-Za-z_\u0080-\uFFFF][\w$\u0080-\uFFFF]*/,
    /0x[\dA-Fa-f]+|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/** After these words, what is in double quotes is a value, where it is no name (MySQL, SQLite). */
const openValues = new Set(['values', 'value', 'in', 'like', 'between', 'then', 'else']);
/** And after these, a name again. */
const closeValues = new Set(
  'select from where set on and or as into join using returning order group having limit when end key'.split(
    ' ',
  ),
);

/**
 * A statement as it may be shown: each literal, text or number, is `?`, comments are left out, runs of blanks are one.
 * Names and placeholders stay. A single word in double quotes is a name, as in most databases, unless it stands after
 * a comparison or in a list of values.
 */
export function maskStatement(sql: string): string {
  const read = sql.slice(0, maxRead);
  let inValues = false;
  const masked = read.replace(parts, (part, ...rest) => {
    const at = rest.find((value) => typeof value === 'number') as number;
    const word = part.toLowerCase();
    if (openValues.has(word)) inValues = true;
    else if (closeValues.has(word)) inValues = false;
    return maskPart(part, inValues || /[=<>]\s{0,4}$/.test(read.slice(Math.max(0, at - 8), at)));
  });
  return truncate(masked.replace(/\s+/g, ' ').trim(), maxShown, Math.max(0, sql.length - maxRead));
}

function maskPart(part: string, isValue: boolean): string {
  const first = part[0]!;
  if (first === '-' || first === '#' || part.startsWith('/*')) return ' ';
  if (first === "'" || /[\d.]/.test(first)) return '?';
  if (first === '"') return /^"\w{1,64}"$/.test(part) && !isValue ? part : '?';
  if (first === '$' && /^\$\w{0,64}\$/.test(part)) return '?';
  return part;
}
