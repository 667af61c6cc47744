import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flowTable } from '../../packages/winston/context/test/flow-table.js';
import { root } from '../../scripts/root.mjs';
import { type GuideProgram, programsOf, runProgram, withoutVolatile } from './guide-programs.js';

const folder = join(root, 'docs/guide');

async function expectTruth(program: GuideProgram, name: string): Promise<void> {
  const printed = await runProgram(program, name);
  // Put together, so that an id which comes again in a later block is known as the same.
  const page = program.map(({ output, line }) => `${line}:\n${output}`).join('\n\n');
  const truth = program.map(({ line }, index) => `${line}:\n${printed[index]}`).join('\n\n');
  expect(withoutVolatile(truth)).to.equal(withoutVolatile(page));
}

for (const page of readdirSync(folder)) {
  describe(`docs/guide/${page}`, function () {
    this.timeout(60_000);
    const text = readFileSync(join(folder, page), 'utf8');

    for (const program of programsOf(text)) {
      const { line } = program[0]!;
      const lines = program.map((block) => block.line).join(', ');
      it(`says what the program of line ${lines} prints`, () =>
        expectTruth(program, `${page.replace('.md', '')}-${line}`));
    }
  });
}

describe('the flow table in docs/guide/context.md', () => {
  it('is the one that the tests of @tocsin/context prove', () => {
    const text = readFileSync(join(folder, 'context.md'), 'utf8');
    const rows = [...text.matchAll(/^\| (.+?) \| (by itself|with `bind`) \| (.*?) ?\|$/gm)];
    const told = rows.map(([, through, flow, note]) => ({ through, flow: flow!.replaceAll('`', ''), note }));
    for (const row of flowTable) {
      const flows = [row.asyncLocalStorage, row.clsHooked, row.nestjsCls];
      expect(new Set(flows), `${row.through}: the page has one column for all stores`).to.have.property(
        'size',
        1,
      );
    }
    expect(told).to.deep.equal(
      flowTable.map(({ through, asyncLocalStorage: flow, note = '' }) => ({ through, flow, note })),
    );
  });
});

describe('the test of guides', function () {
  this.timeout(60_000);
  const page = (...blocks: string[]) => blocks.map((block) => `\`\`\`${block}\n\`\`\`\n`).join('\n');
  const isTrue = async (text: string) => {
    for (const program of programsOf(text)) await expectTruth(program, 'tested');
  };
  const refuses = async (text: string, reason: RegExp) => {
    let refusal: unknown;
    try {
      await isTrue(text);
    } catch (error) {
      refusal = error;
    }
    expect(String(refusal)).to.match(reason);
  };

  it('joins the blocks of a program, and compares the output of each', async () => {
    const first = 'ts\nconst a: number = 1;\nconsole.log(a);';
    await isTrue(page(first, 'output\n1', 'ts continues\nconsole.log(a + 1);', 'output\n2'));
    await refuses(page(first, 'output\n1', 'ts continues\nconsole.log(a + 1);', 'output\n3'), /expected/);
  });

  it('refuses output that the page does not tell', async () => {
    await refuses(page(`ts\nconsole.log('secret');`), /expected/);
  });

  it('refuses a program that fails, warns or prints after its end', async () => {
    await refuses(page(`ts\nthrow new RangeError('no');`), /RangeError: no/);
    await refuses(page(`ts\nprocess.emitWarning('careful');`), /careful/);
    await refuses(page(`ts\nsetTimeout(() => console.log('late'), 20);`), /printed after its end/);
  });

  it('refuses a block that it would not run', async () => {
    await refuses(page('ts no-check: an outline\na b c'), /line 2: .* is not run/);
    await refuses(page('js\nconsole.log(1)'), /line 2: .* is not run/);
    await refuses(page('output\n1'), /line 2: output of no block/);
  });

  it('takes times for equal, and different ids for different', () => {
    const ids = ['0190c6e1-0000-4000-8000-000000000001', '0190c6e1-0000-4000-8000-000000000002'];
    expect(withoutVolatile('at 2026-01-01T00:00:00.000Z (0.15 s)')).to.equal('at <time> (<seconds> s)');
    expect(withoutVolatile([ids[0], ids[1], ids[0]].join())).to.equal('<uuid 1>,<uuid 2>,<uuid 1>');
  });
});
