import type { KeyMatcher } from './sensitive-keys.js';
import { redacted } from './secret-patterns.js';

/** `password=`, `token: `, `'a' => `, `%22token%22%3A`: what assigns. */
const separators = /=>|:=|={1,3}|:|%3[AaDd]/g;
/** Blanks, an encoded blank and the colours that `util.inspect` puts around values. */
const opening = /[ \t]{0,3}(?:%20)?(?:\u001B\[[\d;]{0,12}m){0,2}/y;
/** A longer name is judged by its end. */
const maxName = 128;

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
  separators.lastIndex = 0;
  for (let found = separators.exec(text); found !== null; found = separators.exec(text)) {
    const assigned = assignedAt(text, found.index, found[0], from, meaningOf);
    if (assigned === undefined) continue;
    const { start } = assigned;
    const end = secretEnd(text, assigned);
    // `a: password=x`: what follows may be a name itself.
    if (end <= start) continue;
    const quote = wrapping(text, start, end);
    result += text.slice(from, start) + quote.open + redacted + quote.close;
    from = end;
    separators.lastIndex = end;
  }
  return redactElements(redactFlags(from === 0 ? text : result + text.slice(from), meaningOf), meaningOf);
}

/** A sensitive name, what stands before it, what assigns to it, and where its value starts. */
interface Assigned {
  readonly name: string;
  readonly before: string;
  readonly inQuery: boolean;
  readonly numbersToo: boolean;
  readonly separator: string;
  readonly start: number;
}

/** The sensitive name that the separator at `at` assigns to; what lies before `from` was redacted and is no name. */
function assignedAt(
  text: string,
  at: number,
  separator: string,
  from: number,
  meaningOf: KeyMatcher,
): Assigned | undefined {
  let end = at;
  // `file.js:10:5`, by far the most usual: a number is no name.
  if (separator === ':' && isDigit(text, end - 1) && !isName(text, end - 2)) return undefined;
  while (end > from && at - end < 3 && (text[end - 1] === ' ' || text[end - 1] === '\t')) end -= 1;
  end = beforeClosers(text, end);
  if (text[end - 1] === 'm') end = beforeColour(text, end);
  let begin = end;
  while (begin > from && end - begin < maxName && isName(text, begin - 1)) begin -= 1;
  if (end - begin < 2) return undefined;

  const name = text.slice(begin, end);
  const before = text[begin - 1] ?? '';
  const inQuery = (before === '?' || before === '&') && separator !== ':';
  const meaning = meaningOf(name);
  if (meaning === 'plain' && !(inQuery && queryNames.has(compact(name)))) return undefined;
  opening.lastIndex = at + separator.length;
  opening.test(text);
  return { name, before, inQuery, numbersToo: meaning === 'secret', separator, start: opening.lastIndex };
}

/** Before what may close a name: `"name"`, `\\"name\\"`, `user[name]`, `(name)`, `%22name%22`. */
function beforeClosers(text: string, at: number): number {
  let end = at;
  for (let count = 0; count < 8 && end > 0; count += 1) {
    if ('"\'`\\])'.includes(text[end - 1]!)) end -= 1;
    else if (text.startsWith('%22', end - 3) || text.startsWith('%5D', end - 3)) end -= 3;
    else break;
  }
  return end;
}

function beforeColour(text: string, at: number): number {
  const colour = /\u001B\[[\d;]{0,12}m$/.exec(text.slice(Math.max(0, at - 16), at));
  return colour === null ? at : at - colour[0].length;
}

/** Where the secret that begins at `start` ends; `start` itself where there is none. */
function secretEnd(text: string, { name, before, inQuery, numbersToo, separator, start }: Assigned): number {
  if (start >= text.length) return start;
  const bare = separator === ':' && text[start - 1] === ':';
  if (bare && (sourceFile.test(name) || '/\\@'.includes(before || ' ')) && isDigit(text, start)) return start;

  const quoted = quotedEnd(text, start);
  if (quoted !== undefined) {
    const inner = text.slice(start, quoted).replace(/^\\*["'`]|\\*["'`]$/g, '');
    return inner === '' || (!numbersToo && isNumber(inner)) ? start : quoted;
  }
  if (separator === ':' && wholeLine.has(compact(name))) return lineEnd(text, start, before);
  if ('[{('.includes(text[start]!)) return balancedEnd(text, start);
  const end = wordEnd(text, start, inQuery);
  const value = text.slice(start, Math.min(end, start + 64));
  if (notASecret.test(value) || (separator === ':' && !bare && isProse(name, value, text, end))) return start;
  if (!numbersToo && isNumber(value)) return start;
  if (bare && !shortNumber.test(name) && /^\d{1,5}(?!\d)/.test(value)) return start;
  return end;
}

/** `auth: user bob logged in`: a short word of letters that another follows; no token is that, a password may be. */
function isProse(name: string, value: string, text: string, end: number): boolean {
  return (
    /^[A-Z]?[a-z]{1,11}$/.test(value) &&
    /^ [A-Za-z]/.test(text.slice(end, end + 2)) &&
    !/pass|pwd|pw|secret/i.test(name)
  );
}

function compact(name: string): string {
  return name.replace(/[\W_]/g, '').toLowerCase();
}

/** `[\w.$-]`, without the cost of an expression. */
function isName(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code >= 97 ? code <= 122 : code >= 65 && code <= 90) return true;
  return (code >= 48 && code <= 57) || code === 95 || code === 45 || code === 46 || code === 36;
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

/** The quotes to put around the replacement, so that JSON in a text stays JSON. */
function wrapping(
  text: string,
  start: number,
  end: number,
): { readonly open: string; readonly close: string } {
  const open = /^(?:\\{0,16}["'`]|%22)/.exec(text.slice(start, start + 20))?.[0];
  if (open !== undefined) return { open, close: open };
  if (text[start] === '(' && text[end - 1] === ')') return { open: '(', close: ')' };
  // A bare JSON value (a number, an object) becomes a string, in the quotes that its name has.
  const quote =
    /(\\{0,16}")[ \t]{0,3}:[ \t]{0,3}$/.exec(text.slice(Math.max(0, start - 24), start))?.[1] ?? '';
  return { open: quote, close: quote };
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
    const end =
      quotedEnd(text, start) ??
      (text[start] === '[' ? balancedEnd(text, start) : wordEnd(text, start, false));
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
