import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { pack } from '../pack.mjs';

/** publint finds nothing in the packed packages, suggestions included. */
export default async function publintClean({ root }) {
  const { publint } = await import('publint');
  const { formatMessage } = await import('publint/utils');
  const problems = [];
  for (const { folder, tarball } of await pack(root)) {
    const bytes = new Uint8Array(readFileSync(tarball));
    const { messages, pkg } = await publint({
      pack: { tarball: bytes.buffer },
      level: 'suggestion',
      strict: true,
    });
    problems.push(
      ...messages.map(
        (message) => `${relative(root, folder)}: ${formatMessage(message, pkg, { color: false })}`,
      ),
    );
  }
  return { problems };
}
