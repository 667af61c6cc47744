import { join } from 'node:path';
import { root as repository } from '../root.mjs';
import { run } from '../run.mjs';

/** oxfmt has nothing to change. `npm run format` changes it. */
export default async function format({ root }) {
  const args = ['--config', join(repository, '.oxfmtrc.json'), '--check', '.'];
  const { ok, output } = await run(join(repository, 'node_modules/.bin/oxfmt'), args, { cwd: root });
  return { problems: ok ? [] : [output.trim()] };
}
