import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

interface Seen {
  readonly grownBytes: number;
  readonly bytesPerScope: number;
}

/** What the heap's own bookkeeping may come to; one number kept for each scope would be eight times as much. */
const maxBytesPerScope = 1;
/** Where others take part, whose own buffers and maps grow and shrink by a megabyte; one scope kept would be hundreds. */
const maxBytesWithOthers = 20;

describe('the heap, after garbage collection', function () {
  this.timeout(120_000);

  for (const [title, kind, scopes, max = maxBytesPerScope] of [
    ['1,000,000 scopes of synchronous work', 'sync', 1_000_000],
    ['1,000,000 scopes of work that awaits', 'async', 1_000_000],
    ['200,000 calls of a traced function', 'traced', 200_000],
    [
      '100,000 scopes that log lines which wait, with the lines of each request kept',
      'logged',
      100_000,
      maxBytesWithOthers,
    ],
    ['200,000 scopes over cls-hooked', 'cls-hooked', 200_000, maxBytesWithOthers],
    ['200,000 scopes over nestjs-cls', 'nestjs-cls', 200_000, maxBytesWithOthers],
    ['200,000 scopes, each opened from inside the one before', 'chained', 200_000],
  ] as const) {
    it(`is flat over ${title}`, async () => {
      const { grownBytes, bytesPerScope } = await run(kind, scopes);
      console.log(`        it grew by ${(grownBytes / 1_024).toFixed(0)} KiB`);
      expect(bytesPerScope).to.be.below(max);
    });
  }

  it('is not flat where scopes are kept: the measurement would show it', async () => {
    const { bytesPerScope } = await run('leaking', 100_000);
    expect(bytesPerScope).to.be.above(100 * maxBytesPerScope);
  });
});

async function run(kind: string, scopes: number): Promise<Seen> {
  const program = join(__dirname, 'programs/many-scopes.ts');
  const args = ['--expose-gc', '--import=tsx', program, kind, String(scopes)];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout) as Seen;
}
