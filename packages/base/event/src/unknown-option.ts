import { TocsinError } from './tocsin-error.js';

/** Edits that a typing mistake makes at most. */
const maxEdits = 2;

/**
 * Throws for the first of the `given` names that is not in `known`, with the name that was probably meant.
 *
 * @param prefix Where the names belong, with its dot: `policy.`.
 * @throws TocsinError `TOCSIN_CONFIG_INVALID`
 */
export function refuseUnknownOptions(
  owner: string,
  prefix: string,
  given: readonly string[],
  known: readonly string[],
): void {
  const stranger = given.find((name) => !known.includes(name));
  if (stranger === undefined) return;
  const shown = stranger.slice(0, 100).toWellFormed();
  const meant = nearest(shown, known);
  const hint = meant === undefined ? '' : ` (did you mean '${prefix}${meant}'?)`;
  throw new TocsinError(
    `${owner}: option '${prefix}${shown}' is unknown${hint}; allowed: ${known.join(', ')}`,
    {
      code: 'TOCSIN_CONFIG_INVALID',
      context: { option: prefix + shown },
    },
  );
}

function nearest(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, edits: editsBetween(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= maxEdits)
    .toSorted((a, b) => a.edits - b.edits);
  return ranked[0]?.candidate;
}

/** Letters to put in, take out or change (Levenshtein's distance). */
function editsBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}
