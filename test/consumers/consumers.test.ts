import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { nodeBinary } from '../../scripts/node-versions.mjs';
import { root } from '../../scripts/root.mjs';
import { run } from '../../scripts/run.mjs';
import { packagesOf } from '../../scripts/workspace.mjs';
import { installPackage, type Consumer } from './install-package.js';

const rootManifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const newestPeers = { winston: rootManifest.devDependencies.winston };

interface Names {
  readonly values: string[];
  readonly types: string[];
}

/**
 * What a package says that it exports, by what is imported: `@tocsin/context`, `@tocsin/context/cls-hooked`. The lines
 * are `Name` or `type Name`, behind the subpath where there is one.
 */
function listedNames(name: string, folder: string): Map<string, Names> {
  const byEntry = new Map<string, Names>();
  for (const line of readFileSync(join(folder, 'exports.txt'), 'utf8').trim().split('\n')) {
    const [, subpath = '', isType, exported] = /^(?:\.(\/\S+) )?(type )?(\w+)$/.exec(line) ?? [];
    if (exported === undefined) throw new Error(`${folder}/exports.txt: ${line}`);
    const entry = byEntry.get(name + subpath) ?? { values: [], types: [] };
    byEntry.set(name + subpath, entry);
    (isType === undefined ? entry.values : entry.types).push(exported);
  }
  return byEntry;
}

async function runIn(consumer: Consumer, node: string, args: string[]): Promise<void> {
  const { ok, output } = await run(node, args, { cwd: consumer.folder });
  if (!ok) throw new Error(output);
}

for (const { name, folder } of packagesOf(root)) {
  describe(`${name}, installed alone from its tarball`, function () {
    this.timeout(120_000);
    let consumer: Consumer;
    before(async () => {
      consumer = await installPackage(name, newestPeers);
    });
    after(() => consumer?.remove());

    for (const [entry, names] of listedNames(name, folder)) tryEntry(entry, names, () => consumer);
  });
}

/** The tests of what is imported under one name. */
function tryEntry(name: string, { values, types }: Names, installed: () => Consumer): void {
  describe(name, () => {
    it('exports something', () => expect(values, 'exports.txt').not.to.be.empty);

    for (const major of [20, 24] as const) {
      it(`gives its names to require on Node ${major}`, async () => {
        const check = `
          const missing = ${JSON.stringify(values)}.filter((one) => require('${name}')[one] === undefined);
          if (missing.length > 0) throw new Error('missing: ' + missing);`;
        await writeFile(join(installed().folder, 'consumer.cjs'), check);
        await runIn(installed(), await nodeBinary(major), ['--throw-deprecation', 'consumer.cjs']);
      });

      it(`gives the same values to a named import on Node ${major}`, async () => {
        const check = `
          import { createRequire } from 'node:module';
          import { ${values.join(', ')} } from '${name}';
          const required = createRequire(import.meta.url)('${name}');
          const others = Object.entries({ ${values.join(', ')} }).filter(([one, value]) => required[one] !== value);
          if (others.length > 0) throw new Error('two copies: ' + others);`;
        await writeFile(join(installed().folder, 'consumer.mjs'), check);
        await runIn(installed(), await nodeBinary(major), ['consumer.mjs']);
      });
    }

    for (const [moduleResolution, module, extensions] of [
      ['nodenext', 'nodenext', ['cts', 'mts']],
      ['bundler', 'esnext', ['ts']],
    ] as const) {
      it(`has its types under TypeScript's ${moduleResolution}`, async () => {
        const check = `
          import { ${values.join(', ')} } from '${name}';
          ${types.length > 0 ? `export type { ${types.join(', ')} } from '${name}';` : ''}
          type Known<T> = 0 extends 1 & T ? 'any' : 'known';
          export const known: [${values.map((one) => `Known<typeof ${one}>`).join(', ')}] =
            [${values.map(() => `'known'`).join(', ')}];`;
        const files = extensions.map((extension) => `consumer.${extension}`);
        for (const file of files) await writeFile(join(installed().folder, file), check);
        const config = {
          compilerOptions: {
            strict: true,
            noEmit: true,
            target: 'es2023',
            module,
            moduleResolution,
            esModuleInterop: true,
            skipLibCheck: false,
            types: ['node'],
            typeRoots: [join(root, 'node_modules/@types')],
          },
          files,
        };
        const project = `tsconfig.${moduleResolution}.json`;
        await writeFile(join(installed().folder, project), JSON.stringify(config));
        const tsc = join(root, 'node_modules/typescript/bin/tsc');
        const args = [tsc, '-p', project, '--pretty', 'false'];
        const { ok, output } = await run(process.execPath, args, { cwd: installed().folder });
        // Declarations of others may be wrong without the libraries that they expect. Ours, and their use, not.
        const ours = output
          .split('\n')
          .filter((line) => /^(consumer|node_modules\/(@tocsin|tocsin)\/)/.test(line));
        expect(ours).to.deep.equal([]);
        if (!ok) expect(output).to.match(/^node_modules\//);
      });
    }
  });
}
