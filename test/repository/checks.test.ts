import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import attw from '../../scripts/check/attw.mjs';
import cycles from '../../scripts/check/cycles.mjs';
import exportLists from '../../scripts/check/exports.mjs';
import floors from '../../scripts/check/floors.mjs';
import format from '../../scripts/check/format.mjs';
import length from '../../scripts/check/length.mjs';
import lockFile from '../../scripts/check/lock-file.mjs';
import lint from '../../scripts/check/lint.mjs';
import manifests from '../../scripts/check/manifests.mjs';
import names from '../../scripts/check/names.mjs';
import publint from '../../scripts/check/publint.mjs';
import readmeCode from '../../scripts/check/readme-code.mjs';
import readmeLinks from '../../scripts/check/readme-links.mjs';
import readmeOptions from '../../scripts/check/readme-options.mjs';
import types from '../../scripts/check/types.mjs';
import words from '../../scripts/check/words.mjs';
import { root as repository } from '../../scripts/root.mjs';
import { SmallRepository } from './small-repository.js';

type Check = (options: { root: string; write?: boolean }) => Found | Promise<Found>;
type Found = { problems: string[]; notes?: string[] };

let small: SmallRepository;
beforeEach(() => (small = new SmallRepository()));
afterEach(() => small.remove());

async function finds(check: Check, problem: RegExp): Promise<void> {
  const { problems } = await check({ root: small.root });
  expect(problems.join('\n')).to.match(problem);
}

async function findsNothing(check: Check): Promise<void> {
  expect((await check({ root: small.root })).problems).to.deep.equal([]);
}

describe('the check of cycles', () => {
  it('sees a cycle of files', async () => {
    small.write('scripts/a.mjs', `import './b.mjs';`).write('scripts/b.mjs', `export * from './a.mjs';`);
    await finds(cycles, /^scripts\/a\.mjs → scripts\/b\.mjs → scripts\/a\.mjs$/);
  });

  it('counts imports of types, and those written with .js', async () => {
    small.package('base/event', `import type { B } from './b.js';`);
    small.write('packages/base/event/src/b.ts', `export type B = import('./index.js').A;`);
    await finds(cycles, /b\.ts → .*index\.ts → .*b\.ts/);
  });

  it('sees a cycle of packages', async () => {
    small
      .package('base/event', '', { ours: ['base/decision'] })
      .package('base/decision', '', { ours: ['base/event'] });
    await finds(cycles, /@tocsin\/\w+ → @tocsin\/\w+ → @tocsin\/\w+/);
  });

  it('does not take a comment for an import, nor two roads to one file for a cycle', async () => {
    small.write('scripts/a.mjs', `import './b.mjs';\nimport './c.mjs';`);
    small
      .write('scripts/b.mjs', `import './c.mjs';`)
      .write('scripts/c.mjs', `// import './a.mjs';\n/* import('./a.mjs') */`);
    await findsNothing(cycles);
  });
});

