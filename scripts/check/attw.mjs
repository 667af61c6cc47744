import { join, relative } from 'node:path';
import { pack } from '../pack.mjs';
import { root as repository } from '../root.mjs';
import { run } from '../run.mjs';

/** The types of the packed packages are right under every resolution of TypeScript. No rule is ignored. */
export default async function typesResolve({ root }) {
  const attw = join(repository, 'node_modules/.bin/attw');
  const problems = [];
  for (const { folder, tarball } of await pack(root)) {
    const args = [tarball, '--format', 'ascii', '--no-color', '--no-emoji', '--no-definitely-typed'];
    const { ok, output } = await run(attw, args, { cwd: root });
    if (!ok) problems.push(`${relative(root, folder)}:\n${output.trim()}`);
  }
  return { problems };
}
