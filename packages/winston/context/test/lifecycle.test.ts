import { bindContext, context, contextFormat, lifecycle, timed } from '@tocsin/context';
import { captureAtCall, toLogEvent } from '@tocsin/event';
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import * as sinon from 'sinon';
import winston from 'winston';
import { LazyQuery } from './lazy-query.js';
import { recordingLogger, throwingLogger } from './recording-logger.js';
import { runProgram } from './run-program.js';

describe('lifecycle', () => {
  let clock: sinon.SinonFakeTimers | undefined;
  const freeze = (): sinon.SinonFakeTimers => (clock = sinon.useFakeTimers({ toFake: ['performance'] }));
  afterEach(() => {
    clock?.restore();
    clock = undefined;
    sinon.restore();
  });

  it('logs the begin and the end of a synchronous body, with the fields and the time', () => {
    const { logger, lines } = recordingLogger();
    const time = freeze();
    const result = lifecycle(logger, 'Migration', { table: 'users' }, (log) => {
      log.info('half way', { row: 1 });
      time.tick(150);
      return 42;
    });
    expect(result).to.equal(42);
    expect(lines).to.deep.equal([
      { level: 'info', message: 'Begin: Migration', table: 'users' },
      { level: 'info', message: 'half way', table: 'users', row: 1 },
      { level: 'info', message: 'End (0.15 s): Migration', table: 'users', durationMs: 150 },
    ]);
  });

  it('logs the end of an asynchronous body when its promise is settled', async () => {
    const { logger, lines } = recordingLogger();
    const time = freeze();
    let go: (value: string) => void = () => {};
    const running = lifecycle(logger, 'Import', () => new Promise<string>((resolve) => (go = resolve)));
    await pause(5);
    expect(lines.map(({ message }) => message)).to.deep.equal(['Begin: Import']);
    time.tick(2_345);
    go('imported');
    expect(await running).to.equal('imported');
    expect(lines.map(({ message }) => message)).to.deep.equal(['Begin: Import', 'End (2.35 s): Import']);
    expect(lines[1]).to.include({ durationMs: 2345 });
  });

  const error = new TypeError('the table is gone');
  const failing = {
    'throws at once': (): never => {
      throw error;
    },
    rejects: async (): Promise<never> => {
      await pause(1);
      throw error;
    },
    'gives a thenable that rejects': () => new LazyQuery(error),
  };
  for (const [how, body] of Object.entries(failing)) {
    it(`logs that it failed when the body ${how}, and throws the same error on`, async () => {
      const { logger, infos, lines, printed } = recordingLogger();
      captureAtCall(logger);
      let thrown: unknown;
      try {
        await lifecycle(logger, 'Migration', { table: 'users' }, body as () => unknown);
      } catch (reason) {
        thrown = reason;
      }
      expect(thrown).to.equal(error);
      expect(lines).to.have.length(2);
      const [, line] = lines;
      expect(line).to.include({ level: 'error', table: 'users', error });
      expect(line!.message).to.match(/^Failed \(\d+\.\d\d s\): Migration$/);
      expect(line!['durationMs']).to.be.a('number');

      const event = toLogEvent(infos[1]!);
      expect(event.error).to.include({ type: 'TypeError', message: 'the table is gone' });
      expect(event.error!.frames[0]!.file).to.contain('lifecycle.test');
      // Plain JSON shows an Error as {}: message and frames are in the text beside it.
      const json = JSON.parse(printed[1]!) as Record<string, unknown>;
      expect(json['error']).to.deep.equal({});
      expect(json['stack']).to.match(/^TypeError: the table is gone\n {4}at /);
    });
  }

  for (const thrown of [
    undefined,
    null,
    'a text',
    7,
    Symbol('odd'),
    { code: 'E_ODD' },
    Object.freeze(new Error('frozen')),
  ]) {
    it(`throws on ${String(thrown)} as it is`, () => {
      const { logger, lines, printed } = recordingLogger();
      let caught: unknown = 'nothing';
      try {
        lifecycle(logger, 'Odd', () => {
          throw thrown;
        });
      } catch (reason) {
        caught = reason;
      }
      expect(caught).to.equal(thrown);
      expect(lines[1]!.message).to.match(/^Failed/);
      expect(JSON.parse(printed[1]!)).to.have.property('error');
    });
  }

  it('shows a message that was changed after the error was made', () => {
    const { logger, printed } = recordingLogger();
    const late = new Error('before');
    expect(late.stack).to.match(/^Error: before\n/);
    late.message = 'after';
    expect(() =>
      lifecycle(logger, 'Late', () => {
        throw late;
      }),
    ).to.throw('after');
    expect((JSON.parse(printed[1]!) as { stack: string }).stack).to.match(/^Error: after\nError: before\n/);
  });

  it('runs the query of a lazy thenable once, and logs its end after that', async () => {
    const { logger, lines } = recordingLogger();
    const query = new LazyQuery([1, 2]);
    const running = lifecycle(logger, 'Query', () => query);
    expect(running).to.be.instanceOf(Promise);
    expect(lines).to.have.length(1);
    expect(await running).to.deep.equal([1, 2]);
    expect(lines).to.have.length(2);
    expect(query.runs).to.equal(1);
  });

  it('gives back as it is what cannot be asked for `then`', () => {
    const { logger, lines } = recordingLogger();
    const closed = new Proxy(
      {},
      {
        get() {
          throw new Error('closed');
        },
      },
    );
    expect(lifecycle(logger, 'Closed', () => closed)).to.equal(closed);
    expect(lines).to.have.length(2);
  });

  it('logs at the levels that are asked for', () => {
    const { logger, lines } = recordingLogger();
    const levels = { level: 'debug', failedLevel: 'warn' };
    lifecycle(logger, 'Quiet', () => 1, levels);
    expect(() =>
      lifecycle(
        logger,
        'Quiet',
        {},
        () => {
          throw error;
        },
        levels,
      ),
    ).to.throw(error);
    expect(lines.map(({ level }) => level)).to.deep.equal(['debug', 'debug', 'debug', 'warn']);
  });

  it('keeps the fields of a name that winston takes for a pattern', () => {
    const { logger, lines } = recordingLogger({ format: winston.format.splat() });
    lifecycle(logger, 'Fill to 100 %done', { table: 'users' }, () => 1);
    expect(lines.map(({ message, table }) => [message, table])).to.deep.equal([
      ['Begin: Fill to 100 %done', 'users'],
      [lines[1]!.message, 'users'],
    ]);
    expect(lines[1]!.message).to.match(/^End \(0\.\d\d s\): Fill to 100 %done$/);
  });

  it('does not follow changes of the fields while it runs', () => {
    const { logger, lines } = recordingLogger();
    const fields = { table: 'users' };
    lifecycle(logger, 'Migration', fields, () => void (fields.table = 'orders'));
    expect(lines.map(({ table }) => table)).to.deep.equal(['users', 'users']);
  });

  it('logs with the context of the request that it belongs to, as timed does', async () => {
    const { logger, lines } = recordingLogger({ format: contextFormat() });
    bindContext(logger);
    const wait = timed(logger, (ms: number) => pause(ms), { name: 'wait', thresholdMs: 0 });
    const request = (id: number): Promise<void> =>
      context.run({ request: id }, () => lifecycle(logger, 'Work', { id }, () => wait(id % 7)));
    await Promise.all(Array.from({ length: 50 }, (_, id) => request(id)));
    expect(lines).to.have.length(150);
    for (const { message, request: from, id } of lines) {
      expect(from).to.be.a('number');
      if (!String(message).includes('wait')) expect(from).to.equal(id);
    }
    const waits = lines.filter(({ message }) => String(message).includes('wait'));
    expect(new Set(waits.map(({ request: from }) => from)).size).to.equal(50);
  });

  it('runs the body and gives its result though the logger throws', async () => {
    expect(lifecycle(throwingLogger, 'Sync', {}, (log) => log)).to.equal(throwingLogger);
    expect(await lifecycle(throwingLogger, 'Async', () => Promise.resolve(2))).to.equal(2);
    expect(() =>
      lifecycle(throwingLogger, 'Failing', () => {
        throw error;
      }),
    ).to.throw(error);
  });

  for (const [how, now] of Object.entries({
    throws: (): never => {
      throw new Error('no clock');
    },
    'is not a number': () => NaN,
    'runs backwards': (() => {
      let ms = 1e6;
      return () => (ms -= 1000);
    })(),
  })) {
    it(`logs the end without a time when the clock ${how}`, () => {
      const { logger, lines } = recordingLogger();
      sinon.stub(performance, 'now').callsFake(now);
      expect(lifecycle(logger, 'Timeless', () => 3)).to.equal(3);
      expect(lines).to.deep.equal([
        { level: 'info', message: 'Begin: Timeless' },
        { level: 'info', message: 'End: Timeless' },
      ]);
    });
  }

  it('leaves a rejection that nobody handles to Node', () => {
    const { status, stderr } = runProgram(`
      const { lifecycle } = require('@tocsin/context');
      lifecycle({ log() {}, child() {} }, 'Lost', async () => { throw new Error('nobody cares'); });
    `);
    expect(status).to.equal(1);
    expect(stderr).to.contain('nobody cares');
  });

  it('does the work without fields that are none, and warns the process once', () => {
    const { status, stdout, stderr } = runProgram(`
      const { lifecycle } = require('@tocsin/context');
      const lines = [];
      const logger = { log: (...line) => lines.push(line), child: () => logger };
      for (const fields of [null, 'text', 7, Proxy.revocable({}, {})]) {
        if (fields?.revoke) fields.revoke();
        console.log(lifecycle(logger, 'Work', fields?.proxy ?? fields, () => lines.length));
      }
    `);
    expect(status).to.equal(0);
    expect(stdout).to.equal('1\n3\n5\n7\n');
    expect(stderr.match(/TOCSIN_FIELDS_INVALID/g)).to.have.length(1);
  });

  it('refuses wrong arguments before the body runs', () => {
    const { logger, lines } = recordingLogger();
    const body = sinon.fake();
    const call = lifecycle as (...values: unknown[]) => unknown;
    for (const [values, option] of [
      [[undefined, 'x', body], 'logger'],
      [[{ log() {} }, 'x', body], 'logger'],
      [[logger, '', body], 'name'],
      [[logger, 7, body], 'name'],
      [[logger, 'x', {}], 'body'],
      [[logger, 'x', body, 'debug'], 'options'],
      [[logger, 'x', body, { level: 1 }], 'level'],
      [[logger, 'x', {}, body, { failedLevel: '' }], 'failedLevel'],
      [[logger, 'x', body, { levels: 'info' }], 'levels'],
    ] as const) {
      expect(() => call(...values), option)
        .to.throw(`lifecycle: option '${option}'`)
        .with.property('code', 'TOCSIN_CONFIG_INVALID');
    }
    expect(body.called).to.equal(false);
    expect(lines).to.have.length(0);
  });

  it('keeps the types of logger and result', async () => {
    const { logger } = recordingLogger();
    const text: string = lifecycle(logger, 'Text', (log: winston.Logger) => log.level);
    const later: Promise<number[]> = lifecycle(logger, 'Rows', {}, () => new LazyQuery([1]));
    // @ts-expect-error -- the result of an asynchronous body is a promise
    const wrong: number = lifecycle(logger, 'Number', () => Promise.resolve(1));
    expect([text, await later, await (wrong as unknown)]).to.deep.equal(['silly', [1], 1]);
  });
});
