import { expect } from 'chai';
import type { LoggerLike } from '@tocsin/context';
import { type CompiledProgram, compileProgram, decoratorKinds } from './compiled-decorators.js';
import { recordingLogger } from './recording-logger.js';

/** What the program below gives. */
interface Program {
  readonly setLogger: (given: LoggerLike) => void;
  readonly payments: {
    readonly currency: string;
    charge(amount: number, note?: string): Promise<string>;
    fail(): Promise<never>;
    find(sql: string): Promise<number[]>;
    get(path: string): Promise<{ status: number }>;
    both(): never;
    callSecret(): number;
  };
  readonly Payments: { ping(): string };
  readonly misplaced: Readonly<Record<string, () => unknown>>;
}

const source = (privateMethod: string, callOfPrivate: string): string => `
  import { type LoggerLike, capture, timed, timedFetch, timedQuery } from '@tocsin/context';

  let logger: LoggerLike | undefined;
  export function setLogger(given: LoggerLike): void { logger = given; }
  const source = (): LoggerLike => logger!;

  export class Payments {
    readonly currency = 'EUR';
    @timed(source, { thresholdMs: 0 })
    async charge(amount: number, note = ''): Promise<string> { return amount + this.currency + note; }
    @capture(source)
    async fail(): Promise<never> { throw new Error('no money'); }
    @timedQuery(source, { thresholdMs: 0 })
    async find(sql: string): Promise<number[]> { return [sql.length, 2]; }
    @timedFetch(source, { thresholdMs: 0 })
    get(path: string): Promise<{ status: number }> { return Promise.resolve({ status: path.length }); }
    @capture(source) @timed(source, { thresholdMs: 0 })
    both(): never { throw new Error('both'); }
    @timed(source, { thresholdMs: 0 })
    static ping(): string { return this.name; }
    ${privateMethod}
    callSecret(): number { return ${callOfPrivate}; }
  }
  export const payments = new Payments();

  // Types stay what they were.
  const charged: (amount: number, note?: string) => Promise<string> = payments.charge.bind(payments);
  // @ts-expect-error -- the amount is a number
  void (() => payments.charge('7'));
  void charged;
  class Wrong {
    // @ts-expect-error -- this gives no Response
    @timedFetch(source) count(): number { return 1; }
  }
  void Wrong;

  const anywhere = timed(source) as (...values: any[]) => any;
  export const misplaced = {
    field: () => { class A { @anywhere value = 1; } return new A(); },
    getter: () => { class A { @anywhere get value() { return 1; } } return new A(); },
    class: () => { @anywhere class A {} return new A(); },
    nothing: () => anywhere(),
  };
`;

for (const [kind, experimental] of Object.entries(decoratorKinds)) {
  describe(`decorators that tsc compiled (${kind})`, function () {
    this.timeout(60_000);
    let compiled: CompiledProgram;
    let program: Program;
    before(() => {
      // Of private methods, only the standard knows.
      const text = experimental
        ? source('', '0')
        : source(
            '@timed(source, { thresholdMs: 0 }) #secret(): number { return this.currency.length; }',
            'this.#secret()',
          );
      compiled = compileProgram(text, experimental);
      program = compiled.exports as Program;
    });
    after(() => compiled?.remove());

    it('keep this, arguments, result, name and length', async () => {
      const { logger, lines } = recordingLogger();
      program.setLogger(logger);
      const { payments, Payments } = program;
      expect(await payments.charge(7, '!')).to.equal('7EUR!');
      expect([payments.charge.name, payments.charge.length]).to.deep.equal(['charge', 1]);
      expect(Payments.ping()).to.equal('Payments');
      expect(lines.map(({ function: name }) => name)).to.deep.equal(['charge', 'ping']);
      expect(Object.keys(payments)).to.deep.equal(['currency']);
    });

    it('throw the same error on', async () => {
      const { logger, lines } = recordingLogger();
      program.setLogger(logger);
      const error: unknown = await program.payments.fail().catch((reason: unknown) => reason);
      expect((error as Error).message).to.equal('no money');
      expect(lines[0]).to.include({ level: 'error', error, function: 'fail' });
    });

    it('may stand one above another', () => {
      const { logger, lines } = recordingLogger();
      program.setLogger(logger);
      expect(() => program.payments.both()).to.throw('both');
      expect(lines.map(({ level, function: name }) => [level, name])).to.deep.equal([
        ['info', 'both'],
        ['error', 'both'],
      ]);
    });

    it('measure queries and requests', async () => {
      const { logger, lines } = recordingLogger();
      program.setLogger(logger);
      expect(await program.payments.find("select 'bob'")).to.deep.equal([12, 2]);
      expect(await program.payments.get('/x')).to.deep.equal({ status: 2 });
      expect(lines[0]).to.include({ function: 'find', statement: 'select ?', rowCount: 2 });
      expect(lines[1]).to.include({ function: 'get', status: 2 });
    });

    if (!experimental) {
      it('reach private methods', () => {
        const { logger, lines } = recordingLogger();
        program.setLogger(logger);
        expect(program.payments.callSecret()).to.equal(3);
        expect(lines[0]).to.include({ function: '#secret' });
      });
    }

    for (const place of ['field', 'getter', 'class', 'nothing']) {
      it(`are refused when the class is made, before ${place} in place of a method`, () => {
        expect(program.misplaced[place])
          .to.throw("timed: option 'decorated member'")
          .with.property('code', 'TOCSIN_CONFIG_INVALID');
      });
    }
  });
}
