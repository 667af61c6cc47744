import { AsyncLocalStorage } from 'node:async_hooks';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  type Breadcrumb,
  captureAtCall,
  type CaptureOptions,
  type LogEvent,
  runQuietly,
  toLogEvent,
} from '@tocsin/event';
import { expect } from 'chai';
import winston from 'winston';
import Transport from 'winston-transport';
import { requestName } from './call-styles.js';
import { seeded, SlowTransport } from './slow-transport.js';

const { format } = winston;

const storage = new AsyncLocalStorage<Readonly<Record<string, unknown>>>();
const source = { current: () => storage.getStore(), request: () => storage.getStore() };

class Alerts extends Transport {
  readonly events: LogEvent[] = [];
  override log(info: object, callback: () => void): void {
    this.events.push(toLogEvent(info));
    callback();
  }
}

interface Made {
  readonly logger: winston.Logger;
  readonly alerts: Alerts;
}

function make(options: winston.LoggerOptions = {}, capture: CaptureOptions = {}): Made {
  const alerts = new Alerts({ level: 'error' });
  const logger = winston.createLogger({ transports: [alerts], ...options });
  captureAtCall(logger, { context: source, breadcrumbs: true, ...capture });
  return { logger, alerts };
}

function inRequest<T>(requestId: string, work: () => T): T {
  return storage.run({ requestId }, work);
}

function texts(event: LogEvent | undefined): readonly string[] {
  return (event?.breadcrumbs ?? []).map(({ message }) => message);
}

/** The trail that an alert has after one line. */
function trailOf(
  log: (logger: winston.Logger) => unknown,
  options: winston.LoggerOptions = {},
): readonly Breadcrumb[] {
  const { logger, alerts } = make(options);
  inRequest('r-1', () => {
    log(logger);
    logger.error('failed');
  });
  return alerts.events.at(-1)?.breadcrumbs ?? [];
}

