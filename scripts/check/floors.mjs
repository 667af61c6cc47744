import { readFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { importsOf, isPackage, packageOf } from '../imports.mjs';
import { filesOf, packagesOf } from '../workspace.mjs';

/**
 * Who may import whom: the table of docs/architecture.md. `*` stands for any package of a folder.
 * A store or a notifier knows no transport, so of base/ it sees event and decision.
 * base/contracts is for tests alone and stands in no row.
 */
const mayImport = {
  'base/event': [],
  'base/decision': ['base/event'],
  'base/contracts': ['base/event', 'base/decision'],
  'base/transport': ['base/event', 'base/decision'],
  'winston/escalation': ['base/event', 'base/decision', 'base/transport', 'winston/alert'],
  'winston/*': ['base/event', 'base/decision', 'base/transport'],
  'stores/*': ['base/event', 'base/decision'],
  'notifiers/*': ['base/event', 'base/decision'],
  'integrations/*': ['base/event', 'base/decision', 'base/transport', 'winston/*'],
  'tools/*': [
    'base/event',
    'base/decision',
    'base/transport',
    'winston/*',
    'stores/*',
    'notifiers/*',
    'tools/*',
  ],
};

/** Imports go only downward, and package.json and tsconfig.json say what src imports: no more, no less. */
export default function floors({ root }) {
  const packages = packagesOf(root);
  const context = {
    root,
    byName: new Map(packages.map((one) => [one.name, one])),
    shared: rootDependencies(root),
  };
  return {
    problems: packages.flatMap((one) => [...problemsOf(one, context), ...referenceProblems(one, context)]),
  };
}

function problemsOf(one, { root, byName, shared }) {
  const folder = relative(root, one.folder).split(sep).join('/');
  const allowed = mayImport[one.floor] ?? mayImport[`${one.floor.split('/')[0]}/*`];
  if (!allowed) return [`${folder}: no row of the table of floors (scripts/check/floors.mjs) is about it`];

  const {
    dependencies = {},
    peerDependencies = {},
    optionalDependencies = {},
    devDependencies = {},
  } = one.json;
  const declared = { ...dependencies, ...peerDependencies, ...optionalDependencies };
  const forTests = { ...declared, ...devDependencies, ...shared };
  const problems = [];
  const used = new Set();

  for (const file of filesOf(root, folder, (path) => /\.m?[jt]s$/.test(path))) {
    const inSource = file.startsWith(`${folder}/src/`);
    for (const specifier of importsOf(readFileSync(join(root, file), 'utf8'))) {
      if (!isPackage(specifier)) {
        const leaves =
          specifier.startsWith('.') && !posix.join(file, '..', specifier).startsWith(`${folder}/`);
        if (inSource && leaves) problems.push(`${file} imports ${specifier}: a file outside of its package`);
        continue;
      }
      const name = packageOf(specifier);
      if (inSource) used.add(name);
      if (name === one.name) {
        if (inSource) problems.push(`${file} imports its own package by name`);
        continue;
      }
      const other = byName.get(name);
      if (other && !isAllowed(other.floor, allowed) && (inSource || other.floor !== 'base/contracts')) {
        problems.push(`${file} imports ${name}: ${one.floor} may not import ${other.floor}`);
      }
      if (inSource && !declared[name])
        problems.push(`${file} imports ${name}, which package.json does not declare`);
      if (!inSource && !other && !forTests[name]) {
        problems.push(`${file} imports ${name}, which neither its package.json nor the root's declares`);
      }
    }
  }
  // A peer may be there only to say what the package works beside.
  const unused = Object.keys({ ...dependencies, ...optionalDependencies }).filter((name) => !used.has(name));
  return [
    ...problems,
    ...unused.map((name) => `${folder}/package.json declares ${name}, which src does not import`),
  ];
}

function isAllowed(floor, allowed) {
  return allowed.includes(floor) || allowed.includes(`${floor.split('/')[0]}/*`);
}

/** The build follows the references: each of our packages that is declared must be one. */
function referenceProblems(one, { root, byName }) {
  const config = JSON.parse(readFileSync(join(one.folder, 'tsconfig.json'), 'utf8'));
  const references = new Set((config.references ?? []).map(({ path }) => join(one.folder, path)));
  const needed = Object.keys({ ...one.json.dependencies, ...one.json.peerDependencies })
    .filter((name) => byName.has(name))
    .map((name) => byName.get(name).folder);
  const at = `${relative(root, one.folder)}/tsconfig.json`;
  return [
    ...needed
      .filter((folder) => !references.has(folder))
      .map((folder) => `${at} lacks a reference to ${relative(root, folder)}`),
    ...[...references]
      .filter((folder) => !needed.includes(folder))
      .map((folder) => `${at} refers to ${relative(root, folder)}, which package.json does not declare`),
  ];
}

function rootDependencies(root) {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies ?? {};
}
