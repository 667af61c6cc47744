import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';

const raw = join(root, '.cache/coverage');

/** The environment under which Node notes what is executed, in child processes too. Notes of earlier runs go. */
export async function withCoverage() {
  await rm(raw, { recursive: true, force: true });
  return { NODE_V8_COVERAGE: raw };
}

/** Says how much of the packages' sources was executed; coverage/index.html shows where it was not. */
export async function reportCoverage() {
  const c8 = join(root, 'node_modules/c8/bin/c8.js');
  const args = [
    'report',
    `--temp-directory=${raw}`,
    '--include=packages/*/*/src/**',
    '--exclude-after-remap',
  ];
  const reporters = ['--reporter=text-summary', '--reporter=html'];
  const { output } = await run(process.execPath, [c8, ...args, ...reporters], { cwd: root });
  console.log(output.trim());
}