describe('the check of floors', () => {
  it('lets an import go down', async () => {
    small.package('base/event', '');
    small.package('notifiers/slack', `import type { LogEvent } from '@tocsin/event';`, {
      ours: ['base/event'],
    });
    await findsNothing(floors);
  });

  it('refuses an import that goes up', async () => {
    small.package('stores/redis', '');
    small.package('base/event', `import type { RedisStore } from '@tocsin/redis';`, {
      ours: ['stores/redis'],
    });
    await finds(floors, /base\/event may not import stores\/redis/);
  });

  it('refuses an import between two notifiers, written as import()', async () => {
    small.package('notifiers/slack', '');
    small.package('notifiers/github', `await import('@tocsin/slack');`, { ours: ['notifiers/slack'] });
    await finds(floors, /notifiers\/github may not import notifiers\/slack/);
  });

  it('refuses the contracts in a source and allows them in a test', async () => {
    small.package('base/contracts', '').package('stores/redis', '');
    small.write('packages/stores/redis/test/a.test.ts', `import '@tocsin/contracts';`);
    await findsNothing(floors);
    small.package('stores/redis', `import '@tocsin/contracts';`, { ours: ['base/contracts'] });
    await finds(floors, /stores\/redis may not import base\/contracts/);
  });

  it('refuses a package in a folder that has no floor', async () => {
    small.package('attic/box', '');
    await finds(floors, /packages\/attic\/box: no row/);
  });

  it('refuses what is not declared and what is not used', async () => {
    small.package('base/event', `import logform from 'logform';`, { others: ['triple-beam'] });
    await finds(floors, /imports logform, which package\.json does not declare/);
    await finds(floors, /declares triple-beam, which src does not import/);
  });

  it('refuses a source that reaches into another package by its path', async () => {
    small.package('base/event', '').package('base/decision', `import '../../event/src/index.js';`);
    await finds(floors, /a file outside of its package/);
  });

  it('refuses a package that the build would come to too early', async () => {
    small.package('base/event', '');
    small.package('base/decision', `import '@tocsin/event';`, { ours: ['base/event'] });
    small.write('packages/base/decision/tsconfig.json', '{}');
    await finds(floors, /lacks a reference to packages\/base\/event/);
  });
});

describe('the check of length', () => {
  it('refuses 301 lines, allows 300, and names what is over 150', async () => {
    small.package('base/event', 'export {};\n'.repeat(300));
    await findsNothing(length);
    expect(length({ root: small.root }).notes).to.have.length(1);
    small.package('base/event', 'export {};\n'.repeat(301));
    await finds(length, /index\.ts: 301 lines/);
  });
});

describe('the check of names', () => {
  for (const file of ['utils.ts', 'string-utils.ts', 'helpers/a.ts', 'common.ts', 'misc.ts']) {
    it(`refuses ${file}`, async () => {
      small.write(`packages/base/event/src/${file}`, '');
      await finds(names, /name it after the thing/);
    });
  }

  it('refuses a name that is not in kebab-case', async () => {
    small.write('packages/base/event/src/logEvent.ts', '').write('packages/base/event/src/log-event.ts', '');
    await finds(names, /^[^\n]*logEvent\.ts: not in kebab-case$/);
  });
});

describe('the check of format', () => {
  it('refuses what the formatter would change', async () => {
    small.write('scripts/a.mjs', 'export const a = 1;\n');
    await findsNothing(format);
    small.write('scripts/a.mjs', 'export const a = "1"\n');
    await finds(format, /scripts\/a\.mjs/);
  });
});

describe('the check by lint', () => {
  it('refuses a promise that nobody waits for', async () => {
    small.write('tsconfig.json', '{ "compilerOptions": { "strict": true } }');
    small.write(
      'packages/a/b/src/a.ts',
      `const work = async (): Promise<void> => {};\nexport const start = (): void => {\n  work();\n};\n`,
    );
    await finds(lint, /no-floating-promises/);
  });

  it('refuses an empty catch', async () => {
    small.write('scripts/a.mjs', `try {\n  await import('./b.mjs');\n} catch {}\n`);
    await finds(lint, /no-empty/);
  });
});

describe('the check of types', () => {
  it('refuses a test that does not compile', async () => {
    small.write(
      'tsconfig.json',
      '{ "compilerOptions": { "strict": true, "noEmit": true }, "include": ["test"] }',
    );
    small.write('test/a.test.ts', `export const a: string = 1;\n`);
    await finds(types, /a\.test\.ts\(1,14\): error TS2322/);
  });
});

