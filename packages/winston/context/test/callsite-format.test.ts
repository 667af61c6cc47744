import { TocsinError } from '@tocsin/event';
import {
  bindContext,
  type CallsiteField,
  callsiteFormat,
  type CallsiteFormatOptions,
  context,
  contextFormat,
} from '@tocsin/context';
import { expect } from 'chai';
import sinon from 'sinon';
import winston from 'winston';
import { KeepingTransport } from './keeping-transport.js';
import { runProgram } from './run-program.js';

const { format } = winston;
const file = 'packages/winston/context/test/callsite-format.test.ts';

interface Setup {
  readonly before?: readonly winston.Logform.Format[];
  readonly after?: readonly winston.Logform.Format[];
  readonly defaultMeta?: object;
}

/** A bound logger with the format, whose stream flows. */
async function setUp(
  options: CallsiteFormatOptions = {},
  { before: earlier = [], after: later = [], defaultMeta }: Setup = {},
): Promise<{ logger: winston.Logger; kept: KeepingTransport }> {
  const kept = new KeepingTransport();
  const logger = winston.createLogger({
    level: 'silly',
    format: format.combine(...earlier, callsiteFormat(options), ...later),
    transports: [kept],
    ...(defaultMeta === undefined ? {} : { defaultMeta }),
  });
  bindContext(logger);
  await flowing();
  return { logger, kept };
}

