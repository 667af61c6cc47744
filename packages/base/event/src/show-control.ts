/** Options of {@link showControl}. */
export interface ShowControlOptions {
  /** Whether newlines stay as they are (`\r\n` becomes a newline; a lone `\r` is shown). @default false */
  readonly keepNewlines?: boolean;
}

/**
 * C0 and C1 controls and DEL; soft hyphen, Arabic letter mark, Mongolian vowel separator; zero-width and
 * bidirectional marks, embeddings, overrides and isolates (CVE-2021-42574, "Trojan Source"); the line and
 * paragraph separators; invisible operators; byte order mark; interlinear annotations; tag characters.
 */
const hidden =
  /[\u0000-\u001F\u007F-\u009F\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB]|[\u{E0000}-\u{E007F}]/gu;

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * The text with everything that a terminal or a reader's eye would obey, not see, shown as text: ESC as `\x1b`,
 * a newline as `\n`, a right-to-left override as `\u202e`. A line made of it stays one line. Anything but a text,
 * which JavaScript callers may pass, is taken for an empty one.
 */
export function showControl(text: string, options: ShowControlOptions = {}): string {
  if (typeof text !== 'string') return '';
  const wellFormed = text.toWellFormed();
  const keepNewlines = options.keepNewlines ?? false;
  const unix = keepNewlines ? wellFormed.replaceAll('\r\n', '\n') : wellFormed;
  return unix.replace(hidden, (character) => (keepNewlines && character === '\n' ? '\n' : show(character)));
}

function show(character: string): string {
  const name = named[character];
  if (name !== undefined) return name;
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\u{${code.toString(16)}}`;
}
