import { timed, timedFetch, timedQuery } from '@tocsin/context';
import { captureAtCall, toLogEvent } from '@tocsin/event';
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import * as sinon from 'sinon';
import winston from 'winston';
import { recordingLogger, throwingLogger } from './recording-logger.js';
import { runProgram } from './run-program.js';

describe('timed', () => {
  let clock: sinon.SinonFakeTimers | undefined;
  const freeze = (): sinon.SinonFakeTimers => (clock = sinon.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => {
    clock?.restore();
    clock = undefined;
    sinon.restore();
    timed.enabled = true;
  });

  it('logs a call that takes 500 ms, and none that takes less', () => {
    const { logger, lines } = recordingLogger();
    const time = freeze();
    const take = timed(logger, function spend(ms: number) {
      time.tick(ms);
      return ms * 2;
    });
    expect(take(499)).to.equal(998);
    expect(lines).to.deep.equal([]);
    expect(take(500)).to.equal(1000);
    expect(lines).to.deep.equal([
      { level: 'info', message: 'Slow call (0.50 s): spend', durationMs: 500, function: 'spend' },
    ]);
  });

  it('measures a promise until it is settled', async () => {
    const { logger, lines } = recordingLogger();
    const time = freeze();
    let settle: (value: string) => void = () => {};
    const wait = timed(logger, () => new Promise<string>((resolve) => (settle = resolve)), { name: 'wait' });
    const waiting = wait();
    time.tick(1_500);
    expect(lines).to.have.length(0);
    settle('done');
    expect(await waiting).to.equal('done');
    expect(lines).to.deep.equal([
      { level: 'info', message: 'Slow call (1.50 s): wait', durationMs: 1500, function: 'wait' },
    ]);
  });

  it('puts name, level and tags on the line, and takes the threshold', () => {
    const { logger, lines } = recordingLogger();
    timed(logger, () => 1, { name: 'one', level: 'warn', tags: ['db', 'slow'], thresholdMs: 0 })();
    expect(lines).to.have.length(1);
    expect(lines[0]).to.deep.include({ level: 'warn', function: 'one', tags: ['db', 'slow'] });
  });

  for (const [how, thrower] of Object.entries({
    throws: (error: unknown) => {
      throw error;
    },
    rejects: async (error: unknown) => {
      await pause(1);
      throw error;
    },
  })) {
    it(`tells that a slow call failed when it ${how}, and throws the same error on`, async () => {
      const { logger, infos, lines } = recordingLogger();
      captureAtCall(logger);
      const error = new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') });
      const fail = timed(logger, thrower, { thresholdMs: 0, name: 'fail' });
      for (const thrown of [error, undefined, 'password=hunter2']) {
        let caught: unknown = 'nothing';
        try {
          await fail(thrown);
        } catch (reason) {
          caught = reason;
        }
        expect(caught).to.equal(thrown);
      }
      expect(lines.map(({ level, failed, reason }) => [level, failed, reason])).to.deep.equal([
        ['info', true, 'TypeError: fetch failed (connect ECONNREFUSED)'],
        ['info', true, 'undefined'],
        ['info', true, 'password=[redacted]'],
      ]);
      expect(lines[0]!['message']).to.match(/^Slow call failed \(0\.\d\d s\): fail$/);
      expect(toLogEvent(infos[0]!).error).to.equal(undefined);
    });
  }

  it('logs no failed call that was quick', () => {
    const { logger, lines } = recordingLogger();
    const fail = timed(logger, () => {
      throw new Error('quick');
    });
    expect(fail).to.throw('quick');
    expect(lines).to.have.length(0);
  });

  it('shows arguments and result only where it is asked to, bounded and without secrets', () => {
    const { logger, lines } = recordingLogger();
    const user = { name: 'bob', password: 'hunter2', phone: '555', note: 'x'.repeat(5_000) };
    const login = (given: typeof user): object => ({ token: 'abcdefgh', pin: 4711, given: given.name });
    timed(logger, login, { thresholdMs: 0 })(user);
    timed(logger, login, {
      thresholdMs: 0,
      includeArguments: true,
      includeResult: true,
      sensitiveFields: ['phone', 'pin'],
    })(user);
    expect(lines[0]).to.have.all.keys('level', 'message', 'durationMs', 'function');
    const [shown] = lines[1]!['arguments'] as [Record<string, string>];
    expect(shown).to.include({ name: 'bob', password: '[redacted]', phone: '[redacted]' });
    expect(shown['note']).to.have.length(1024);
    expect(lines[1]!['result']).to.deep.equal({ token: '[redacted]', pin: '[redacted]', given: 'bob' });
    expect(user.password).to.equal('hunter2');
  });

  it("keeps this, name, length and the function's own fields", async () => {
    const { logger } = recordingLogger();
    const custom = (): Promise<string> => Promise.resolve('custom');
    const original = Object.assign(
      function add(this: { base: number } | undefined, a: number, b: number): number {
        return (this?.base ?? 0) + a + b;
      },
      { [promisify.custom]: custom, version: 3 },
    );
    const wrapped = timed(logger, original);
    expect(wrapped.call({ base: 10 }, 1, 2)).to.equal(13);
    expect([wrapped.name, wrapped.length, wrapped.version]).to.deep.equal(['add', 2, 3]);
    expect(await promisify(wrapped)()).to.equal('custom');
  });

  it('calls the function once, with its arguments, whatever becomes of the line', async () => {
    const failingSource = (): never => {
      throw new Error('no logger yet');
    };
    for (const logger of [throwingLogger, failingSource, () => undefined as never]) {
      const fn = sinon.fake((a: number, b: number) => a + b);
      expect(timed(logger, fn, { thresholdMs: 0 })(1, 2)).to.equal(3);
      expect(fn.args).to.deep.equal([[1, 2]]);
      const later = timed(logger, (value: number) => Promise.resolve(value), { thresholdMs: 0 });
      expect(await later(4)).to.equal(4);
    }
    const { logger } = recordingLogger();
    const hostile = new Proxy({}, { ownKeys: () => { throw new Error('closed'); } }); // prettier-ignore
    const same = timed(logger, (value: object) => value, {
      thresholdMs: 0,
      includeArguments: true,
      includeResult: true,
    });
    expect(same(hostile)).to.equal(hostile);
  });

  it('logs nothing and changes nothing when the clock is broken', () => {
    const { logger, lines } = recordingLogger();
    sinon.stub(performance, 'now').throws(new Error('no clock'));
    expect(timed(logger, () => 5, { thresholdMs: 0 })()).to.equal(5);
    expect(lines).to.have.length(0);
  });

  it('asks a function for the logger at each line, and not before', () => {
    const made: winston.Logger[] = [];
    const source = sinon.fake(() => made[0]!);
    const call = timed(source, () => 1, { thresholdMs: 0 });
    expect(source.callCount).to.equal(0);
    const recording = recordingLogger();
    made.push(recording.logger);
    call();
    call();
    expect(source.callCount).to.equal(2);
    expect(recording.lines).to.have.length(2);
  });

  it('turns all three kinds off and on at each call', async () => {
    const { logger, lines } = recordingLogger();
    const options = { thresholdMs: 0 };
    const calls = [
      timed(logger, () => 1, options),
      timedFetch(logger, () => Promise.resolve({ status: 200 }), options),
      timedQuery(logger, () => [], options),
    ];
    const counts: number[] = [];
    for (const enabled of [false, true, false]) {
      timed.enabled = enabled;
      for (const call of calls) await call();
      counts.push(lines.length);
    }
    expect(counts).to.deep.equal([0, 3, 3]);
  });

  it('warns the process once of what it cannot follow, and of a line that is lost', () => {
    const { status, stderr } = runProgram(`
      const { timed } = require('@tocsin/context');
      const lines = [];
      const logger = { log: (...line) => lines.push(line), child() {} };
      const find = timed(logger, function find() { return { then() {} }; });
      find(); find();
      timed(logger, function* count() {})();
      const broken = { log() { throw new Error('no disk'); }, child() {} };
      const slow = timed(broken, function slow() {}, { thresholdMs: 0 });
      slow(); slow();
      if (lines.length > 0) process.exitCode = 3;
    `);
    expect(status).to.equal(0);
    expect(stderr.match(/TOCSIN_NOT_FOLLOWED.*/g)).to.have.length(1);
    expect(stderr).to.contain('timed: find gives what does its work later');
    expect(stderr.match(/TOCSIN_LINE_LOST.*no disk/g)).to.have.length(1);
  });

  it('leaves a rejection that nobody handles to Node', () => {
    const { status, stderr } = runProgram(`
      const { timed } = require('@tocsin/context');
      timed({ log() {}, child() {} }, async () => { throw new Error('nobody cares'); })();
    `);
    expect(status).to.equal(1);
    expect(stderr).to.contain('nobody cares');
  });

  it('refuses wrong options when the function is wrapped', () => {
    const { logger } = recordingLogger();
    const wrap = timed as (...values: unknown[]) => unknown;
    const fn = (): void => {};
    for (const [values, option] of [
      [[undefined, fn], 'logger'],
      [[{}, fn], 'logger'],
      [[logger, 'fn', {}], 'fn'],
      [
        [
          logger,
          class Order {
            readonly id = 1;
          },
        ],
        'fn',
      ],
      [[logger, fn, null], 'options'],
      [[logger, fn, { thresholdMs: -1 }], 'thresholdMs'],
      [[logger, fn, { thresholdMs: NaN }], 'thresholdMs'],
      [[logger, fn, { thresholdMs: '5' }], 'thresholdMs'],
      [[logger, fn, { level: '' }], 'level'],
      [[logger, fn, { name: 5 }], 'name'],
      [[logger, fn, { tags: 'db' }], 'tags'],
      [[logger, fn, { tags: [1] }], 'tags'],
      [[logger, fn, { sensitiveFields: 'x' }], 'sensitiveFields'],
      [[logger, fn, { includeArguments: 1 }], 'includeArguments'],
      [[logger, fn, { includeResult: 'yes' }], 'includeResult'],
      [[logger, fn, { threshold: 5 }], 'threshold'],
      [[logger, { threshold: 5 }], 'threshold'],
    ] as const) {
      expect(() => wrap(...values), option)
        .to.throw(`timed: option '${option}'`)
        .with.property('code', 'TOCSIN_CONFIG_INVALID');
    }
  });

  it('keeps the type of the function', () => {
    const { logger } = recordingLogger();
    function pick(which: 'text'): string;
    function pick(which: 'number'): number;
    function pick(which: string): unknown {
      return which === 'text' ? which : 1;
    }
    const wrapped: typeof pick = timed(logger, pick);
    const text: string = wrapped('text');
    const first: <T>(list: readonly T[]) => T | undefined = timed(logger, <T>(list: readonly T[]) => list[0]);
    const found: number | undefined = first([1, 2]);
    // @ts-expect-error -- the function's own arguments are asked for
    wrapped('other');
    expect([text, found]).to.deep.equal(['text', 1]);
  });
});
