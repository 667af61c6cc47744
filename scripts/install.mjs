import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { nodeBinary } from './node-versions.mjs';
import { npm } from './npm.mjs';
import { root } from './root.mjs';
import { run } from './run.mjs';
import { step } from './step.mjs';

/**
 * Installs what the lock file says, where that has not been done, and goes on under the Node that development
 * uses. It starts on any Node from 20.11, with nothing installed.
 */
export async function install() {
  await withLock('install', async () => {
    if (isInstalled()) return;
    await step('Installing packages with npm ci (once)', async () => {
      const result = await npm(['ci', '--no-audit', '--no-fund'], { cwd: root });
      if (!result.ok) throw new Error(`npm ci failed.\n${result.output.trim()}`);
    });
  });
  await continueUnderOurNode();
}

/** Whether what npm last installed (it keeps a record in node_modules) is what the lock file asks for. */
function isInstalled() {
  const record = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(record)) return false;
  const installed = JSON.parse(readFileSync(record, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, integrity, optional, link }]) => {
    if (path === '') return true;
    const found = installed[path];
    if (!found) return optional === true; // made for another platform
    return link || (found.version === version && found.integrity === integrity);
  });
}

/** The tools need a newer Node than the packages: from here on the one in node_modules runs. */
async function continueUnderOurNode() {
  const binary = await nodeBinary(24);
  const { output } = await run(binary, ['--version'], { cwd: root });
  if (output.trim() === process.version) return;
  const { code } = await run(binary, process.argv.slice(1), { cwd: process.cwd(), show: true });
  process.exit(code ?? 1);
}
