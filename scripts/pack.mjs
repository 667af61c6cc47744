import { rmSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { npm } from './npm.mjs';
import { packagesOf } from './workspace.mjs';

const underway = new Map();

/**
 * Packs every package as npm would publish it, into a folder of .cache that goes with the process.
 *
 * @param {string} root
 * @returns {Promise<{ name: string, folder: string, tarball: string }[]>}
 */
export function pack(root) {
  const known = underway.get(root) ?? packAll(root);
  underway.set(root, known);
  return known;
}

async function packAll(root) {
  const packages = packagesOf(root);
  if (packages.length === 0) return [];
  const cache = join(root, '.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'pack-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const folders = packages.map((one) => one.folder);
  const { ok, output } = await npm(['pack', ...folders, '--pack-destination', folder, '--ignore-scripts'], {
    cwd: root,
  });
  if (!ok) throw new Error(`npm pack failed.\n${output.trim()}`);
  return packages.map(({ name, json, folder: at }) => ({
    name,
    folder: at,
    tarball: join(folder, `${name.replace('@', '').replace('/', '-')}-${json.version}.tgz`),
  }));
}
