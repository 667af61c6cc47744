import { join } from 'node:path';
import { root as repository } from '../root.mjs';
import { run } from '../run.mjs';

/** Tests, examples and scripts compile (tsconfig.json of the root). The packages' sources compile in the build. */
export default async function types({ root }) {
  const tsc = join(repository, 'node_modules/typescript/bin/tsc');
  const { ok, output } = await run(process.execPath, [tsc, '-p', join(root, 'tsconfig.json')], { cwd: root });
  return { problems: ok ? [] : [output.trim()] };
}
