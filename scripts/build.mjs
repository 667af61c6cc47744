import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { install } from './install.mjs';
import { withLock } from './lock.mjs';
import { root } from './root.mjs';
import { run } from './run.mjs';
import { step } from './step.mjs';
import { filesOf, packagesOf } from './workspace.mjs';

/**
 * Builds what has changed, in all packages.
 *
 * @returns {Promise<string[]>} what the compiler says; nothing when all is well
 */
export async function build() {
  const packages = packagesOf(root).filter(({ folder }) => filesOf(folder, 'src').length > 0);
  for (const { folder } of packages) removeStale(folder);
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const folders = packages.map(({ folder }) => folder);
  const { ok, output } = await withLock('build', () =>
    step('Building', () => run(process.execPath, [tsc, '-b', ...folders], { cwd: root })),
  );
  return ok ? [] : [output.trim()];
}

/** What the compiler does not see: outputs of a deleted source, and a dist that somebody removed. */
function removeStale(folder) {
  const dist = join(folder, 'dist');
  if (!existsSync(join(dist, 'index.js'))) rmSync(join(folder, 'tsconfig.tsbuildinfo'), { force: true });
  for (const path of outputsOf(dist)) {
    const source = path.replace(/\.(d\.ts|js)(\.map)?$/, '.ts');
    if (!existsSync(join(folder, 'src', source))) rmSync(join(dist, path));
  }
}

function outputsOf(dist) {
  return existsSync(dist) ? filesOf(dist, '') : [];
}

if (import.meta.filename === process.argv[1]) {
  await install();
  const problems = await build();
  console.error(problems.join('\n'));
  process.exitCode = problems.length > 0 ? 1 : 0;
}
