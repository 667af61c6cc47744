import type { KeyMatcher } from './sensitive-keys.js';
import { redacted } from './secret-patterns.js';

/** A colour sequence, which `util.inspect` puts around values. */
const colour = '(?:\\u001B\\[[\\d;]{0,16}m){0,2}';

/**
 * A name and what assigns to it: `password=`, `token: `, `"password":`, `\"password\":`, `'a' => `, `user[token]=`,
 * `(token)=`, `%22token%22%3A`. A name begins where a name's character cannot come before it, so that every
 * character is looked at a bounded number of times.
 */
const assignment = new RegExp(
  `(?<![\\w.$-])([\\w.$-]{2,128})${colour}((?:["'\`\\\\\\])]|%22|%5D){0,8}[ \\t]{0,3}(?:=>|:=|[=:]|%3[AaDd])[ \\t]{0,3}(?:%20)?)${colour}`,
  'g',
);

/** `--password hunter2` on a command line. */
const flag = /(?<![\w-])--([\w-]{2,64})[ \t]{1,3}(?=[^\s-])/g;

/** `<password>hunter2</password>`, also with a namespace and attributes. */
const element = /<(?:[\w-]{1,32}:)?([\w.-]{2,64})(?:\s[^<>]{0,256})?>([^<>]{1,4096})(?=<\/)/g;

/** Words of a sentence or of a literal that stand where a secret would: `password: must be longer`. */
const notASecret =
  /^(?:null|undefined|true|false|none|nil|NaN|not|is|was|are|must|should|can|cannot|could|has|have|had|may|will|expired|invalid|missing|required|unexpected|unknown|failed|too|and|or|no|the|an?)$/i;

/** Headers whose whole line is the secret. */
const wholeLine = new Set(['authorization', 'proxyauthorization', 'cookie', 'setcookie']);

/** Words under which a few digits are a secret; under others (`auth:8080`, `session:12`) they are a port or a line. */
const shortNumber = /otp|cv[vc]|ssn|pass|pwd|code/i;

/** Names in the query of a URL that are signatures or keys there, though not elsewhere. */
const queryNames = new Set([
  'key',
  'sig',
  'signature',
  'code',
  'xamzsignature',
  'xgoogsignature',
  'xamzcredential',
]);

const sourceFile = /\.(?:[cm]?[jt]sx?|json|node|vue|svelte|py|rb|go|java|php|html?)$/i;

/** Replaces the values that stand after sensitive names in a text. */
export function redactAssignments(text: string, meaningOf: KeyMatcher): string {
  let result = '';
  let from = 0;
  assignment.lastIndex = 0;
  for (let found = assignment.exec(text); found !== null; found = assignment.exec(text)) {
    const [matched, name = '', separator = ''] = found;
    const start = found.index + matched.length;
    const end = secretEnd(text, found.index, name, separator, start, meaningOf);
    if (end <= start) {
      // `a: password=x`: what follows may be a name itself.
      assignment.lastIndex = start;
      continue;
    }
    const [open, close] = wrapping(text, start, end);
    result += text.slice(from, start) + open + redacted + close;
    from = end;
    assignment.lastIndex = end;
  }
  return redactElements(redactFlags(from === 0 ? text : result + text.slice(from), meaningOf), meaningOf);
}

