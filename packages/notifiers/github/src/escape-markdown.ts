import { truncate } from '@tocsin/event';

const zeroWidthSpace = '\u200b';
/** Longest run of backticks that is left whole, so that fences and code spans stay short. */
const longestRun = 20;

/**
 * The text with everything taken out of it that GitHub would act on: mentions, references to issues, HTML
 * comments and entities. Also meant for code, because e-mail replies lose the fences. Characters that a reader
 * cannot see but that change what is read (control characters, changes of direction) are shown.
 */
export function disarm(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f]/g, (control) =>
      String.fromCharCode(0x2400 + control.charCodeAt(0)),
    )
    .replace(/[\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
    .replace(/@|#(?=\d)|\bGH-(?=\d)|<(?=!)|&(?=[a-z#])/gi, `$&${zeroWidthSpace}`)
    .replace(new RegExp(`\`{${longestRun}}`, 'g'), `$&${zeroWidthSpace}`);
}

/** As {@link disarm}, on one line. */
export function disarmLine(text: string): string {
  return disarm(text).replace(/\s+/g, ' ').trim();
}

/**
 * The text escaped and at most `max` characters long. It is cut before it is escaped, so that the note tells
 * how many characters of the text are missing.
 */
export function fit(text: string, max: number, escape: (text: string) => string): string {
  for (let room = max; room > 0;) {
    const escaped = escape(truncate(text, room));
    if (escaped.length <= max) return escaped;
    room = Math.floor((room * max) / escaped.length) - 1;
  }
  return '';
}

/** A fenced block whose fence is longer than any run of backticks inside. `text` is disarmed already. */
export function codeBlock(text: string, language = ''): string {
  const fence = '`'.repeat(Math.max(3, longestBackticks(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

/** Any text as a code span on one line, at most `max` characters long; the empty string for nothing to show. */
export function codeSpan(text: string, max: number): string {
  return fit(text, max, (cut) => spanOf(disarmLine(cut)));
}

/** A code span that can stand in a table. */
export function tableCell(text: string, max: number): string {
  return fit(text, max, (cut) =>
    // The backslash that escapes a `|` must not meet one that stands there already.
    spanOf(
      disarmLine(cut)
        .replace(/\\(?=\|)/g, `\\${zeroWidthSpace}`)
        .replace(/\|/g, '\\|'),
    ),
  );
}

function spanOf(line: string): string {
  if (line === '') return '';
  const fence = '`'.repeat(longestBackticks(line) + 1);
  // CommonMark takes one space off both ends; without it a backtick there would lengthen the fence.
  const padding = /^`|`$/.test(line) ? ' ' : '';
  return fence + padding + line + padding + fence;
}

function longestBackticks(text: string): number {
  let longest = 0;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return longest;
}