describe('the check of the export lists', () => {
  function built(code: string, declarations: string): void {
    const manifest = {
      name: '@tocsin/event',
      exports: { '.': { types: './dist/index.d.ts', default: './dist/index.js' } },
    };
    small.write('packages/base/event/package.json', JSON.stringify(manifest));
    small.write('packages/base/event/dist/index.js', code);
    small.write('packages/base/event/dist/index.d.ts', declarations);
  }

  it('refuses a name that the list lacks, and one that only the list has', async () => {
    built('exports.a = 1;', `export { a, type B } from './a.js';`);
    small.write('packages/base/event/exports.txt', 'b\ntype B\n');
    await finds(exportLists, /exports a, which exports\.txt does not list\n.*lists b, which is not exported/);
  });

  it('is content after it has written the list', async () => {
    built('exports.a = 1;', `export { a } from './a.js';\nexport type { B } from './b.js';`);
    await exportLists({ root: small.root, write: true });
    await findsNothing(exportLists);
    expect(readFileSync(join(small.root, 'packages/base/event/exports.txt'), 'utf8')).to.equal('a\ntype B\n');
  });

  it('refuses a value that a named import does not see', async () => {
    built(`const all = { ['a' + '']: 1 };\nmodule.exports = all;`, `export declare const a: number;`);
    small.write('packages/base/event/exports.txt', 'a\n');
    await finds(exportLists, /`import \{ a \}` does not work/);
  });

  it('refuses a package that is not built', async () => {
    built('', '');
    small.write(
      'packages/base/decision/package.json',
      readFileSync(join(small.root, 'packages/base/event/package.json'), 'utf8'),
    );
    await finds(exportLists, /decision: \.\/dist\/index\.js is not built/);
  });
});

describe('the check of the manifests', () => {
  it('refuses a private package without a licence, README and engines', async () => {
    small.package('base/event', '');
    await finds(manifests, /license is undefined[\s\S]*engines is undefined[\s\S]*no README\.md/);
    small.write('packages/base/event/package.json', '{ "name": "@tocsin/event", "private": true }');
    await finds(manifests, /private is true/);
  });

  it('refuses two ranges for one dependency', async () => {
    small.package('base/event', '', { others: ['logform'] });
    small.write('packages/base/decision/package.json', '{ "dependencies": { "logform": "^2.0.0" } }');
    await finds(manifests, /dependencies logform: /);
  });
});

describe('the check of the lock file', () => {
  it('refuses one that npm ci would refuse on another platform, and completes it', async () => {
    const tool = { version: '1.0.0', optionalDependencies: { '@tool/binding-darwin-arm64': '1.0.0' } };
    small.write('package-lock.json', JSON.stringify({ packages: { '': {}, 'node_modules/tool': tool } }));
    await finds(lockFile, /^package-lock\.json lacks node_modules\/@tool\/binding-darwin-arm64 1\.0\.0$/);
    lockFile({ root: small.root, write: true });
    await findsNothing(lockFile);
    const written = JSON.parse(readFileSync(join(small.root, 'package-lock.json'), 'utf8')).packages;
    expect(written['node_modules/@tool/binding-darwin-arm64']).to.include({
      version: '1.0.0',
      optional: true,
    });
  });

  it('refuses one that does not know what a package.json asks for', async () => {
    small.write('package-lock.json', JSON.stringify({ packages: { '': {} } }));
    await findsNothing(lockFile);
    small.package('base/event', '', { others: ['logform'] });
    await finds(
      lockFile,
      /^package-lock\.json: other dependencies than packages\/base\/event\/package\.json/,
    );
  });
});

describe('the check of code in pages', () => {
  const page = (info: string, code: string) => `# A\n\n\`\`\`${info}\n${code}\n\`\`\`\n`;

  it('refuses a block that does not compile, and names its line in the page', async () => {
    small.write('README.md', page('ts', `const a: string = 'a';\nconst b: number = a;`));
    await finds(readmeCode, /^README\.md:5: error TS2322/);
  });

  it('reads the pages of docs/ and of packages', async () => {
    small.write('docs/guide/a.md', page('ts', 'a;')).write('packages/base/event/README.md', page('ts', 'b;'));
    await finds(readmeCode, /docs\/guide\/a\.md:4/);
    await finds(readmeCode, /packages\/base\/event\/README\.md:4/);
  });

  it('lets a block go on with the one before it', async () => {
    small.write(
      'README.md',
      page('ts', 'const a = 1;') + page('ts continues', 'const b: number = a;\nexport { b };'),
    );
    await findsNothing(readmeCode);
    small.write('README.md', page('ts', 'const a = 1;') + page('ts continues', 'const b: string = a;'));
    await finds(readmeCode, /^README\.md:9: /);
  });

  it('leaves out a block only with a reason', async () => {
    small.write('README.md', page('ts no-check: an outline, not code', 'a b c'));
    await findsNothing(readmeCode);
    small.write('README.md', page('ts no-check', 'a b c'));
    await finds(readmeCode, /README\.md:3: `no-check` without a reason/);
  });
});

