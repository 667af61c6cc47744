/**
 * User text for Slack: `&`, `<` and `>` become entities (which also disarms `<!channel>` and `<@U…>`;
 * https://docs.slack.dev/messaging/formatting-message-text#escaping), control characters and changes of
 * direction are shown instead of obeyed, lone surrogates are replaced. The result is at most `max` UTF-16
 * units long after escaping, and never ends inside an entity or a character; what was cut is counted
 * at the end, as `… (+1,234)`.
 */
function escapeText(text: string, max: number, inCode: boolean, oneLine: boolean): string {
  const room = max - cutNote(text.length).length;
  let all = '';
  let head = '';
  let units = 0;
  let unitsInHead = 0;
  // The loop stops soon after `max`, however long the text is.
  for (const character of text) {
    const piece = escapeCharacter(character, inCode, oneLine);
    if (all.length + piece.length > max) return room <= 0 ? all : head + cutNote(text.length - unitsInHead);
    all += piece;
    units += character.length;
    if (all.length <= room) {
      head = all;
      unitsInHead = units;
    }
  }
  return all;
}

/** One line for a plain_text object. */
export function plainLine(text: string, max: number): string {
  return escapeText(text, max, false, true);
}

/** One line for the inside of a code span; backticks are replaced by a look-alike, so that none ends it. */
export function codeLine(text: string, max: number): string {
  return escapeText(text, max, true, true);
}

/** Lines for the inside of a code block. */
export function codeLines(text: string, max: number): string {
  return escapeText(text, max, true, false);
}

/** Whether nothing of the text would be seen; the part that may be shown counts. Slack refuses empty text objects. */
export function isBlank(text: string): boolean {
  return !/[^\s\p{Cc}\p{Cf}\p{Cs}]/u.test(text.slice(0, 3000));
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const unseen = /\p{Cc}|\p{Bidi_Control}|[\u2028\u2029\ufeff]/u;

function escapeCharacter(character: string, inCode: boolean, oneLine: boolean): string {
  const entity = entities[character];
  if (entity !== undefined) return entity;
  if (character === '`') return inCode ? '\u02cb' : character;
  if (character === '\n') return oneLine ? '\u23ce' : character;
  if (character === '\t') return oneLine ? ' ' : character;
  if (character === '\r') return '';
  if (unseen.test(character)) return `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`;
  return character.toWellFormed();
}

function cutNote(cut: number): string {
  return `… (+${cut.toLocaleString('en-US')})`;
}
