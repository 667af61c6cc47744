import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { leftInGroup, stopGroup, stopGroupWithUs } from './process-group.mjs';
import { root } from './root.mjs';

/**
 * Runs test files with mocha in a process group of its own, and is strict about its end: mocha must reach it,
 * must then end by itself, and must leave no process behind. Each of these that is not so counts as a failure.
 *
 * @param {object} options
 * @param {string} options.node path of the Node binary; programs called `node` in tests are the same
 * @param {readonly string[]} options.files
 * @param {string} [options.grep]
 * @param {string} [options.show] what mocha's reporters offer: `'spec'` (default), `'dot'`, `'Base'` (silence), …
 * @param {NodeJS.ProcessEnv} [options.env] besides that of this process
 * @param {number} [options.limitMs] for the whole run; default 15 minutes
 * @param {number} [options.endMs] from the last test to the end of the process; default 10 s
 * @returns {Promise<{ passed: number, failed: number, problems: string[] }>} `problems` are among the failed
 */
export async function runMocha(options) {
  const { node, files, grep, show = 'spec', limitMs = 900_000, endMs = 10_000 } = options;
  await mkdir(join(root, '.cache'), { recursive: true });
  const folder = await mkdtemp(join(root, '.cache/mocha-'));
  const counts = join(folder, 'counts.json');
  const mocha = join(root, 'node_modules/mocha/bin/mocha.js');
  const reporter = join(root, 'scripts/counting-reporter.cjs');
  const args = [
    mocha,
    `--config=${join(root, '.mocharc.json')}`,
    '--forbid-only',
    '--forbid-pending',
    `--reporter=${reporter}`,
    `--reporter-option=show=${show},file=${counts}`,
    ...(grep ? [`--grep=${grep}`] : []),
    ...files,
  ];
  const env = { ...process.env, ...options.env, PATH: dirname(node) + delimiter + process.env.PATH };
  const child = spawn(node, args, {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const stopping = stopGroupWithUs(child.pid);
  try {
    const { code, problems } = await endOf(child, { reached: () => existsSync(counts), limitMs, endMs });
    const left = await leftInGroup(child.pid, 3000);
    problems.push(...left.map((one) => `a process that a test started is left running: ${one}`));
    if (left.length > 0) stopGroup(child.pid);
    const { passes, failures } = existsSync(counts)
      ? JSON.parse(readFileSync(counts, 'utf8'))
      : { passes: 0, failures: 0 };
    if (!existsSync(counts)) problems.push(`mocha did not reach the last test (${code})`);
    else if (passes + failures === 0) problems.push('no test was executed');
    else if (code !== 0 && failures === 0 && problems.length === 0)
      problems.push(`mocha ended with code ${code}`);
    return { passed: passes, failed: failures + problems.length, problems };
  } finally {
    stopping.cancel();
    await rm(folder, { recursive: true, force: true });
  }
}

async function endOf(child, { reached, limitMs, endMs }) {
  const ended = new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('exit', (code, signal) => resolve(code ?? signal));
  });
  const started = Date.now();
  let reachedAt;
  for (;;) {
    const code = await Promise.race([ended, sleep(50)]);
    if (code !== undefined) return { code, problems: [] };
    if (reached()) reachedAt ??= Date.now();
    const open = reachedAt !== undefined && Date.now() - reachedAt > endMs;
    const late = Date.now() - started > limitMs;
    if (!open && !late) continue;
    stopGroup(child.pid);
    const problem = open
      ? `mocha did not end within ${endMs / 1000} s of the last test: a handle is left open`
      : `the tests did not end within ${limitMs / 1000} s`;
    return { code: 'killed', problems: [problem] };
  }
}
