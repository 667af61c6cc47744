import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root as repository } from '../root.mjs';
import { run } from '../run.mjs';

/** oxlint with types (.oxlintrc.json); a warning is a failure. */
export default async function lint({ root }) {
  const folders = ['packages', 'examples', 'scripts', 'test'].filter((folder) =>
    existsSync(join(root, folder)),
  );
  const config = join(repository, '.oxlintrc.json');
  const args = ['--config', config, '--type-aware', '--deny-warnings', ...folders];
  const bin = join(repository, 'node_modules/.bin');
  const env = { ...process.env, OXLINT_TSGOLINT_PATH: join(bin, 'tsgolint') };
  const { ok, output } = await run(join(bin, 'oxlint'), args, { cwd: root, env });
  return { problems: ok ? [] : [output.trim()] };
}
