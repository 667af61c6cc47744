import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packagesOf } from '../workspace.mjs';

/**
 * What a package gives its users is what its exports.txt says, so that a name is added or taken away knowingly.
 * The names are read from the built files; values must be visible to both `require` and `import`.
 * `npm run check -- --write` writes the files anew.
 */
export default async function exportLists({ root, write = false }) {
  const problems = [];
  for (const one of packagesOf(root)) {
    const at = relative(root, one.folder);
    const listPath = join(one.folder, 'exports.txt');
    const actual = [];
    for (const [subpath, target] of entriesOf(one.json)) {
      const built = join(one.folder, target.default);
      if (!existsSync(built)) {
        problems.push(`${at}: ${target.default} is not built`);
        continue;
      }
      const declared = declaredNames(readFileSync(join(one.folder, target.types), 'utf8'));
      if (!declared) problems.push(`${at}: ${target.types} has an \`export *\`; name what is exported`);
      const { required, imported } = await valuesOf(built);
      for (const name of required.filter((value) => !imported.includes(value))) {
        problems.push(`${at}: \`import { ${name} }\` does not work, only require`);
      }
      const types = (declared ?? []).filter((name) => !required.includes(name)).map((name) => `type ${name}`);
      const prefix = subpath === '.' ? '' : `${subpath} `;
      actual.push(...[...required, ...types].sort().map((name) => prefix + name));
    }
    if (write && actual.length > 0) writeFileSync(listPath, `${actual.join('\n')}\n`);
    const listed = existsSync(listPath) ? readFileSync(listPath, 'utf8').split('\n').filter(Boolean) : [];
    problems.push(
      ...actual
        .filter((name) => !listed.includes(name))
        .map((name) => `${at}: exports ${name}, which exports.txt does not list`),
      ...listed
        .filter((name) => !actual.includes(name))
        .map((name) => `${at}: exports.txt lists ${name}, which is not exported`),
    );
  }
  return {
    problems,
    notes: problems.length > 0 && !write ? ['intended? then: npm run check -- --write'] : [],
  };
}

function entriesOf({ exports = {} }) {
  return Object.entries(exports).filter(
    ([, target]) => typeof target === 'object' && target.default?.endsWith('.js'),
  );
}

async function valuesOf(built) {
  const namespace = await import(pathToFileURL(built).href);
  const own = (value) =>
    Object.keys(value ?? {}).filter((name) => !['default', 'module.exports', '__esModule'].includes(name));
  return { required: own(namespace.default), imported: own(namespace) };
}

/** The names in the `export { … }` and `export declare …` of a declaration file; undefined where it has `export *`. */
function declaredNames(text) {
  if (/^export \*/m.test(text)) return undefined;
  const lists = [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap((match) => match[1].split(','));
  const names = lists
    .map((entry) =>
      entry
        .trim()
        .replace(/^type /, '')
        .split(' as ')
        .at(-1),
    )
    .filter(Boolean);
  const declarations = [
    ...text.matchAll(
      /^export (?:declare )?(?:abstract )?(?:class|const|function|interface|type|enum) (\w+)/gm,
    ),
  ];
  return [...new Set([...names, ...declarations.map((match) => match[1])])];
}
