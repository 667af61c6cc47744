import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { install } from './install.mjs';
import { root } from './root.mjs';
import { seconds } from './step.mjs';

/**
 * Builds, then runs every file of scripts/check/ and tells what each found. A check is a function that takes
 * `{ root, write }` and gives `{ problems, notes }`, two lists of strings; problems fail the check.
 *
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function check({ write = false } = {}) {
  const results = [await runOne('build', async () => ({ problems: await build() }))];
  const files = readdirSync(join(root, 'scripts/check')).sort();
  results.push(
    ...(await Promise.all(
      files.map(async (file) => {
        const { default: work } = await import(`./check/${file}`);
        return runOne(file.replace('.mjs', ''), () => work({ root, write }));
      }),
    )),
  );
  const passed = results.filter(Boolean).length;
  return { passed, failed: results.length - passed };
}

async function runOne(name, work) {
  const started = performance.now();
  const { problems, notes = [] } = await Promise.resolve()
    .then(work)
    .catch((error) => ({ problems: [error.stack] }));
  const ok = problems.length === 0;
  const lines = [...problems, ...notes].join('\n').replace(/^/gm, '    ').trimEnd();
  console.log(`${ok ? '✓' : '✗'} ${name} (${seconds(started)} s)${lines ? `\n${lines}` : ''}`);
  return ok;
}

if (import.meta.filename === process.argv[1]) {
  await install();
  const { passed, failed } = await check({ write: process.argv.includes('--write') });
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
