import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';
import { setup } from './setup.mjs';

// `npm run demo`: installs and builds what is missing, then starts the example as its own package.json says.
await setup();
const folder = join(root, 'examples/checkout-service');
const [program, ...args] = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).scripts.start.split(
  ' ',
);
if (program !== 'node') throw new Error(`The start script of ${folder} is expected to begin with "node".`);
const { code } = await run(process.execPath, [...args, ...process.argv.slice(2)], {
  cwd: folder,
  show: true,
});
process.exitCode = code ?? 1;