describe('the check of links', () => {
  it('refuses a link to a missing file or heading', async () => {
    small.write(
      'docs/a.md',
      '# The first\n\n[b](b.md) [here](#the-first) [up](../README.md#no-such) [web](https://example.com)',
    );
    small.write('README.md', '# Up\n\n`[code](none.md)`\n[a](docs/a.md#the-first)');
    const { problems } = readmeLinks({ root: small.root });
    expect(problems).to.deep.equal([
      'docs/a.md:3: b.md does not exist',
      'docs/a.md:3: ../README.md#no-such does not exist',
    ]);
  });
});

describe('the check of options in READMEs', () => {
  const source = `/** O. */
export interface PagerOptions {
  /** Where. */
  readonly url: string;
  readonly retries?: number;
  readonly token?: never;
}
`;

  it('finds an option that the README does not tell, and one without TSDoc', () => {
    small.package('notifiers/pager', "export type { PagerOptions } from './options.js';");
    small.write('packages/notifiers/pager/src/options.ts', source);
    small.write('packages/notifiers/pager/README.md', '| `url` | where |\n\nIt retries.');
    expect(readmeOptions({ root: small.root }).problems).to.deep.equal([
      'packages/notifiers/pager/src/options.ts: PagerOptions.retries has no TSDoc',
      'packages/notifiers/pager/README.md: does not tell the option retries of PagerOptions',
    ]);
  });

  it('leaves alone what is not exported', () => {
    small.package('notifiers/pager', 'export const a = 1;');
    small.write('packages/notifiers/pager/src/options.ts', source);
    expect(readmeOptions({ root: small.root }).problems).to.deep.equal([]);
  });
});

describe('the checks of packed packages', () => {
  /** A package whose types are told to be where they are not. */
  beforeEach(() => {
    const exports = { '.': { types: './dist/missing.d.ts', default: './dist/index.js' } };
    const manifest = {
      name: '@tocsin/pager',
      version: '1.0.0',
      main: './dist/index.js',
      exports,
      files: ['dist'],
    };
    small.write('packages/notifiers/pager/package.json', JSON.stringify(manifest));
    small.write('packages/notifiers/pager/dist/index.js', 'exports.a = 1;\n');
    small.write('packages/notifiers/pager/dist/index.d.ts', 'export declare const a: number;\n');
  });

  it('find, by publint, what is named and not packed', async () => {
    await finds(publint, /^packages\/notifiers\/pager: .*missing\.d\.ts/m);
  });

  it('find, by attw, types that TypeScript does not', async () => {
    await finds(attw, /^packages\/notifiers\/pager:\n/);
  });
});

describe('the check of words', () => {
  it('refuses half-done work and the host of a package registry', async () => {
    small.write('a.ts', ['// TO', 'DO: later'].join(''));
    await finds(words, /^a\.ts:1: half-done work/);
    small.write('a.ts', ['https://registry.', 'npm', 'js.org/'].join(''));
    await finds(words, /^a\.ts:1: the host/);
  });
});

describe('the checks', () => {
  it('find nothing to say against the tools themselves', () => {
    for (const check of [cycles, length, names, words]) {
      const own = check({ root: repository }).problems.filter((problem) => problem.startsWith('scripts/'));
      expect(own).to.deep.equal([]);
    }
  });
});
