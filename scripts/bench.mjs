import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './root.mjs';
import { run } from './run.mjs';
import { setup } from './setup.mjs';

// `npm run bench`: every file of bench/, one after the other; `npm run bench -- context` only that one.
await setup();
const asked = process.argv.slice(2);
const files = readdirSync(join(root, 'bench')).filter((file) => file.endsWith('.mjs'));
for (const file of files) {
  if (asked.length > 0 && !asked.includes(file.replace('.mjs', ''))) continue;
  const { code } = await run(process.execPath, [join(root, 'bench', file)], { cwd: root, show: true });
  if (code !== 0) process.exitCode = 1;
}
