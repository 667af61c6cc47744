import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { blocksOf, pagesOf } from '../markdown.mjs';
import { root as repository } from '../root.mjs';
import { run } from '../run.mjs';

/**
 * The ```ts blocks of all pages compile, strictly, against the built packages, each as a module of its own.
 *
 * ```` ```ts continues ```` goes on with the block before it in the page.
 * ```` ```ts no-check: <reason> ```` is not compiled; the reason must be there.
 */
export default async function readmeCode({ root }) {
  const folder = join(root, '.cache/readme');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });

  const problems = [];
  const pages = new Map();
  for (const page of pagesOf(root)) {
    for (const { name, text, problem } of modulesOf(page, blocksOf(readFileSync(join(root, page), 'utf8')))) {
      if (problem) problems.push(problem);
      else writeFileSync(join(folder, name), text);
      pages.set(name, page);
    }
  }
  if (pages.size === 0) return { problems };

  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const { ok, output } = await run(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    cwd: folder,
  });
  // A block stands at the line that it has in its page, so only the name of the file is to be changed.
  const readable = output
    .trim()
    .replace(/^([\w.-]+\.ts)\((\d+),\d+\)/gm, (_, name, line) => `${pages.get(name)}:${line}`);
  return { problems: ok ? problems : [...problems, readable] };
}

/** As a careful user has them. exactOptionalPropertyTypes is ours: most users pass `process.env.X` as it comes. */
const compilerOptions = {
  target: 'es2023',
  module: 'nodenext',
  types: ['node'],
  typeRoots: [join(repository, 'node_modules/@types')],
  strict: true,
  esModuleInterop: true,
  skipLibCheck: true,
  noEmit: true,
};

function modulesOf(page, blocks) {
  const modules = [];
  for (const { info, line, code } of blocks) {
    const [language, mark, ...reason] = info.split(/[\s:]+/);
    if (language !== 'ts' && language !== 'typescript') continue;
    if (mark === 'no-check') {
      if (reason.join('').length < 5)
        modules.push({ problem: `${page}:${line - 1}: \`no-check\` without a reason` });
    } else if (mark === 'continues' && modules.length > 0) {
      const before = modules.at(-1);
      before.text = `${before.text}${'\n'.repeat(line - before.text.split('\n').length)}${code}`;
    } else if (mark) {
      modules.push({
        problem: `${page}:${line - 1}: \`ts ${mark}\` is neither \`continues\` nor \`no-check\``,
      });
    } else {
      const name = `${page.replace(/\.md$/, '').replace(/[^\w]+/g, '-')}-${line}.ts`;
      modules.push({ name, text: `${'\n'.repeat(line - 1)}${code}` });
    }
  }
  return modules;
}
