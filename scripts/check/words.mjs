import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf } from '../workspace.mjs';

/** In no file, with the reason. Written so that this file does not hold them itself. */
const unwanted = [
  [/\bTO(?:)DO\b|\bFIX(?:)ME\b/, 'half-done work: finish it, or write an issue'],
  [
    /\bregistry\.(?:npm|yarn)[a-z]*\.|\bnpm\.pkg\.github\b|\bnpmjs\.(?:com|org)\b/,
    "the host of a package registry: that is the user's setting",
  ],
];

export default function words({ root }) {
  const problems = filesOf(root, '').flatMap((file) => {
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    return unwanted.flatMap(([word, reason]) =>
      lines.flatMap((line, index) => (word.test(line) ? [`${file}:${index + 1}: ${reason}`] : [])),
    );
  });
  return { problems };
}
