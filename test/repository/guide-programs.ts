import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { blocksOf } from '../../scripts/markdown.mjs';
import { root } from '../../scripts/root.mjs';
import { run } from '../../scripts/run.mjs';

/** A block of code in a guide, and what the guide says that it prints. */
export interface GuideBlock {
  /** The line of the page on which its code begins. */
  readonly line: number;
  readonly code: string;
  /** The block ```` ```output ```` that follows it; empty where none does: then it prints nothing. */
  readonly output: string;
}

/** A program of a guide: a block and those that say that they continue it. */
export type GuideProgram = readonly GuideBlock[];

/**
 * The programs of a page. As for the check of code, ```` ```ts ```` begins one and ```` ```ts continues ```` goes on
 * with the one before. What is marked in any other way would not be run, and is refused.
 */
export function programsOf(page: string): GuideProgram[] {
  const programs: Writable<GuideBlock>[][] = [];
  /** The block that an output may follow. */
  let last: Writable<GuideBlock> | undefined;
  for (const { info, line, code } of blocksOf(page)) {
    if (info === 'output') {
      if (last === undefined) throw new Error(`line ${line}: output of no block of code`);
      last.output = code;
      last = undefined;
    } else if (info === 'ts' || (info === 'ts continues' && programs.length > 0)) {
      last = { line, code, output: '' };
      if (info === 'ts') programs.push([last]);
      else programs.at(-1)!.push(last);
    } else if (info !== 'sh') {
      throw new Error(`line ${line}: a block \`${info}\` is not run`);
    }
  }
  return programs;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const end = '--- end of a block ---';

/**
 * Runs a program in a process of its own and gives what each block of it printed.
 *
 * @throws where the program fails, or writes anything but its output: a warning of the process is one
 */
export async function runProgram(program: GuideProgram, name: string): Promise<string[]> {
  // In the repository, so that our packages and those of others are found as a user finds them.
  const folder = join(root, '.cache/guide', name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
  const print = `;process.stdout.write(${JSON.stringify(`${end}\n`)});\n`;
  await writeFile(join(folder, 'program.ts'), program.map(({ code }) => `${code}\n${print}`).join(''));
  const { ok, output } = await run(process.execPath, ['--import=tsx', 'program.ts'], { cwd: folder });
  const printed = output.split(`${end}\n`);
  if (!ok || printed.pop() !== '' || printed.length !== program.length)
    throw new Error(`The program of line ${program[0]!.line} failed, or printed after its end:\n${output}`);
  return printed.map((text) => text.trimEnd());
}

/** What is another each time, and what stands for it. Its equals within a text stay equals. */
const volatile: readonly (readonly [string, RegExp])[] = [
  ['uuid', /\b[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}\b/g],
  ['trace', /(?<="trace_id":")[\da-f]{32}(?=")/g],
  ['span', /(?<="span_id":")[\da-f]{16}(?=")/g],
];
const changing: readonly (readonly [string, RegExp])[] = [
  ['time', /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g],
  ['seconds', /(?<=\()\d+\.\d\d(?= s\))/g],
  ['ms', /(?<="durationMs":)\d+(?:\.\d+)?/g],
  ['pid', /(?<="pid":)\d+/g],
  ['host', /(?<="host":")[^"]+/g],
  ['frames', /(?:\\n {4}at [^"\\]*)+/g],
  ['port', /(?<=127\.0\.0\.1:)\d+/g],
];

/**
 * The text with everything that differs from run to run replaced: times, durations, process, host, port
 * and a stack's frames by a word;
 * UUIDs, random trace ids and spans by a word and a number, the same for the same one.
 */
export function withoutVolatile(text: string): string {
  let steady = text;
  for (const [word, pattern] of changing) steady = steady.replace(pattern, `<${word}>`);
  for (const [word, pattern] of volatile) {
    const seen: string[] = [];
    steady = steady.replace(pattern, (found) => {
      if (!seen.includes(found)) seen.push(found);
      return `<${word} ${seen.indexOf(found) + 1}>`;
    });
  }
  return steady;
}
