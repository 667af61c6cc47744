import { capture, lifecycle } from '@tocsin/context';
import { captureAtCall, toLogEvent } from '@tocsin/event';
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import * as sinon from 'sinon';
import { LazyQuery } from './lazy-query.js';
import { recordingLogger, throwingLogger } from './recording-logger.js';

async function thrownBy(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('capture', () => {
  const error = new RangeError('out of money');

  for (const [how, charge] of Object.entries({
    throws: () => {
      throw error;
    },
    rejects: async () => {
      await pause(1);
      throw error;
    },
  })) {
    it(`logs the error of a function that ${how}, and throws the same on`, async () => {
      const { logger, infos, lines, printed } = recordingLogger();
      captureAtCall(logger);
      expect(await thrownBy(capture(logger, charge as () => unknown))).to.equal(error);
      expect(lines).to.deep.equal([
        { level: 'error', message: `Failed: ${how}`, error, stack: error.stack, function: how },
      ]);
      expect(toLogEvent(infos[0]!).error).to.include({ type: 'RangeError', message: 'out of money' });
      expect((JSON.parse(printed[0]!) as { stack: string }).stack).to.contain('RangeError: out of money');
    });
  }

  it('gives what the function gives, with its this and its arguments, and logs nothing', async () => {
    const { logger, lines } = recordingLogger();
    const sum = capture(logger, function sum(this: { base: number }, a: number, b = 1) {
      return this.base + a + b;
    });
    const later = capture(logger, (value: number) => Promise.resolve(value));
    expect(sum.call({ base: 1 }, 2)).to.equal(4);
    expect([sum.name, sum.length]).to.deep.equal(['sum', 1]);
    expect(await later(5)).to.equal(5);
    expect(lines).to.have.length(0);
  });

  it('logs at another level, with another message', async () => {
    const { logger, lines } = recordingLogger();
    const fail = (): never => {
      throw error;
    };
    await thrownBy(capture(logger, fail, { level: 'warn', message: 'No charge' }));
    expect(lines[0]).to.include({ level: 'warn', message: 'No charge', function: 'fail' });
  });

  for (const thrown of [
    undefined,
    null,
    'a text',
    0,
    Symbol('odd'),
    { code: 1 },
    Object.freeze(new Error('frozen')),
  ]) {
    it(`logs ${String(thrown)} and throws it on as it is`, async () => {
      const { logger, lines } = recordingLogger();
      for (const fail of [
        () => {
          throw thrown;
        },
        () => Promise.reject(thrown),
      ]) {
        expect(await thrownBy(capture(logger, fail))).to.equal(thrown);
      }
      expect(lines).to.have.length(2);
      expect(lines[0]).to.have.property('error').that.is.not.equal(undefined);
    });
  }

  it('logs an Error once, however many captures it passes', async () => {
    const { logger, lines } = recordingLogger();
    const inner = capture(logger, async function inner() {
      await pause(1);
      throw error;
    });
    const middle = capture(logger, () => inner());
    const outer = capture(logger, async () => {
      await pause(1);
      await middle();
    });
    expect(await thrownBy(outer)).to.equal(error);
    const sync = capture(logger, capture(logger, function sync() { throw error; })); // prettier-ignore
    expect(await thrownBy(sync)).to.equal(error);
    expect(lines.map(({ function: name }) => name)).to.deep.equal(['inner', 'sync']);
  });

  it('does not log again what a lifecycle inside has logged', async () => {
    const { logger, lines } = recordingLogger();
    const outer = capture(logger, () => lifecycle(logger, 'Work', () => Promise.reject(error)));
    expect(await thrownBy(outer)).to.equal(error);
    expect(lines.map(({ level }) => level)).to.deep.equal(['info', 'error']);
  });

  it('logs one Error object again when another call throws it', async () => {
    const { logger, lines } = recordingLogger();
    const fail = capture(logger, () => Promise.reject(error));
    await Promise.all([thrownBy(fail), thrownBy(fail)]);
    await thrownBy(fail);
    // The first is kept quiet by the caller, the second gets out.
    const outer = capture(logger, async () => {
      await thrownBy(fail);
      throw new Error('another');
    });
    await thrownBy(outer);
    expect(lines).to.have.length(5);
  });

  it('logs a text again, of which two may be two failures', async () => {
    const { logger, lines } = recordingLogger();
    const inner = capture(logger, () => Promise.reject('busy')); // oxlint-disable-line prefer-promise-reject-errors
    const outer = capture(logger, inner);
    expect(await thrownBy(outer)).to.equal('busy');
    expect(lines).to.have.length(2);
  });

  it('logs what a timer throws that a call under capture has set', async () => {
    const { logger, lines } = recordingLogger();
    const fail = capture(logger, () => Promise.reject(error));
    let late: Promise<unknown> | undefined;
    const start = capture(logger, () => {
      late = pause(5).then(() => thrownBy(fail));
      throw new Error('at once');
    });
    await thrownBy(start);
    expect(await late).to.equal(error);
    expect(lines).to.have.length(2);
  });

  it('throws the error on though the logger throws', async () => {
    for (const logger of [throwingLogger, () => undefined as never]) {
      expect(
        await thrownBy(
          capture(logger, () => {
            throw error;
          }),
        ),
      ).to.equal(error);
      expect(await thrownBy(capture(logger, () => Promise.reject(error)))).to.equal(error);
    }
  });

  it('logs in the outer capture what the broken logger of the inner one lost', async () => {
    const { logger, lines } = recordingLogger();
    await thrownBy(
      capture(
        logger,
        capture(throwingLogger, () => Promise.reject(error)),
      ),
    );
    expect(lines).to.have.length(1);
  });

  it('gives a lazy thenable back as it is', async () => {
    const { logger, lines } = recordingLogger();
    const query = new LazyQuery(error);
    const find = capture(logger, () => query);
    expect(find()).to.equal(query);
    expect(query.runs).to.equal(0);
    expect(await thrownBy(async () => await find())).to.equal(error);
    expect(query.runs).to.equal(1);
    expect(lines).to.have.length(0);
  });

  it('refuses wrong options when the function is wrapped', () => {
    const { logger } = recordingLogger();
    const wrap = capture as (...values: unknown[]) => unknown;
    const fn = sinon.fake();
    for (const [values, option] of [
      [[7, fn], 'logger'],
      [[logger, null, {}], 'fn'],
      [
        [
          logger,
          class Order {
            readonly id = 1;
          },
        ],
        'fn',
      ],
      [[logger, fn, 'warn'], 'options'],
      [[logger, fn, { level: 5 }], 'level'],
      [[logger, fn, { message: 5 }], 'message'],
      [[logger, fn, { name: 'x' }], 'name'],
    ] as const) {
      expect(() => wrap(...values), option)
        .to.throw(`capture: option '${option}'`)
        .with.property('code', 'TOCSIN_CONFIG_INVALID');
    }
  });

  it('keeps the type of the function', async () => {
    const { logger } = recordingLogger();
    const load: (id: number) => Promise<string> = capture(logger, async (id: number) => String(id));
    // @ts-expect-error -- the argument is a number
    expect(await load('7')).to.equal('7');
  });
});
