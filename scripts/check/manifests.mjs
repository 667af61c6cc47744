import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { packagesOf } from '../workspace.mjs';

/** Each package.json has the same shape, agrees with its folder, and can be published. */
export default function manifests({ root }) {
  const packages = packagesOf(root);
  const versions = new Map(packages.map(({ name, json }) => [name, json.version]));
  return {
    problems: [...packages.flatMap((one) => problemsOf(one, root, versions)), ...rangeProblems(packages)],
  };
}

function problemsOf({ name, floor, folder, json }, root, versions) {
  const at = `${relative(root, folder).split(sep).join('/')}`;
  const problems = [];
  const expect = (field, actual, wanted) => {
    if (JSON.stringify(actual) === JSON.stringify(wanted)) return;
    problems.push(`${at}/package.json: ${field} is ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`);
  };

  const short = floor.split('/')[1];
  expect('name', name, short === 'tocsin' ? 'tocsin' : `@tocsin/${short}`);
  expect('private', json.private, undefined);
  expect('license', json.license, 'MIT');
  expect('repository.directory', json.repository?.directory, at);
  expect('repository.url', json.repository?.url, 'git+https://github.com/tocsin/tocsin.git');
  expect('files', json.files, ['dist', 'src']);
  expect('type', json.type, 'commonjs');
  expect('sideEffects', json.sideEffects, false);
  expect('main', json.main, './dist/index.js');
  expect('types', json.types, './dist/index.d.ts');
  expect('exports["."]', json.exports?.['.'], { types: './dist/index.d.ts', default: './dist/index.js' });
  expect('exports["./package.json"]', json.exports?.['./package.json'], './package.json');
  expect('engines', json.engines, { node: '>=20.19' });
  expect('publishConfig', json.publishConfig, { access: 'public' });
  expect('scripts', json.scripts, undefined); // nothing runs at a user's install
  for (const field of ['description', 'keywords'])
    if (!json[field]?.length) problems.push(`${at}/package.json: no ${field}`);
  for (const file of ['README.md', 'LICENSE'])
    if (!existsSync(join(folder, file))) problems.push(`${at}: no ${file}`);
  for (const [other, range] of Object.entries({ ...json.dependencies, ...json.peerDependencies })) {
    if (versions.has(other)) expect(`the range of ${other}`, range, `^${versions.get(other)}`);
  }
  return problems;
}

/** One range for one dependency, in all packages. */
function rangeProblems(packages) {
  const ranges = new Map();
  for (const { name, json } of packages) {
    for (const kind of ['dependencies', 'peerDependencies']) {
      for (const [other, range] of Object.entries(json[kind] ?? {})) {
        const key = `${kind} ${other}`;
        ranges.set(key, [...(ranges.get(key) ?? []), { name, range }]);
      }
    }
  }
  return [...ranges]
    .filter(([, uses]) => new Set(uses.map(({ range }) => range)).size > 1)
    .map(([key, uses]) => `${key}: ${uses.map(({ name, range }) => `${range} in ${name}`).join(', ')}`);
}
