/**
 * The text cut to at most `max` UTF-16 units, on a character boundary, with the number of units cut told
 * at the end: `… (+1,234)`. Lone surrogates are replaced, so that the result is always well-formed.
 * A `max` too small for the note gives the bare cut; anything but a text, which JavaScript callers may pass, is
 * taken for an empty one.
 *
 * @param alreadyCut units that the caller cut off the end before; they are told with the rest
 */
export function truncate(text: string, max: number, alreadyCut = 0): string {
  if (typeof text !== 'string') return '';
  if (text.length <= max && alreadyCut === 0) return text.toWellFormed();
  const room = max - note(text.length + alreadyCut).length;
  if (room <= 0) return head(text, Math.max(0, max));
  const kept = head(text, room);
  return kept + note(text.length - kept.length + alreadyCut);
}

function note(cut: number): string {
  return `… (+${cut.toLocaleString('en-US')})`;
}

/** Of texts of which more than this is cut off the rest is let go: V8 keeps the whole alive for a part of it. */
const detachFrom = 1_024;

/** The first `end` units, without half of a surrogate pair at the end. */
function head(text: string, end: number): string {
  const last = text.charCodeAt(end - 1);
  const splitsPair = last >= 0xd800 && last <= 0xdbff;
  const kept = text.slice(0, splitsPair ? end - 1 : end).toWellFormed();
  return text.length - kept.length > detachFrom ? Buffer.from(kept).toString() : kept;
}
