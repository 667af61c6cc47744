/** `ESC \` or the C1 byte for it. */
const terminator = '(?:\\u001B\\\\|\\u009C)';
/** A control string's text: it ends at cancel, substitute, escape or another C1 control, as on a terminal. */
const payload = '\\u0018\\u001A\\u001B\\u0080-\\u009F';

/**
 * The sequences of ECMA-48 and xterm, as the newest chalk/ansi-regex has them: OSC (links, titles), DCS, SOS,
 * PM and APC strings, CSI (colours, cursor), and the two- and three-byte escapes. Every part begins with ESC or
 * a C1 byte that no other part's run may hold, so that the time is linear in the text.
 */
const sequence = new RegExp(
  [
    `(?:\\u001B\\]|\\u009D)[^\\u0007${payload}]*(?:\\u0007|${terminator})`,
    `(?:\\u001B[PX^_k]|[\\u0090\\u0098\\u009E\\u009F])[^${payload}]*${terminator}`,
    '(?:\\u001B\\[|\\u009B)[\\u0030-\\u003F]*[\\u0020-\\u002F]*[\\u0040-\\u007E]',
    '\\u001B(?:[\\u0020-\\u002F]+[\\u0030-\\u007E]|[\\dA-PR-TZcf-oq-uy=><~|}])',
  ].join('|'),
  'g',
);

/**
 * The text without terminal escape sequences (colours, cursor moves, links, titles). Linear in its length. Anything
 * but a text, which JavaScript callers may pass, is taken for an empty one.
 */
export function stripAnsi(text: string): string {
  if (typeof text !== 'string') return '';
  return mayHold(text) ? text.replace(sequence, '') : text;
}

function mayHold(text: string): boolean {
  return text.includes('\u001B') || /[\u0090\u0098\u009B\u009D-\u009F]/.test(text);
}