describe('captureAtCall with `breadcrumbs`', () => {
  it('gives an event the lines before it of the same request, at any level and below that of logger and transport', () => {
    const { logger, alerts } = make({ level: 'warn' });
    inRequest('r-1', () => {
      for (const level of ['silly', 'debug', 'verbose', 'http', 'info', 'warn'] as const)
        logger[level](`at ${level}`);
      logger.child({ part: 1 }).debug('by a child');
      logger.error('failed');
      logger.error('later');
    });
    const [failed] = alerts.events;
    expect(failed?.breadcrumbs?.map(({ level, message }) => `${level}: ${message}`)).to.deep.equal([
      'silly: at silly',
      'debug: at debug',
      'verbose: at verbose',
      'http: at http',
      'info: at info',
      'warn: at warn',
      'debug: by a child',
    ]);
    for (const { timestamp } of failed?.breadcrumbs ?? [])
      expect(Date.now() - timestamp).to.be.within(0, 5_000);
    expect(failed?.breadcrumbs?.at(-1)?.context).to.deep.equal({ part: 1 });
  });

  it('keeps 20 lines', () => {
    const { logger, alerts } = make();
    inRequest('r-1', () => {
      for (let index = 0; index < 50; index += 1) logger.info(`line ${index}`);
      logger.error('failed');
    });
    expect(texts(alerts.events[0])).to.deep.equal(
      Array.from({ length: 20 }, (_, index) => `line ${index + 30}`),
    );
  });

  it('does not add to an event the lines that come after it', () => {
    const { logger, alerts } = make();
    let before = 0;
    inRequest('r-1', () => {
      logger.info('before');
      logger.error('failed');
      before = alerts.events[0]?.breadcrumbs?.length ?? 0;
      logger.info('after');
      logger.error('failed again');
    });
    expect(before).to.equal(1);
    expect(texts(alerts.events[0])).to.deep.equal(['before']);
    expect(texts(alerts.events[1])).to.deep.equal(['before', 'failed', 'after']);
  });

  it("is none of a neighbour's, of 100 requests at once that each log 30 lines to a slow transport", async () => {
    const slow = new SlowTransport((info) => toLogEvent(info), { level: 'error' });
    const other = new SlowTransport(() => undefined, { longestMs: 2, inBatches: true });
    const logger = winston.createLogger({ level: 'silly', transports: [slow, other] });
    captureAtCall(logger, { context: source, breadcrumbs: true });
    const random = seeded(3);
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        inRequest(requestName(index), async () => {
          for (let line = 0; line < 30; line += 1) {
            if (random() < 0.3) await new Promise((resolve) => setTimeout(resolve, 4 * random()));
            logger.debug(`${requestName(index)} line ${line}`);
          }
          logger.error(`${requestName(index)} failed`);
          logger.debug(`${requestName(index)} after`);
        }),
      ),
    );
    await slow.until(100);
    for (const event of slow.seen) {
      const [who] = event.message.split(' ');
      expect(texts(event)).to.deep.equal(Array.from({ length: 20 }, (_, line) => `${who} line ${line + 10}`));
    }
    expect(new Set(slow.seen.map(({ message }) => message)).size).to.equal(100);
  });

  describe('leaves out', () => {
    it('what the line of its request has already said of the context', () => {
      const [crumb] = trailOf((logger) => logger.info('m', { requestId: 'r-1', part: 1 }));
      expect(crumb).to.deep.include({ message: 'm', context: { part: 1 } });
    });

    it("lines that a user's format drops", () => {
      const noHealth = format((info) => (String(info.message).includes('health') ? false : info));
      const { logger, alerts } = make({ format: noHealth() });
      inRequest('r-1', () => {
        logger.info('health');
        logger.info('kept');
        logger.error('failed');
      });
      expect(texts(alerts.events[0])).to.deep.equal(['kept']);
    });

    it('what a format took off a line', () => {
      const mask = format((info) => {
        info.message = String(info.message).replace(/\d{4}/, '****');
        delete info['pin'];
        return info;
      });
      expect(
        trailOf((logger) => logger.info('pin 1234', { pin: '1234' }), { format: mask() }),
      ).to.have.nested.property('[0].message', 'pin ****');
      expect(
        trailOf((logger) => logger.info('pin 1234', { pin: '1234' }), { format: mask() })[0],
      ).not.to.have.property('context');
    });

    it("Tocsin's own lines", () => {
      const { logger, alerts } = make();
      inRequest('r-1', () => {
        runQuietly(() => logger.warn('of our own'));
        logger.info('of the application');
        logger.error('failed');
      });
      expect(texts(alerts.events[0])).to.deep.equal(['of the application']);
    });

    it('all where nobody asked for it, where there is no request, and where the logger is silent', () => {
      for (const capture of [{ breadcrumbs: false }, { context: { current: () => storage.getStore() } }]) {
        const { logger, alerts } = make({}, capture);
        inRequest('r-1', () => {
          logger.info('before');
          logger.error('failed');
        });
        expect(alerts.events[0]).to.include({ message: 'failed' }).and.not.have.property('breadcrumbs');
      }
      const outside = make();
      outside.logger.info('before');
      outside.logger.error('failed');
      expect(outside.alerts.events[0]).not.to.have.property('breadcrumbs');
      const silent = make({ silent: true });
      inRequest('r-1', () => {
        silent.logger.info('before');
        silent.logger.silent = false;
        silent.logger.error('failed');
      });
      expect(silent.alerts.events[0]).not.to.have.property('breadcrumbs');
    });
  });

  it('is not the line itself: what the caller changes later shows on none', () => {
    const order = { id: 7, items: ['a'] };
    const { logger, alerts } = make();
    inRequest('r-1', () => {
      logger.info('ordered', { order });
      order.items.push('b');
      logger.error('failed');
    });
    expect(alerts.events[0]?.breadcrumbs?.[0]?.context).to.deep.equal({ order: { id: 7, items: ['a'] } });
  });

  it('holds whatever is logged', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const { logger, alerts } = make();
    const things: unknown[] = [
      undefined,
      null,
      7n,
      Symbol('s'),
      new Error('wrapped', { cause: new Error('root') }),
      circular,
      {
        get thrown() {
          throw new Error('getter');
        },
      },
      new Map([['a', 1]]),
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('trap');
          },
        },
      ),
      JSON.parse('{ "__proto__": { "admin": true }, "constructor": 1 }'),
    ];
    inRequest('r-1', () => {
      for (const thing of things) {
        try {
          logger.info('m', thing);
          logger.info('m', { thing });
        } catch {
          // Winston itself fails on some.
        }
      }
      logger.error('failed');
    });
    const crumbs = alerts.events[0]?.breadcrumbs ?? [];
    expect(crumbs.length).to.be.greaterThan(14);
    expect(() => JSON.stringify(crumbs)).not.to.throw();
    expect(Object.prototype).not.to.have.property('admin');
    for (const { context } of crumbs)
      expect((context as { admin?: true } | undefined)?.admin).to.equal(undefined);
  });

  it('is redacted like the event itself', () => {
    const secrets = [
      'hunter2hunter2',
      'sk_live_4242424242424242',
      'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlLXNpZ25hdHVyZQ',
      'of the field that I named',
    ];
    const { logger, alerts } = make();
    const events: LogEvent[] = [];
    logger.add(
      new (class extends Transport {
        override log(info: object, callback: () => void): void {
          events.push(toLogEvent(info, { sensitiveFields: ['mine'] }));
          callback();
        }
      })(),
    );
    inRequest('r-1', () => {
      logger.info(`login password=${secrets[0]}`, { password: secrets[0], deep: { apiKey: secrets[1] } });
      logger.info(`Authorization: Bearer ${secrets[2]}`, {
        mine: secrets[3],
        headers: { authorization: `Bearer ${secrets[2]}` },
      });
      logger.error('failed');
    });
    expect(texts(alerts.events[0])).to.have.lengthOf(2);
    const print = JSON.stringify(events.at(-1)?.breadcrumbs);
    for (const secret of secrets) expect(print).not.to.include(secret);
    expect(JSON.stringify(alerts.events[0]?.breadcrumbs))
      .not.to.include(secrets[0])
      .and.not.include(secrets[2]);
  });

  it('redacts before it cuts: no part of a secret that stands on the edge is told', () => {
    const secret = 'ghp_abcdefghijklmnopqrstuvwxyz0123456789';
    for (let before = 455; before < 505; before += 1) {
      const [crumb] = trailOf((logger) =>
        logger.info(`${'x'.repeat(before - 1)} ${secret} and more ${'y'.repeat(600)}`),
      );
      expect(crumb?.message.includes('ghp_ab'), `after ${before} characters`).to.equal(false);
    }
  });

  it('is bounded, whatever the size of messages and metadata', () => {
    const trail = trailOf((logger) => {
      for (let index = 0; index < 20; index += 1)
        logger.info('m'.repeat(1_000_000), {
          text: 't'.repeat(1_000_000),
          ...Object.fromEntries(
            Array.from({ length: 1_000 }, (_, key) => [`key${key}`.repeat(50), { deep: 'd'.repeat(10_000) }]),
          ),
        });
    });
    expect(trail).to.have.lengthOf(20);
    for (const crumb of trail) expect(JSON.stringify(crumb).length).to.be.lessThan(16_000);
  });

  describe('in memory', function () {
    this.timeout(30_000);
    let used: Readonly<Record<'kept' | 'held' | 'left', number>>;

    before(async () => {
      const program = join(__dirname, 'fixtures/trails-in-memory.mjs');
      const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', program]);
      used = JSON.parse(stdout) as typeof used;
    });

    it('holds of huge lines no more than is shown: 1,000 requests in 80 MB', () => {
      // 20 lines of 16,000 characters and a field of as many each would be 640 MB.
      expect(used.held).to.be.within(5, 80);
    });

    it('goes with the request', () => {
      expect(used.left).to.be.lessThan(2);
    });
  });
});
