import { spawn } from 'node:child_process';

/**
 * Runs a program and waits for its end.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv, show?: boolean }} options `show`: the program writes to this
 *   process's own output; otherwise what it wrote is given back.
 * @returns {Promise<{ ok: boolean, code: number | null, output: string }>} `code` is null where a signal ended it.
 *   A program that cannot be started rejects.
 */
export function run(program, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: options.show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    child.stdout?.setEncoding('utf8').on('data', (text) => (output += text));
    child.stderr?.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ ok: code === 0, code, output }));
  });
}
