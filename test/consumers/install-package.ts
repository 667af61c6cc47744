import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { nodeBinary } from '../../scripts/node-versions.mjs';
import { npm } from '../../scripts/npm.mjs';
import { pack } from '../../scripts/pack.mjs';
import { root } from '../../scripts/root.mjs';
import { packagesOf } from '../../scripts/workspace.mjs';

/** An empty project somewhere else on the disk, in which one of our packages was installed from its tarball. */
export interface Consumer {
  readonly folder: string;
  remove(): Promise<void>;
}

/**
 * Installs one package, with the peers that it demands and nothing besides. What it needs of ours comes from
 * tarballs too (by `overrides`); the rest comes from npm.
 */
export async function installPackage(name: string, peerVersions: Record<string, string>): Promise<Consumer> {
  const tarballs = Object.fromEntries((await pack(root)).map((one) => [one.name, `file:${one.tarball}`]));
  const ours = tarballs[name];
  if (!ours) throw new Error(`${name} was not packed`);
  const { [name]: _itself, ...overrides } = tarballs;

  const folder = await mkdtemp(join(tmpdir(), 'tocsin-consumer-'));
  const remove = () => rm(folder, { recursive: true, force: true });
  const dependencies = { [name]: ours, ...peersOf(name, peerVersions) };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies, overrides }));
  // Under the oldest Node that is promised, and refusing what does not promise to run on it.
  const path = dirname(await nodeBinary(20)) + delimiter + process.env['PATH'];
  const { ok, output } = await npm(
    ['install', '--engine-strict', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'],
    { cwd: folder, env: { PATH: path } },
  );
  if (ok) return { folder, remove };
  await remove();
  throw new Error(`npm install of ${name} failed.\n${output}`);
}

/** The peers that are not optional, each in the version that is asked for. */
function peersOf(name: string, versions: Record<string, string>): Record<string, string> {
  const manifest = packagesOf(root).find((one) => one.name === name)?.json;
  const demanded = Object.keys(manifest?.['peerDependencies'] ?? {}).filter(
    (peer) => manifest?.['peerDependenciesMeta']?.[peer]?.optional !== true,
  );
  return Object.fromEntries(
    demanded.map((peer) => {
      const version = versions[peer];
      if (!version)
        throw new Error(`${name} has the peer ${peer}; say in the test which version it is tried with`);
      return [peer, version];
    }),
  );
}
