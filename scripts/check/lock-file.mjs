import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { filesOf } from '../workspace.mjs';

/**
 * `npm ci` will accept the lock file. It agrees with each package.json, and it knows the binaries for every
 * platform: npm leaves those out that it could not reach when the lock file was made, and `npm ci` then fails,
 * here or on somebody else's machine. `npm run check -- --write` adds them (without a hash, which npm computes
 * where the binary is installed).
 */
export default function lockFile({ root, write = false }) {
  const path = join(root, 'package-lock.json');
  if (!existsSync(path)) return { problems: ['there is no package-lock.json'] };
  const lock = JSON.parse(readFileSync(path, 'utf8'));
  const missing = missingFrom(lock.packages);
  const outdated = outdatedIn(root, lock.packages);
  if (!write || missing.length === 0) {
    const lacking = missing.map(([at, { version }]) => `package-lock.json lacks ${at} ${version}`);
    return { problems: [...outdated, ...lacking] };
  }
  const entries = [...Object.entries(lock.packages), ...missing].sort(([a], [b]) => a.localeCompare(b, 'en'));
  writeFileSync(
    path,
    `${JSON.stringify({ ...lock, packages: Object.fromEntries(entries) }, undefined, 2)}\n`,
  );
  return { problems: outdated };
}

const kinds = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];

function outdatedIn(root, packages) {
  const isManifest = (path) =>
    /^(package|packages\/[^/]+\/[^/]+\/package|examples\/[^/]+\/package)\.json$/.test(path);
  return filesOf(root, '', isManifest).flatMap((file) => {
    const manifest = JSON.parse(readFileSync(join(root, file), 'utf8'));
    const locked = packages[file === 'package.json' ? '' : dirname(file)] ?? {};
    const same = (kind) => sorted(manifest[kind]) === sorted(locked[kind]);
    const different = kinds.filter((kind) => !same(kind));
    return different.map(
      (kind) => `package-lock.json: other ${kind} than ${file} (npm install makes it agree)`,
    );
  });
}

function sorted(dependencies = {}) {
  return JSON.stringify(Object.entries(dependencies).sort(([a], [b]) => a.localeCompare(b, 'en')));
}

function missingFrom(packages) {
  return Object.entries(packages).flatMap(([owner, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !packages[`node_modules/${name}`] && !packages[`${owner}/node_modules/${name}`])
      .map(([name, version]) => [`node_modules/${name}`, entryFor(name, version, entry)]),
  );
}

/** Such binaries are named after their platform: `…/binding-linux-arm64-musl`, `…/darwin-x64`. */
function entryFor(name, version, { dev, license }) {
  const [os, cpu, library = ''] = name
    .split('/')
    .at(-1)
    .replace(/^(binding|nx)-/, '')
    .split('-');
  const libc = library.startsWith('musl') ? 'musl' : 'glibc';
  return {
    version,
    cpu: [cpu],
    ...(dev && { dev }),
    ...(os === 'linux' && library && { libc: [libc] }),
    license,
    optional: true,
    os: [os],
  };
}
