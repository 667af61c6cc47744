import { execFileSync } from 'node:child_process';
import { inspect } from 'node:util';
import { createRequire } from 'node:module';
import { captureAtCall, capturedFor, toLogEvent } from '@tocsin/event';
import { expect } from 'chai';
import { LEVEL, MESSAGE } from 'triple-beam';
import winston from 'winston';
import Transport from 'winston-transport';

const { format } = winston;

class Probe extends Transport {
  readonly infos: object[] = [];
  /** Taken at once: an Error that is logged twice is one object with plain winston. */
  readonly printed: unknown[] = [];
  override log(info: object, callback: () => void): void {
    this.infos.push(info);
    this.printed.push((info as Record<symbol, unknown>)[MESSAGE]);
    callback();
  }
}

/** Answers only when it is told to, so that lines wait in every buffer. */
class Slow extends Transport {
  waiting: (() => void)[] = [];
  override log(_info: object, callback: () => void): void {
    this.waiting.push(callback);
  }
  async release(): Promise<void> {
    while (this.waiting.length > 0) {
      this.waiting.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

interface Made {
  readonly logger: winston.Logger;
  readonly probe: Probe;
}

function make(options: winston.LoggerOptions = {}, capture = true): Made {
  const probe = new Probe();
  const logger = winston.createLogger({ level: 'silly', transports: [probe], ...options });
  if (capture) captureAtCall(logger);
  return { logger, probe };
}

class PrivateError extends Error {
  readonly #secret = 7;
  get code(): number {
    return this.#secret;
  }
  toJSON(): object {
    return { secret: this.#secret };
  }
}

describe('captureAtCall', () => {
  it('refuses what is not a winston logger, and an unknown severity', () => {
    for (const value of [undefined, null, {}, winston, 'logger', process.stdout]) {
      if (value === process.stdout) continue;
      expect(() => captureAtCall(value as object))
        .to.throw()
        .with.property('code', 'TOCSIN_CONFIG_INVALID');
    }
    expect(() => captureAtCall(make().logger, { callSiteFrom: 'loud' as 'error' })).to.throw(/callSiteFrom/);
  });

  it('wraps once, however often it is called, and leaves nothing enumerable on the logger', () => {
    const { logger } = make({}, false);
    const before = Object.keys(logger);
    captureAtCall(logger);
    const write = logger.write;
    captureAtCall(logger);
    captureAtCall(logger.child({ a: 1 }));
    expect(logger.write).to.equal(write);
    expect(Object.keys(logger)).to.deep.equal(before);
    expect(
      Object.getOwnPropertySymbols(logger).filter(
        (key) => Object.prototype.propertyIsEnumerable.call(logger, key) && String(key).includes('tocsin'),
      ),
    ).to.deep.equal([]);
  });

  it('resolves a child to its root', () => {
    const { logger, probe } = make({}, false);
    captureAtCall(logger.child({ a: 1 }).child({ b: 2 }));
    const error = new Error('boom');
    logger.error('m', error);
    expect(capturedFor(probe.infos[0])?.error).to.equal(error);
  });

  it('keeps the raw Error of a child logger, which hands on only a copy', () => {
    const { logger, probe } = make();
    const error = new RangeError('boom');
    logger.child({ a: 1 }).child({ b: 2 }).error(error);
    expect(probe.infos[0]).not.to.be.instanceOf(Error);
    expect(capturedFor(probe.infos[0])?.error).to.equal(error);
  });

  it('does not take the Error of one line for the Error of the next', () => {
    const { logger, probe } = make();
    const child = logger.child({ a: 1 });
    child.error(new RangeError('boom'));
    child.error('boom');
    child.error({ message: 'boom', stack: 'no stack of that Error' });
    expect(capturedFor(probe.infos[1])?.error).to.equal(undefined);
    expect(capturedFor(probe.infos[2])?.error).to.equal(undefined);
  });

  it('ties what it took to whatever the format returns', () => {
    const error = new Error('boom');
    const clone = format((info) => ({ ...info, extra: 1 }))();
    const { logger, probe } = make({ format: format.combine(clone, clone) });
    logger.error('m', error);
    logger.error(error);
    expect(probe.infos.map((info) => capturedFor(info)?.error)).to.deep.equal([error, error]);
  });

  it('keeps lines apart when a format logs itself', () => {
    const errors = [new Error('outer'), new Error('inner')];
    let nested = false;
    const { logger, probe } = make({
      format: format((info) => {
        if (!nested) {
          nested = true;
          logger.error('inner', errors[1]);
        }
        return info;
      })(),
    });
    logger.error('outer', errors[0]);
    expect(probe.infos.map((info) => capturedFor(info)?.error)).to.deep.equal(errors);
  });

  describe('the call site', () => {
    function logFrom(log: () => void): void {
      log();
    }

    it('is taken for a severe line without an Error, and only there', () => {
      const { logger, probe } = make();
      logFrom(() => logger.error('no error here', { a: 1 }));
      logFrom(() => logger.child({ a: 1 }).error('nor here'));
      logFrom(() => logger.error('but here', new Error('boom')));
      logFrom(() => logger.info('not severe'));
      const sites = probe.infos.map((info) => capturedFor(info)?.callSite);
      expect(sites[0]).to.include('logFrom').and.not.include('make-captured');
      expect(sites[1]).to.include('logFrom');
      expect(sites.slice(2)).to.deep.equal([undefined, undefined]);
    });

    it('stands in for the place of an Error that tells none, as of Node’s own work', () => {
      const { logger, probe } = make();
      const refused = new TypeError('fetch failed');
      refused.stack = `TypeError: fetch failed\n    at node:internal/deps/undici/undici:1:1`;
      logFrom(() => logger.error('no answer', refused));
      logFrom(() => logger.error('wrapped', new Error('mine', { cause: refused })));
      const [placeless, wrapped] = probe.infos.map((info) => toLogEvent(info));
      expect(placeless?.location?.file).to.match(/capture\.test\.ts$/);
      expect(placeless?.error?.type).to.equal('TypeError');
      expect(capturedFor(probe.infos[1])?.callSite).to.equal(undefined);
      expect(wrapped?.location?.file).to.match(/capture\.test\.ts$/);
    });

    it('becomes the location of the event', () => {
      const { logger, probe } = make();
      logFrom(() => logger.error('no error here'));
      const event = toLogEvent(probe.infos[0]);
      expect(event.error).to.equal(undefined);
      expect(event.location?.file).to.match(/capture\.test\.ts$/);
    });

    it('is taken from the lowest severity that anybody asked for', () => {
      const { logger, probe } = make();
      captureAtCall(logger, { callSiteFrom: 'info' });
      captureAtCall(logger, { callSiteFrom: 'critical' });
      logger.info('info');
      logger.debug('debug');
      expect(capturedFor(probe.infos[0])?.callSite).to.be.a('string');
      expect(capturedFor(probe.infos[1])).not.to.have.property('callSite');
    });

    it('takes nothing else with it where the program has frozen Error', () => {
      const program = `
        const { captureAtCall, capturedFor } = require('@tocsin/event');
        const winston = require('winston');
        const Transport = require('winston-transport');
        const transport = new Transport();
        transport.log = (info, done) => { console.log(capturedFor(info)?.context?.id); done(); };
        const logger = winston.createLogger({ transports: [transport] });
        captureAtCall(logger, { context: { current: () => ({ id: 'r-1' }) } });
        Object.freeze(Error);
        logger.error('no error here');`;
      expect(execFileSync(process.execPath, ['-e', program], { cwd: __dirname }).toString()).to.equal(
        'r-1\n',
      );
    });

    it('leaves the stack trace limit as it was', () => {
      const { logger } = make();
      const before = Error.stackTraceLimit;
      logger.error('m');
      expect(Error.stackTraceLimit).to.equal(before);
    });
  });

  describe('an object that is logged again', () => {
    it('keeps a capture for each of 60 lines of one Error while all of them wait', async () => {
      const slow = new Slow();
      const { logger, probe } = make();
      logger.add(slow);
      const error = new TypeError('shared', { cause: new Error('root') });
      await Promise.all(
        Array.from({ length: 60 }, async () => {
          await new Promise((resolve) => setImmediate(resolve));
          logger.error(error);
        }),
      );
      await slow.release();
      expect(probe.infos).to.have.lengthOf(60);
      const captured = probe.infos.map(capturedFor);
      expect(new Set(captured).size).to.equal(60);
      for (const [index, info] of probe.infos.entries()) {
        expect(captured[index]?.error).to.equal(error);
        expect(info).to.be.instanceOf(TypeError);
        expect(toLogEvent(info).error?.cause?.message).to.equal('root');
      }
    });

    it('looks the same to formats and transports', () => {
      const { logger, probe } = make({ format: format((info) => info)() });
      const error = Object.assign(new AggregateError([new Error('a')], 'all', { cause: 'c' }), {
        [Symbol('s')]: 1,
        own: { deep: true },
      });
      logger.error(error);
      logger.error(error);
      const [first, second] = probe.infos;
      expect(second).not.to.equal(first);
      expect(second).to.be.instanceOf(AggregateError);
      expect(inspect(second, { showHidden: true })).to.equal(inspect(first, { showHidden: true }));
      expect((second as Error).stack).to.equal(error.stack);
      expect(Reflect.ownKeys(second!).toSorted(byName)).to.deep.equal(
        Reflect.ownKeys(first!).toSorted(byName),
      );
    });

    it('is not copied where a copy would lack private state', () => {
      const { logger, probe } = make({ format: format.json() });
      const error = new PrivateError('p');
      const aborted = new DOMException('a', 'AbortError');
      for (let times = 0; times < 3; times += 1) {
        logger.error(error);
        logger.error(aborted);
      }
      expect(probe.infos).to.have.lengthOf(6);
      expect(toLogEvent(probe.infos[4]).error).to.include({ code: '7' });
      expect(toLogEvent(probe.infos[5]).error).to.include({ type: 'AbortError', message: 'a' });
    });

    it('shows the own fields of the first time, not what winston and formats wrote since', () => {
      const { logger, probe } = make({
        defaultMeta: { service: 'checkout', code: 'of the service' },
        format: format.combine(format.timestamp(), format.json()),
      });
      const error = Object.assign(new Error('boom'), { code: 'E_OWN', order: 1 });
      logger.error(error);
      logger.error(error);
      for (const info of probe.infos) {
        const event = toLogEvent(info);
        expect(event.error?.code).to.equal('E_OWN');
        expect(event.error?.own).to.deep.equal({ order: 1 });
        expect(event.service).to.equal('checkout');
        expect(event.context).to.include({ code: 'of the service' });
      }
    });

    it('keeps what its own logger took when it is piped on to another', () => {
      const { logger, probe } = make();
      const first = winston.createLogger({ level: 'silly' });
      captureAtCall(first);
      first.pipe(logger);
      const error = new RangeError('boom');
      first.child({ a: 1 }).error(error);
      expect(capturedFor(probe.infos[0])?.error).to.equal(error);
    });
  });

  describe('what can be seen', () => {
    const printers: Record<string, () => winston.Logform.Format> = {
      json: () => format.json(),
      prettyPrint: () => format.prettyPrint(),
      simple: () => format.simple(),
      logstash: () => format.logstash(),
      'errors and json': () => format.combine(format.errors({ stack: true, cause: true }), format.json()),
      'splat and printf': () =>
        format.combine(
          format.splat(),
          format.printf((info) => JSON.stringify(info)),
        ),
      'inspect with all hidden keys': () =>
        format.printf(
          (info) => inspect(info, { showHidden: true, depth: 5 }) + Reflect.ownKeys(info).map(String).join(),
        ),
    };

    for (const [name, printer] of Object.entries(printers)) {
      it(`is the same with ${name} as without captureAtCall`, () => {
        const printed = [false, true].map((capture) => {
          const { logger, probe } = make({ format: printer(), defaultMeta: { service: 's' } }, capture);
          sayMuch(logger);
          return probe.printed;
        });
        expect(printed[0]).to.have.lengthOf(11);
        expect(printed[1]).to.deep.equal(printed[0]);
      });
    }

    function boom(): Error {
      return Object.assign(new Error('boom', { cause: new Error('root') }), { code: 'X' });
    }

    function sayMuch(logger: winston.Logger): void {
      const error = boom();
      logger.info('plain');
      logger.error('severe', { a: 1 });
      logger.error('m', boom());
      logger.error(error);
      logger.error(error);
      logger.warn({ message: 'object', error: boom() });
      logger.log('error', 'with %s and %d', 'tokens', 3, { b: 2 });
      logger.child({ c: 3 }).error(boom());
      logger.child({ c: 3 }).info('from a child');
      logger.error('twice', boom(), { d: 4 });
      logger.error('');
    }
  });

  it('changes nothing in what a format that returns false, null or undefined does', async () => {
    for (const returned of [false, null, undefined]) {
      const outcomes = [];
      for (const capture of [false, true]) {
        let calls = 0;
        const { logger, probe } = make(
          {
            format: format((info) => {
              calls += 1;
              return calls === 2 ? (returned as unknown as false) : info;
            })(),
          },
          capture,
        );
        const events: string[] = [];
        logger.on('error', (error: Error) => events.push(error.message));
        logger.on('end', () => events.push('end'));
        for (const text of ['one', 'two', 'three']) {
          try {
            logger.error(text);
          } catch (error) {
            events.push(String(error));
          }
        }
        await new Promise((resolve) => setImmediate(resolve));
        outcomes.push({ events, seen: probe.infos.map((info) => (info as { message?: unknown }).message) });
      }
      expect(outcomes[1]).to.deep.equal(outcomes[0]);
    }
  });

  it('gives the call’s own field where defaultMeta took its place', () => {
    const { logger, probe } = make({ defaultMeta: { component: 'default', other: 1 } });
    logger.error({ message: 'm', component: 'call' });
    logger.child({ request: 1 }).error({ message: 'm', component: 'call' });
    for (const info of probe.infos) {
      expect(toLogEvent(info).context).to.include({ component: 'call', other: 1 });
    }
  });

  it('survives configure() and clear()', () => {
    const { logger, probe } = make();
    const error = new Error('boom');
    logger.configure({ level: 'info', transports: [new Probe()] });
    logger.clear();
    const after = new Probe();
    logger.add(after);
    logger.child({ a: 1 }).error(error);
    expect(probe.infos).to.have.lengthOf(0);
    expect(capturedFor(after.infos[0])?.error).to.equal(error);
  });

  it('fails no call that plain winston does not fail, whatever is logged', () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const throwing = new Proxy(new Error('p'), {
      get: (target, key) => {
        if (key === 'stack') throw new Error('trap');
        return Reflect.get(target, key) as unknown;
      },
      ownKeys: () => {
        throw new Error('trap');
      },
    });
    const inputs: unknown[] = [
      undefined,
      null,
      {},
      [],
      7,
      10n,
      Symbol('s'),
      Object.create(null),
      revoked.proxy,
      throwing,
      Object.freeze(new Error('frozen')),
      {
        get message() {
          throw new Error('getter');
        },
      },
      {
        message: 'm',
        get err() {
          throw new Error('getter');
        },
      },
      new Map([[1, 2]]),
      new Date(Number.NaN),
    ];
    for (const input of inputs) {
      const calls: ((logger: winston.Logger) => unknown)[] = [
        (logger) => logger.error(input),
        (logger) => logger.error('m', input),
        (logger) => logger.error('m', { a: 1 }, input),
        (logger) => logger.log(input as winston.LogEntry),
        (logger) => logger.child({ c: 1 }).error(input),
        (logger) => logger.write(input),
      ];
      for (const call of calls) {
        const outcomes = [false, true].map((capture) => {
          const { logger, probe } = make({ format: format((info) => info)() }, capture);
          logger.on('error', () => probe.infos.push({ failed: true }));
          const quiet = console.error;
          console.error = () => undefined;
          try {
            call(logger);
            call(logger);
            return `${probe.infos.length} lines`;
          } catch (error) {
            return String(error);
          } finally {
            console.error = quiet;
          }
        });
        expect(outcomes[1]).to.equal(outcomes[0]);
      }
    }
  });

  it('hands write exactly one line per call, with its answer and callback', () => {
    const { logger, probe } = make();
    let called = 0;
    const answer = logger.write({ level: 'info', [LEVEL]: 'info', message: 'm' }, () => {
      called += 1;
    });
    expect(answer).to.equal(true);
    expect(probe.infos).to.have.lengthOf(1);
    return new Promise<void>((resolve) => {
      setImmediate(() => {
        expect(called).to.equal(1);
        resolve();
      });
    });
  });

  it('is shared by duplicate installs of the package', () => {
    const require = createRequire(__filename);
    const { logger, probe } = make();
    const write = logger.write;
    const entries = Object.keys(require.cache).filter(
      (file) => file.includes('/event/dist/') || file.includes('/evt/dist/'),
    );
    const kept = entries.map((file) => [file, require.cache[file]] as const);
    for (const file of entries) delete require.cache[file];
    try {
      const second = require('@tocsin/event') as typeof import('@tocsin/event');
      expect(second.captureAtCall).not.to.equal(captureAtCall);
      second.captureAtCall(logger);
      expect(logger.write).to.equal(write);
      const error = new Error('boom');
      logger.child({ a: 1 }).error(error);
      expect(second.capturedFor(probe.infos[0])?.error).to.equal(error);
    } finally {
      for (const [file, module] of kept) require.cache[file] = module;
    }
  });
});

function byName(a: string | symbol, b: string | symbol): number {
  return String(a).localeCompare(String(b));
}
