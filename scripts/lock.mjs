import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './root.mjs';

/** Does `work` while no other process does work under the same name. A lock whose owner has died is taken over. */
export async function withLock(name, work) {
  const path = join(root, '.cache', `${name}.lock`);
  await mkdir(join(root, '.cache'), { recursive: true });
  for (let told = false; ; await sleep(200)) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' });
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(await readFile(path, 'utf8').catch(() => '')); // gone in between: the next turn takes it
    if (owner && !isAlive(owner)) await rm(path, { force: true });
    else if (!told) console.log(`Waiting for another process (${name}, pid ${owner}) …`);
    told = true;
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // it lives, and belongs to somebody else
  }
}
