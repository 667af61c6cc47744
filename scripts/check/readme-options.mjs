import { existsSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { filesOf, packagesOf } from '../workspace.mjs';

/** Each option that a package exports the type of is told in the package's README, and in TSDoc. */
export default function readmeOptions({ root }) {
  return { problems: packagesOf(root).flatMap((one) => problemsOf(root, one)) };
}

function problemsOf(root, one) {
  const folder = relative(root, one.folder);
  const read = (path) => (existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '');
  const readme = read(`${folder}/README.md`);
  const exported = read(`${folder}/src/index.ts`);
  const problems = [];
  for (const file of filesOf(root, `${folder}/src`, (path) => path.endsWith('.ts'))) {
    for (const { type, name, documented } of optionsIn(read(file))) {
      if (!new RegExp(`\\b${type}\\b`).test(exported)) continue;
      if (!documented) problems.push(`${file}: ${type}.${name} has no TSDoc`);
      // In code, by itself or behind a dot or brace: `maxBytes`, `queue.maxBytes`, `{ maxBytes?, … }`.
      if (!new RegExp(`\`[^\`\\n]*\\b${name}\\b[^\`\\n]*\``).test(readme))
        problems.push(`${folder}/README.md: does not tell the option ${name} of ${type}`);
    }
  }
  return problems;
}

/** The members of each interface named `…Options`, with whether a comment stands before them. */
function optionsIn(source) {
  const found = [];
  for (const [, type, body] of source.matchAll(
    /^(?:export )?interface (\w+Options)\b[^{]*\{\n([^]*?)\n\}/gm,
  )) {
    for (const member of body.matchAll(/(\*\/\n)?^ {2}(?:readonly )?(\w+)\??:(?! never)/gm)) {
      found.push({ type, name: member[2], documented: member[1] !== undefined });
    }
  }
  return found;
}
