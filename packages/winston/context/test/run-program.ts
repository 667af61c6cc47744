import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';

/** What a program told that ran in a process of its own, in which no test before it has warned of anything. */
export interface ProgramRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runProgram(source: string): ProgramRun {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['-e', source], {
    cwd: dirname(__dirname),
    encoding: 'utf8',
    timeout: 15_000,
  });
  return { status, stdout, stderr };
}
