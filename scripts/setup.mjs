import { build } from './build.mjs';
import { install } from './install.mjs';

/**
 * Makes a clone ready to run: installed and built. A second run takes a moment.
 * Ends the process with code 1 when the build fails.
 */
export async function setup() {
  await install();
  const problems = await build();
  if (problems.length === 0) return;
  console.error(problems.join('\n'));
  process.exit(1);
}