/** Where the secret that begins at `start` ends; `start` itself where there is none. */
function secretEnd(
  text: string,
  nameAt: number,
  name: string,
  separator: string,
  start: number,
  meaningOf: KeyMatcher,
): number {
  const before = text[nameAt - 1] ?? '';
  const inQuery = (before === '?' || before === '&') && /=|%3D/i.test(separator);
  const meaning = meaningOf(name);
  const compact = name.replace(/[\W_]/g, '').toLowerCase();
  if (meaning === 'plain' && !(inQuery && queryNames.has(compact))) return start;
  if (start >= text.length) return start;
  const bare = separator === ':';
  if (bare && (sourceFile.test(name) || '/\\@'.includes(before || ' ')) && isDigit(text, start)) return start;

  const quoted = quotedEnd(text, start);
  if (quoted !== undefined) {
    const inner = text.slice(start, quoted).replace(/^\\*["'`]|\\*["'`]$/g, '');
    return inner === '' || (meaning !== 'secret' && isNumber(inner)) ? start : quoted;
  }
  const opener = text[start]!;
  if (separator.includes(':') && wholeLine.has(compact)) return lineEnd(text, start, before);
  if (opener === '[' || opener === '{' || opener === '(') return balancedEnd(text, start);
  const end = wordEnd(text, start, inQuery);
  const value = text.slice(start, Math.min(end, start + 64));
  if (notASecret.test(value)) return start;
  if (meaning !== 'secret' && isNumber(value)) return start;
  if (bare && !shortNumber.test(name) && /^\d{1,5}(?!\d)/.test(value)) return start;
  return end;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57;
}

function isNumber(text: string): boolean {
  return /^-?\d{1,20}(?:\.\d{1,20})?$/.test(text);
}

/** The end of a quoted value at `start`, whatever the depth of escaping (`\"` in JSON inside JSON). */
function quotedEnd(text: string, start: number): number | undefined {
  let at = start;
  while (text[at] === '\\') at += 1;
  if (text.startsWith('%22', start)) {
    const close = text.indexOf('%22', start + 3);
    return close === -1 ? text.length : close + 3;
  }
  const quote = text[at];
  if (quote !== '"' && quote !== "'" && quote !== '`') return undefined;
  const depth = at - start;
  const period = 2 * (depth + 1);
  for (let close = text.indexOf(quote, at + 1); close !== -1; close = text.indexOf(quote, close + 1)) {
    let slashes = 0;
    while (close - slashes - 1 > at && text[close - slashes - 1] === '\\') slashes += 1;
    if (slashes % period === depth) return close + 1;
  }
  // Cut off in the middle: everything that is left belongs to it.
  return text.length;
}

/** The quotes that stay around the replacement, so that JSON in a text stays JSON. */
function wrapping(text: string, start: number, end: number): readonly [string, string] {
  const open = /^(?:\\{0,16}["'`]|%22)/.exec(text.slice(start, start + 20))?.[0] ?? '';
  if (open !== '') return [open, open];
  const first = text[start];
  // A bare JSON value (a number, an object) becomes a string of it.
  const json = /["\\][ \t]{0,3}:[ \t]{0,3}$/.exec(text.slice(Math.max(0, start - 12), start));
  if (json === null) return first === '(' && text[end - 1] === ')' ? ['(', ')'] : ['', ''];
  const quote = /\\*"[ \t]{0,3}:/.exec(text.slice(Math.max(0, start - 24), start))?.[0] ?? '"';
  return [quote.replace(/[ \t:]/g, ''), quote.replace(/[ \t:]/g, '')];
}

function lineEnd(text: string, start: number, before: string): number {
  const stop = before === '"' || before === "'" || before === '`' ? before : '\n';
  for (let at = start; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\n' || character === '\r' || character === stop) return at;
    // Newlines that were escaped on the way (a header block inside JSON).
    if (character === '\\' && (text[at + 1] === 'r' || text[at + 1] === 'n')) return at;
  }
  return text.length;
}

/** The end of a bracketed value; of the text where it does not close. */
function balancedEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at]!;
    if ('[{('.includes(character)) depth += 1;
    else if (']})'.includes(character)) depth -= 1;
    if (depth === 0) return at + 1;
  }
  return text.length;
}

/** The end of an unquoted value: blank, quote or `&`; a comma or bracket only where it does not seem part of it. */
function wordEnd(text: string, start: number, inQuery: boolean): number {
  for (let at = start; at < text.length; at += 1) {
    const character = text[at]!;
    if (/[\s"'`<>&\u001B]/.test(character) || (inQuery && character === '#')) return at;
    if (
      ',;)}]|'.includes(character) &&
      /^(?:[\s"'`<>,;)}\]|.]|$|[\w.-]{1,40}[=:])/.test(text.slice(at + 1, at + 43))
    ) {
      return at;
    }
  }
  return text.length;
}

function redactFlags(text: string, meaningOf: KeyMatcher): string {
  if (!text.includes('--')) return text;
  let result = '';
  let from = 0;
  for (const found of text.matchAll(flag)) {
    const start = found.index + found[0].length;
    if (start <= from || meaningOf(found[1] ?? '') === 'plain') continue;
    const end = quotedEnd(text, start) ?? wordEnd(text, start, false);
    result += text.slice(from, start) + redacted;
    from = end;
  }
  return result + text.slice(from);
}

function redactElements(text: string, meaningOf: KeyMatcher): string {
  if (!text.includes('</')) return text;
  return text.replace(element, (matched, name: string, value: string) =>
    meaningOf(name) === 'plain' ? matched : matched.slice(0, matched.length - value.length) + redacted,
  );
}