/** Winston's stream begins to flow a turn after its transports were added. */
function flowing(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** The row of this file so many rows after the one that asks. */
function here(after: number): number {
  const row = /callsite-format\.test\.ts:(\d+)/.exec(new Error().stack!.split('\n')[2]!)![1];
  return Number(row) + after;
}

/** A function of the application that logs in a file and row of its own. */
function functionAt(path: string, row: number, name: string, body: string): (logger: object) => void {
  // The two rows that `new Function` puts before, and the one of the function.
  const text = `return function ${name}(logger) {${'\n'.repeat(row - 3)}${body}}\n//# sourceURL=${path}`;
  // oxlint-disable-next-line no-implied-eval
  return (new Function(text) as () => (logger: object) => void)();
}

describe('callsiteFormat', () => {
  describe('tells file, row and function of the call', () => {
    let logger: winston.Logger;
    let kept: KeepingTransport;

    before(async () => ({ logger, kept } = await setUp()));

    const styles: Readonly<Record<string, () => number | Promise<number>>> = {
      "info('m')": function place() {
        logger.info('m');
        return here(-1);
      },
      "info('m', meta)": function place() {
        logger.info('m', { part: 1 });
        return here(-1);
      },
      "info('%s', 'm')": function place() {
        logger.info('it is %s', 'm');
        return here(-1);
      },
      'info({ message })': function place() {
        logger.info({ message: 'm' });
        return here(-1);
      },
      "log('info', 'm')": function place() {
        logger.log('info', 'm');
        return here(-1);
      },
      "log('info', 'm', meta)": function place() {
        logger.log('info', 'm', { part: 1 });
        return here(-1);
      },
      'log({ … })': function place() {
        logger.log({ level: 'info', message: 'm' });
        return here(-1);
      },
      'error(err)': function place() {
        logger.error(new Error('m'));
        return here(-1);
      },
      "error('m', err)": function place() {
        logger.error('m', new Error('m'));
        return here(-1);
      },
      'child.info': function place() {
        logger.child({ part: 1 }).info('m');
        return here(-1);
      },
      "child of a child.info('m', meta)": function place() {
        logger.child({ part: 1 }).child({ of: 2 }).info('m', { more: 3 });
        return here(-1);
      },
      "child of four.log('info', 'm', meta)": function place() {
        const child = logger.child({ a: 1 }).child({ b: 2 }).child({ c: 3 }).child({ d: 4 });
        child.log('info', 'm', { e: 5 });
        return here(-1);
      },
      'child.error(err)': function place() {
        logger.child({ part: 1 }).error(new Error('m'));
        return here(-1);
      },
      profile: function place() {
        logger.profile('m');
        logger.profile('m');
        return here(-1);
      },
      'child.profile': function place() {
        const child = logger.child({ part: 1 });
        child.profile('m');
        child.profile('m');
        return here(-1);
      },
      'startTimer().done()': function place() {
        logger.startTimer().done({ message: 'm' });
        return here(-1);
      },
      'child.startTimer().done()': function place() {
        const timer = logger.child({ part: 1 }).startTimer();
        timer.done({ message: 'm' });
        return here(-1);
      },
      'an async function after an await': async function place() {
        await flowing();
        logger.info('m');
        return here(-1);
      },
      'a generator': function call() {
        function* place(): Generator<number> {
          logger.info('m');
          yield here(-1);
        }
        return place().next().value as number;
      },
      'a callback of an array': function call() {
        return [1].map(function place() {
          logger.info('m');
          return here(-1);
        })[0]!;
      },
    };

    for (const [name, log] of Object.entries(styles)) {
      it(`by ${name}`, async () => {
        const row = await log();
        expect(kept.last['component']).to.equal(`${file}:${row} place`);
      });
    }

    it('of methods of every kind', () => {
      class Shop {
        static open(): void {
          logger.info('m');
        }
        get total(): number {
          logger.info('m');
          return 1;
        }
        pay(): void {
          logger.info('m');
          this.#refund();
        }
        #refund(): void {
          logger.info('m');
        }
      }
      Shop.open();
      new Shop().pay();
      expect(new Shop().total).to.equal(1);
      const names = kept.lines.slice(-4).map((line) => (line['component'] as string).replace(/^\S+ /, ''));
      expect(names).to.deep.equal(['Shop.open', 'Shop.pay', '#refund', 'get total']);
    });

    it('without the function where it has no name', () => {
      (() => logger.info('m'))();
      expect(kept.last['component']).to.equal(`${file}:${here(-1)}`);
    });

    it('where eval was called for what is under eval, or by the name that the code has there', () => {
      // oxlint-disable-next-line no-eval
      const log = (0, eval)('(logger) => logger.info("m")') as (logger: object) => void;
      log(logger);
      expect(kept.last['component']).to.equal(`${file}:${here(-2)} eval`);
      functionAt('webpack-internal:///./src/pay.ts', 7, 'pay', "logger.info('m')")(logger);
      expect(kept.last['component']).to.equal('src/pay.ts:7 pay');
    });

    it('not where none of the application’s own code logs', async () => {
      const log = logger.info.bind(logger) as (message: string) => void;
      setTimeout(log, 1, 'by Node alone');
      await new Promise((resolve) => setTimeout(resolve, 10));
      expect(kept.last['message']).to.equal('by Node alone');
      expect(kept.last).to.not.have.property('component');
    });

    it('as the line and not as the format sees it: nothing is written on the caller’s object', () => {
      const line = { level: 'info', message: 'm' };
      logger.log(line);
      expect(kept.last).to.have.property('component');
      const error = new Error('m');
      logger.error(error);
      expect(kept.last).to.have.property('component');
      expect(Object.keys(line)).to.deep.equal(['level', 'message']);
      expect(Object.keys(error)).to.deep.equal(['level']);
    });
  });

  describe('while a transport is slow', () => {
    it('gives 300 lines of as many functions each its own place', async () => {
      const { logger, kept } = await setUp();
      kept.hold();
      const row = (index: number): number => 3 + ((index * 7) % 300);
      for (let index = 0; index < 300; index += 1) {
        const log = functionAt(
          `/app/src/f${index}.js`,
          row(index),
          `f${index}`,
          `logger.info('of ${index}')`,
        );
        log(logger);
      }
      expect(kept.lines).to.have.lengthOf(1);
      await kept.letGo(300);
      expect(
        kept.lines.map(({ message, component }) => `${String(message)}: ${String(component)}`),
      ).to.deep.equal(
        Array.from(
          { length: 300 },
          (_, index) => `of ${index}: /app/src/f${index}.js:${row(index)} f${index}`,
        ),
      );
    });

    it('knows the place of the first line of a level too, though that has to wait', async () => {
      const { logger, kept } = await setUp();
      kept.hold();
      logger.info('goes through');
      for (let index = 0; index < 40; index += 1) logger.info('waits');
      logger.warn('the first of its level');
      const row = here(-1);
      await kept.letGo(42);
      expect(kept.lines).to.have.lengthOf(42);
      expect(kept.last['level']).to.equal('warn');
      expect(kept.last['component']).to.equal(`${file}:${row}`);
    });

    it('knows it also where the lines before were of levels that tell no place', async () => {
      const { logger, kept } = await setUp({ levels: ['error', 'warn'] });
      kept.hold();
      for (let index = 0; index < 40; index += 1) logger.info('tells none');
      logger.warn('the first of its level');
      const row = here(-1);
      await kept.letGo(41);
      expect(kept.last['component']).to.equal(`${file}:${row}`);
      expect(kept.lines.filter((line) => 'component' in line)).to.have.lengthOf(1);
    });

    it('finds it below wrappers that are passed over, in lines that wait and in those that do not', async () => {
      const { logger, kept } = await setUp({ ignoreFrames: ['deep'] });
      const deep = (left: number): unknown => (left === 0 ? logger.info('m') : deep(left - 1));
      deep(6);
      const rows = [here(-1)];
      kept.hold();
      logger.info('m');
      rows.push(here(-1));
      for (let index = 0; index < 40; index += 1) logger.debug('waits');
      deep(6);
      rows.push(here(-1));
      await kept.letGo(43);
      const places = kept.lines.filter(({ level }) => level === 'info').map(({ component }) => component);
      expect(places).to.deep.equal(rows.map((row) => `${file}:${row}`));
    });

    it('tells the place of lines that another logger hands on, from the second on', async () => {
      const { logger: second, kept } = await setUp();
      const first = bindContext(winston.createLogger({ transports: [new KeepingTransport()] }));
      first.pipe(second as never);
      await flowing();
      for (const message of ['one', 'two', 'three']) first.info(message);
      const place = `${file}:${here(-1)}`;
      expect(kept.lines.map(({ component }) => component)).to.deep.equal([undefined, place, place]);
    });
  });

  describe('in the format of a transport', () => {
    const own = (options?: CallsiteFormatOptions): winston.Logform.Format =>
      format.combine(callsiteFormat(options), format.json());

    for (const [name, loggerFormat] of Object.entries({
      'another format': format.splat(),
      'no format': undefined,
    })) {
      it(`tells the place too, with ${name} of the logger's own`, async () => {
        const kept = new KeepingTransport({ format: own() });
        const logger = winston.createLogger({
          transports: [kept],
          ...(loggerFormat === undefined ? {} : { format: loggerFormat }),
        });
        bindContext(logger);
        await flowing();
        const rows = ['one', 'two', 'three'].map((message) => {
          logger.info(message);
          return here(-1);
        });
        expect(kept.lines.map(({ component }) => component)).to.deep.equal(
          rows.map((row) => `${file}:${row}`),
        );
      });
    }

    it('tells it of lines that waited in the transport, once it was seen at work', async () => {
      const kept = new KeepingTransport({ format: own() });
      const logger = winston.createLogger({ transports: [kept] });
      bindContext(logger);
      await flowing();
      kept.hold();
      for (let index = 0; index < 100; index += 1) {
        functionAt(`/app/src/f${index}.js`, 5, `f${index}`, `logger.info('of ${index}')`)(logger);
      }
      await kept.letGo(100);
      expect(kept.lines.map(({ component }) => component)).to.deep.equal(
        Array.from({ length: 100 }, (_, index) => `/app/src/f${index}.js:5 f${index}`),
      );
    });

    it('tells it below wrappers that are passed over, also of a line that waits', async () => {
      const kept = new KeepingTransport({ format: own({ ignoreFrames: [/^deep$/g] }) });
      const logger = winston.createLogger({ transports: [kept] });
      bindContext(logger);
      await flowing();
      const deep = (left: number): unknown => (left === 0 ? logger.info('m') : deep(left - 1));
      for (let index = 0; index < 3; index += 1) {
        deep(6);
        expect(kept.last['component']).to.equal(`${file}:${here(-1)}`);
      }
      kept.hold();
      logger.info('goes through');
      deep(7);
      const row = here(-1);
      await kept.letGo(5);
      expect(kept.last['component']).to.equal(`${file}:${row}`);
    });
  });

  describe('leaves a component that was given', () => {
    const given = 'billing';

    it('by the call, by a child and by defaultMeta', async () => {
      const { logger, kept } = await setUp();
      logger.info('m', { component: given });
      logger.info({ message: 'm', component: given });
      logger.child({ component: given }).info('m');
      logger.child({ component: given }).child({ part: 1 }).info('m', { part: 2 });
      const withDefaults = await setUp({}, { defaultMeta: { component: given } });
      withDefaults.logger.info('m');
      withDefaults.logger.info('m', { part: 1 });
      const lines = [...kept.lines, ...withDefaults.kept.lines];
      expect(lines.map(({ component }) => component)).to.deep.equal(Array.from({ length: 6 }, () => given));
    });

    for (const [name, setup] of Object.entries({
      before: { before: [contextFormat()] },
      after: { after: [contextFormat()] },
    })) {
      it(`by the context, with contextFormat ${name} it`, async () => {
        const { logger, kept } = await setUp({}, setup);
        context.run({ component: given }, () => {
          logger.info('m');
          logger.child({ part: 1 }).info('m', { part: 2 });
          logger.info('m', { component: 'of the call' });
        });
        logger.info('m');
        expect(kept.lines.map(({ component }) => component)).to.deep.equal([
          given,
          given,
          'of the call',
          `${file}:${here(-5)}`,
        ]);
      });
    }
  });

  describe('levels', () => {
    it('limits the lines that tell their place, and those whose frames are taken', async () => {
      const { logger, kept } = await setUp({ levels: ['error', 'warn'] });
      logger.warn('the format is known now');
      const capture = sinon.spy(Error, 'captureStackTrace');
      try {
        logger.info('m');
        logger.child({ part: 1 }).debug('m', { part: 2 });
        expect(capture.callCount).to.equal(0);
        logger.warn('m');
        expect(capture.callCount).to.equal(1);
      } finally {
        capture.restore();
      }
      expect(kept.lines.map((line) => 'component' in line)).to.deep.equal([true, false, false, true]);
    });

    it('takes the level that was logged, also where a format coloured or changed the text of it', async () => {
      const { logger, kept } = await setUp(
        { levels: ['info'] },
        { before: [format.colorize(), format((info) => ({ ...info, level: 'x' }))()] },
      );
      logger.info('m');
      expect(kept.last).to.have.property('component');
    });
  });

  describe('fields', () => {
    it('are those that are asked for', async () => {
      const fields: readonly CallsiteField[] = ['file', 'line', 'column', 'function', 'integration'];
      const { logger, kept } = await setUp({ fields });
      functionAt(
        '/app/src/services/billing.service.js',
        9,
        'charge',
        "  logger.info('m', { line: 'mine' })",
      )(logger);
      const { level: _, message: __, ...told } = kept.last;
      expect({ ...told }).to.deep.include({
        file: '/app/src/services/billing.service.js',
        line: 'mine',
        column: 10,
        function: 'charge',
        integration: 'billing',
      });
      expect(told).to.not.have.property('component');
    });

    it('may be none', async () => {
      const { logger, kept } = await setUp({ fields: [] });
      logger.info('m');
      expect(Object.keys(kept.last)).to.have.members(['level', 'message']);
    });
  });

  describe('integration', () => {
    const paths: Readonly<Record<string, string | undefined>> = {
      '/app/integrations/zoho/client.js': 'zoho',
      '/app/src/services/mail.js': 'mail',
      '/app/src/connectors/sap/v2/orders.js': 'sap',
      '/app/src/orders.js': undefined,
    };
    for (const [path, integration] of Object.entries(paths)) {
      it(`of ${path} is ${integration}`, async () => {
        const { logger, kept } = await setUp({ root: '/app' });
        functionAt(path, 3, 'send', "logger.info('m')")(logger);
        expect(kept.last['integration']).to.equal(integration);
        expect(kept.last['component']).to.equal(`${path.slice('/app/'.length)}:3 send`);
      });
    }

    it('follows patterns of one’s own, and one that was given stands', async () => {
      const { logger, kept } = await setUp({ root: '/app', integrationPatterns: ['partners'] });
      functionAt('/app/partners/dhl/track.js', 3, 'track', "logger.info('m')")(logger);
      functionAt('/app/services/mail.js', 3, 'send', "logger.info('m')")(logger);
      functionAt('/app/partners/ups.js', 3, 'track', "logger.info('m', { integration: 'mine' })")(logger);
      expect(kept.lines.map(({ integration }) => integration)).to.deep.equal(['dhl', undefined, 'mine']);
    });
  });

  it('leaves Error as it was, in what a program set there and in what it did not', async () => {
    const { logger, kept } = await setUp();
    const names = ['prepareStackTrace', 'stackTraceLimit'] as const;
    const states: Readonly<Record<string, () => void>> = {
      'as it is': () => undefined,
      'its own': () => {
        Error.prepareStackTrace = (error) => `own: ${String(error)}`;
        Error.stackTraceLimit = 3;
      },
      none: () => {
        delete (Error as Partial<typeof Error>).prepareStackTrace;
        delete (Error as Partial<typeof Error>).stackTraceLimit;
      },
      'an accessor': () => {
        let own: unknown;
        Object.defineProperty(Error, 'prepareStackTrace', {
          configurable: true,
          get: () => own,
          set: (value) => {
            own = value;
          },
        });
      },
      off: () => (Error.stackTraceLimit = 0),
    };
    for (const [name, set] of Object.entries(states)) {
      const before = names.map((key) => Object.getOwnPropertyDescriptor(Error, key)!);
      try {
        set();
        const own = names.map((key) => Object.getOwnPropertyDescriptor(Error, key));
        const printed = new Error('m').stack;
        logger.info('m');
        logger.child({ part: 1 }).warn('m', { part: 2 });
        expect(
          names.map((key) => Object.getOwnPropertyDescriptor(Error, key)),
          name,
        ).to.deep.equal(own);
        expect(new Error('m').stack?.split('\n')[0], name).to.equal(printed?.split('\n')[0]);
        expect(
          kept.lines.splice(0).map((line) => 'component' in line),
          name,
        ).to.deep.equal([true, true]);
      } finally {
        for (const [index, key] of names.entries()) Object.defineProperty(Error, key, before[index]!);
      }
    }
  });

  describe('its options', () => {
    const bad: Readonly<Record<string, unknown>> = {
      levels: 'info',
      'levels ': [1],
      fields: ['colour'],
      'fields ': 'component',
      root: '',
      'root ': 7,
      ignoreFrames: 'wrapper',
      'ignoreFrames ': [7],
      'ignoreFrames  ': [''],
      integrationPatterns: 'services/',
      'integrationPatterns ': [null],
      depth: 3,
    };
    for (const [spaced, value] of Object.entries(bad)) {
      const name = spaced.trim();
      it(`refuses ${name} of ${JSON.stringify(value)} by name`, () => {
        expect(() => callsiteFormat({ [name]: value }))
          .to.throw(TocsinError, name)
          .with.property('code', 'TOCSIN_CONFIG_INVALID');
      });
    }
    for (const value of [null, 'info', 7]) {
      it(`refuses ${String(value)} for them`, () => {
        expect(() => callsiteFormat(value as never)).to.throw(TocsinError, 'options');
      });
    }

    it('are copied: later changes of the caller’s show nothing', async () => {
      const levels = ['info'];
      const fields: CallsiteField[] = ['file'];
      const { logger, kept } = await setUp({ levels, fields });
      levels.pop();
      fields[0] = 'line';
      logger.info('m');
      expect(kept.last['file']).to.equal(file);
      expect(kept.last).to.not.have.property('line');
    });
  });

  it('warns once of a logger that is not bound, and leaves its lines as they are', () => {
    const program = (bind: boolean): string => `
      const winston = require('winston');
      const { bindContext, callsiteFormat } = require('@tocsin/context');
      if (${bind}) bindContext(winston.createLogger());
      const logger = winston.createLogger({
        format: winston.format.combine(callsiteFormat(), winston.format.json()),
        transports: [new winston.transports.Console()],
      });
      logger.info('one');
      logger.info('two');`;
    for (const [bind, code] of [
      [false, 'TOCSIN_LOGGER_NOT_BOUND'],
      [true, 'TOCSIN_LINE_UNKNOWN'],
    ] as const) {
      const { status, stdout, stderr } = runProgram(program(bind));
      expect(status).to.equal(0);
      expect(stdout).to.equal('{"level":"info","message":"one"}\n{"level":"info","message":"two"}\n');
      expect(stderr.split(code)).to.have.lengthOf(2);
      expect(stderr).to.match(/callsiteFormat\(\).*bindContext/);
    }
  });
});
