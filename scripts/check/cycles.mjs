import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { importsOf } from '../imports.mjs';
import { filesOf, packagesOf } from '../workspace.mjs';

/** No file and no package leads back to itself by its imports (types count). */
export default function cycles({ root }) {
  const problems = [...cyclesIn(filesGraph(root)), ...cyclesIn(packagesGraph(root))];
  return { problems: problems.map((path) => path.join(' → ')) };
}

function filesGraph(root) {
  const folders = ['packages', 'examples', 'test', 'scripts'];
  const files = folders.flatMap((folder) => filesOf(root, folder, (path) => /\.m?[jt]s$/.test(path)));
  const known = new Set(files);
  return new Map(files.map((file) => [file, targetsOf(root, file, known)]));
}

function targetsOf(root, file, known) {
  return importsOf(readFileSync(join(root, file), 'utf8'))
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => posix.join(dirname(file), specifier))
    .map((path) => (known.has(path) ? path : path.replace(/\.js$/, '.ts')))
    .filter((path) => known.has(path));
}

function packagesGraph(root) {
  const packages = packagesOf(root);
  const names = new Set(packages.map(({ name }) => name));
  return new Map(
    packages.map(({ name, json }) => {
      const needed = Object.keys({
        ...json.dependencies,
        ...json.peerDependencies,
        ...json.optionalDependencies,
      });
      return [name, needed.filter((other) => names.has(other))];
    }),
  );
}

/**
 * The cycles that a walk through a graph meets, each as its nodes in order with the first repeated at the end.
 *
 * @param {Map<string, string[]>} graph
 */
function cyclesIn(graph) {
  const found = [];
  const done = new Set();
  const visit = (node, path) => {
    const at = path.indexOf(node);
    if (at >= 0) found.push([...path.slice(at), node]);
    if (at >= 0 || done.has(node)) return;
    for (const next of graph.get(node) ?? []) visit(next, [...path, node]);
    done.add(node);
  };
  for (const node of graph.keys()) visit(node, []);
  return found;
}
