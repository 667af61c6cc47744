import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Ends every process of a group that `spawn(…, { detached: true })` made; `pid` is that of its first. */
export function stopGroup(pid) {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (error.code !== 'ESRCH') throw error; // ESRCH: it ended in between
  }
}

/**
 * The processes of a group that still run after a grace period (helpers of tools end a moment after their
 * parent), each as a person can recognise it.
 *
 * @param {number} pid
 * @param {number} graceMs
 * @returns {Promise<string[]>}
 */
export async function leftInGroup(pid, graceMs) {
  const end = Date.now() + graceMs;
  let left = livingIn(pid);
  while (left.length > 0 && Date.now() < end) {
    await sleep(50);
    left = livingIn(pid);
  }
  return left;
}

function livingIn(pid) {
  return existsSync('/proc/self/stat') ? fromProc(pid) : fromSignal(pid);
}

/** Where nobody collects orphans (PID 1 of a container) the dead stay in the group as zombies: not counted. */
function fromProc(group) {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return numbers.flatMap((number) => {
    try {
      const stat = readFileSync(join('/proc', number, 'stat'), 'utf8');
      const [state, , ofGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(ofGroup) !== group || state === 'Z' || state === 'X') return [];
      return [
        `${number} ${readFileSync(join('/proc', number, 'cmdline'), 'utf8')
          .replaceAll('\0', ' ')
          .trim()}`,
      ];
    } catch {
      return []; // it ended while we looked
    }
  });
}

function fromSignal(group) {
  try {
    process.kill(-group, 0);
    return [`a process of group ${group}`];
  } catch {
    return []; // ESRCH: nobody is in the group
  }
}

/** In a group of its own a child does not hear Ctrl-C: it is stopped when this process is. */
export function stopGroupWithUs(pid) {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  const stop = () => {
    stopGroup(pid);
    process.exit(1);
  };
  for (const signal of signals) process.once(signal, stop);
  return {
    cancel() {
      for (const signal of signals) process.removeListener(signal, stop);
    },
  };
}
