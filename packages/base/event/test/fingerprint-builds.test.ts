import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, readdir, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, build } from 'esbuild';
import { fingerprint, fingerprintKey, locate, toLogEvent, withSources } from '@tocsin/event';
import { expect } from 'chai';

const run = promisify(execFile);
const source = join(__dirname, 'fixtures/shop');

interface Printed {
  readonly case: string;
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  readonly cause?: Printed;
}

/** The error again, as a logger of the application would have seen it. */
function revive(printed: Printed): Error {
  const error = new Error(
    printed.message,
    printed.cause === undefined ? {} : { cause: revive(printed.cause) },
  );
  return Object.assign(error, { name: printed.name, stack: printed.stack });
}

interface Way {
  readonly build?: (root: string, options: BuildOptions) => Promise<unknown>;
  readonly options?: BuildOptions;
  readonly shifted?: boolean;
  readonly sourcesDeployed?: boolean;
  readonly flags?: readonly string[];
  /** A case that cannot be equal. */
  readonly except?: string;
}

const bundle: BuildOptions = { bundle: true, keepNames: true, sourcemap: 'linked' };

const ways: Readonly<Record<string, Way>> = {
  'in another folder': {},
  'shifted by lines': { shifted: true },
  'with inline maps': { options: { sourcemap: 'inline' } },
  'with maps that carry no sources': { options: { sourcesContent: false }, sourcesDeployed: true },
  'compiled by tsc': { build: tsc },
  'bundled, with a linked map': { options: bundle },
  'bundled, with an external map': { options: { ...bundle, sourcemap: 'external' } },
  'bundled, with an inline map': { options: { ...bundle, sourcemap: 'inline' } },
  'bundled and shifted by lines': { options: bundle, shifted: true },
  'bundled and minified, names kept': { options: { ...bundle, minify: true } },
  'bundled under a content hash': { options: { ...bundle, entryNames: '[name]-[hash]' } },
  'bundled for Node 20': { options: { ...bundle, target: 'node20' } },
  // Node 20 prints every static method as `Function.parse` then, without its class.
  'mapped by Node itself': { flags: ['--enable-source-maps'], except: 'a static method' },
};

async function esbuild(root: string, options: BuildOptions): Promise<void> {
  const files = options.bundle === true ? ['main.ts'] : await readdir(join(root, 'src'));
  await build({
    entryPoints: files.map((file) => join(root, 'src', file)),
    absWorkingDir: root,
    outdir: join(root, 'dist'),
    platform: 'node',
    format: 'cjs',
    sourcemap: true,
    logLevel: 'error',
    ...options,
  });
}

async function tsc(root: string): Promise<void> {
  const compiler = createRequire(__filename).resolve('typescript/package.json');
  const options = [
    '--outDir',
    'dist',
    '--rootDir',
    'src',
    '--sourceMap',
    '--inlineSources',
    '--target',
    'es2022',
  ];
  const modules = [
    '--module',
    'commonjs',
    '--moduleResolution',
    'bundler',
    '--types',
    'node',
    '--typeRoots',
    types,
  ];
  await run(process.execPath, [join(compiler, '../bin/tsc'), ...options, ...modules, 'src/main.ts'], {
    cwd: root,
  });
}

const types = join(__dirname, '../../../../node_modules/@types');

async function shiftLines(folder: string): Promise<void> {
  for (const file of await readdir(folder)) {
    const path = join(folder, file);
    await writeFile(path, `// shifted\n\n\n${await readFile(path, 'utf8')}`);
  }
}

describe('fingerprints of one application built in different ways', function () {
  this.timeout(120_000);
  const folders: string[] = [];

  /** Builds a copy of the application in a folder of its own, runs it, and gives the readable keys by case. */
  async function keysOf(way: Way): Promise<Readonly<Record<string, string>>> {
    const root = await realpath(await mkdtemp(join(tmpdir(), 'tocsin-shop-')));
    folders.push(root);
    await cp(source, root, { recursive: true });
    if (way.shifted === true) await shiftLines(join(root, 'src'));
    await (way.build ?? esbuild)(root, way.options ?? {});
    // A deployment whose sources stayed behind: only maps know them.
    if (way.sourcesDeployed !== true) await rename(join(root, 'src'), join(root, 'not-deployed'));

    const main = (await readdir(join(root, 'dist'))).find((file) => /^main.*\.js$/.test(file)) ?? '';
    const { stdout } = await run(process.execPath, [...(way.flags ?? []), join(root, 'dist', main)], {
      timeout: 60_000,
    });
    const keys: Record<string, string> = {};
    for (const line of stdout.trim().split('\n')) {
      const printed = JSON.parse(line) as Printed;
      const event = await withSources(
        toLogEvent({ level: 'error', message: 'm', error: revive(printed) }, { root }),
        { root },
      );
      expect(event.location).to.deep.equal(locate(event.error));
      expect(event.location?.file, printed.case).to.match(/^src\/\w+\.ts$/);
      keys[printed.case] = fingerprintKey(event, { root });
      hashes.set(keys[printed.case] ?? '', fingerprint(event, { root }));
    }
    return keys;
  }

  const hashes = new Map<string, string>();
  let plain: Readonly<Record<string, string>>;

  before(async () => {
    plain = await keysOf({});
  });

  after(async () => {
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  it('tell its errors apart', () => {
    expect(Object.keys(plain)).to.have.lengthOf(14);
    // The wrapped error is that of a function that also fails by itself.
    expect(new Set(Object.values(plain))).to.have.lengthOf(13);
    expect(plain['a method']).to.equal('v1|TypeError||src/basket.ts|Basket.add');
    expect(plain['a wrapped error']).to.equal('v1|RangeError||src/billing.ts|charge');
  });

  for (const [name, way] of Object.entries(ways)) {
    it(`are equal ${name}`, async () => {
      const leaveOut = way.except === undefined ? {} : { [way.except]: undefined };
      expect({ ...(await keysOf(way)), ...leaveOut }).to.deep.equal({ ...plain, ...leaveOut });
      expect(new Set(hashes.values()).size, 'one hash for one key').to.equal(hashes.size);
    });
  }
});
