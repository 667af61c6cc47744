import { context as otelContext, trace as otelTrace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { TocsinError } from '@tocsin/event';
import {
  bindContext,
  type BindContextOptions,
  context,
  contextFormat,
  createContext,
  enrichFormat,
  type EnrichFormatOptions,
} from '@tocsin/context';
import { expect } from 'chai';
import { hostname } from 'node:os';
import { Worker } from 'node:worker_threads';
import sinon from 'sinon';
import winston from 'winston';
import { KeepingTransport } from './keeping-transport.js';
import { runProgram } from './run-program.js';

const { format } = winston;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const { version } = require('@tocsin/context/package.json') as { readonly version: string };

interface Setup {
  readonly options?: EnrichFormatOptions;
  readonly before?: readonly winston.Logform.Format[];
  readonly bind?: BindContextOptions;
  readonly defaultMeta?: object;
  /** Whether the format is the transport's own. */
  readonly inTransport?: boolean;
}

/** A bound logger with the format, whose stream flows. */
async function setUp({ options, before: earlier = [], bind, defaultMeta, inTransport }: Setup = {}): Promise<{
  logger: winston.Logger;
  kept: KeepingTransport;
  ids: () => unknown[];
}> {
  const own = format.combine(...earlier, enrichFormat(options), format.json());
  const kept = new KeepingTransport(inTransport === true ? { format: own } : {});
  const logger = winston.createLogger({
    transports: [kept],
    ...(inTransport === true ? {} : { format: own }),
    ...(defaultMeta === undefined ? {} : { defaultMeta }),
  });
  bindContext(logger, bind);
  await new Promise((resolve) => setImmediate(resolve));
  return { logger, kept, ids: () => kept.lines.map((line) => line['trace_id']) };
}

describe('enrichFormat', () => {
  it('says when, where and of which version a line was logged', async () => {
    const { logger, kept } = await setUp({ options: { release: '2.4.1' } });
    const before = Date.now();
    logger.info('m');
    const { timestamp, trace_id: id, ...rest } = kept.last;
    expect(timestamp).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(Date.parse(timestamp as string)).to.be.within(before, Date.now());
    expect(id).to.match(uuid);
    expect(rest).to.deep.include({
      level: 'info',
      message: 'm',
      host: hostname(),
      pid: process.pid,
      thread: 0,
      version,
      release: '2.4.1',
    });
    expect(rest).to.not.have.property('span_id');
  });

  it('leaves the release out where none is given', async () => {
    for (const options of [{}, { release: undefined }]) {
      const { logger, kept } = await setUp({ options });
      logger.info('m');
      expect(kept.last).to.not.have.property('release');
    }
  });

  it('says the time of the call of a line that waited', async () => {
    const { logger, kept } = await setUp();
    const clock = sinon.useFakeTimers({ now: 1_000, toFake: ['Date'] });
    try {
      kept.hold();
      for (let index = 0; index < 50; index += 1) {
        logger.info('m');
        clock.tick(1_000);
      }
      expect(kept.lines).to.have.lengthOf(1);
      await kept.letGo(50);
    } finally {
      clock.restore();
    }
    expect(kept.lines.map(({ timestamp }) => Date.parse(timestamp as string))).to.deep.equal(
      Array.from({ length: 50 }, (_, index) => 1_000 * (index + 1)),
    );
  });

  it('leaves fields that stand, of the call, of a child, of defaultMeta and of a format', async () => {
    const mine = {
      host: 'h',
      pid: 1,
      thread: 'main',
      version: 'v',
      release: 'r',
      trace_id: 't',
      span_id: 's',
    };
    const ways: readonly [Setup, (logger: winston.Logger) => unknown][] = [
      [{}, (logger) => logger.info('m', { ...mine })],
      [{}, (logger) => logger.info({ message: 'm', ...mine })],
      [{}, (logger) => logger.child(mine).info('m')],
      [{ defaultMeta: mine }, (logger) => logger.info('m')],
      [{ before: [format((info) => Object.assign(info, mine))()] }, (logger) => logger.info('m')],
      [
        { before: [contextFormat()] },
        (logger) => context.run({ trace_id: 'other' }, () => logger.info('m', { ...mine })),
      ],
    ];
    for (const [setup, log] of ways) {
      const { logger, kept } = await setUp({ ...setup, options: { release: 'other' } });
      log(logger);
      expect(kept.last).to.deep.include(mine);
    }
    const stamped = await setUp({ before: [format.timestamp({ format: () => 'noon' })] });
    stamped.logger.info('m');
    expect(stamped.kept.last['timestamp']).to.equal('noon');
  });

  it('writes nothing onto what the caller logs, nor onto a request', async () => {
    const { logger, kept } = await setUp();
    const line = { level: 'info', message: 'm' };
    const meta = Object.freeze({ part: 1 });
    const error = new RangeError('m');
    context.run({ user: 'u1' }, () => {
      logger.log(line);
      logger.info('m', meta);
      logger.error(error);
      logger.error('m', { error });
      expect(context.current()).to.deep.equal({ user: 'u1' });
    });
    expect(Object.keys(line)).to.deep.equal(['level', 'message']);
    expect(Object.keys(error)).to.deep.equal(['level']);
    expect(kept.lines.map((one) => 'trace_id' in one)).to.deep.equal([true, true, true, true]);
  });

  describe('finds the trace id', () => {
    const sources: Readonly<Record<string, [fields: object, id: unknown]>> = {
      'in traceparent': [{ traceparent: parent }, '4bf92f3577b34da6a3ce929d0e0e4736'],
      'in X-Trace-ID': [{ 'X-Trace-ID': 'abc' }, 'abc'],
      'in x-trace-id': [{ 'x-trace-id': 'abc' }, 'abc'],
      'in trace_id before traceparent': [{ traceparent: parent, trace_id: 'own' }, 'own'],
      'in traceparent before X-Trace-ID': [
        { 'X-Trace-ID': 'abc', traceparent: parent },
        '4bf92f3577b34da6a3ce929d0e0e4736',
      ],
      'in X-Trace-ID where traceparent is invalid': [
        { traceparent: `ff${parent.slice(2)}`, 'X-Trace-ID': 'abc' },
        'abc',
      ],
    };
    for (const [name, [fields, id]] of Object.entries(sources)) {
      for (const before of [[], [contextFormat()]]) {
        it(`${name}${before.length > 0 ? ', after contextFormat' : ''}`, async () => {
          const { logger, kept } = await setUp({ before });
          context.run({ ...fields }, () => {
            logger.info('m');
            expect(context.traceId()).to.equal(id);
          });
          expect(kept.last['trace_id']).to.equal(id);
        });
      }
    }

    for (const before of [[], [contextFormat()]]) {
      it(`as it was set, before all fields${before.length > 0 ? ', after contextFormat' : ''}`, async () => {
        const { logger, ids } = await setUp({ before });
        context.run({ trace_id: 'of the field' }, () => {
          context.traceId('set-by-hand');
          logger.info('m');
          context.run({ traceparent: parent }, () => logger.info('m'));
          context.traceId(null);
        });
        expect(ids()).to.deep.equal(['set-by-hand', 'set-by-hand']);
      });
    }

    it('not in a header that is no id: then it is a new one', async () => {
      const { logger, kept } = await setUp();
      context.run({ 'X-Trace-ID': 'two words', traceparent: '00-0-0-00' }, () => {
        logger.info('m');
        expect(kept.last['trace_id']).to.match(uuid).and.equal(context.traceId());
      });
    });
  });

  it('gives all lines of a request one new id, and each request its own', async () => {
    const { logger, kept, ids } = await setUp();
    kept.hold();
    const own: unknown[] = [];
    await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        context.run({ index }, async () => {
          logger.info('first');
          await new Promise((resolve) => setImmediate(resolve));
          context.run({ inner: true }, () => logger.child({ part: 1 }).info('second'));
          own.push(context.traceId());
        }),
      ),
    );
    await kept.letGo(200);
    const byRequest = new Map<unknown, number>();
    for (const id of ids()) byRequest.set(id, (byRequest.get(id) ?? 0) + 1);
    expect([...byRequest.keys()])
      .to.have.members(own)
      .and.lengthOf(100);
    expect(new Set(byRequest.values())).to.deep.equal(new Set([2]));
  });

  it('gives each line an id of its own outside of any scope', async () => {
    const { logger, ids } = await setUp();
    for (let index = 0; index < 10; index += 1) logger.info('m');
    expect(new Set(ids())).to.have.property('size', 10);
    for (const id of ids()) expect(id).to.match(uuid);
  });

  it('serves a context of one’s own, and a source that has only requests', async () => {
    const own = createContext();
    const first = await setUp({ bind: { context: own } });
    own.run({}, () => {
      first.logger.info('m');
      expect(first.kept.last['trace_id']).to.equal(own.traceId());
    });
    let request: object | undefined = {};
    const second = await setUp({ bind: { context: { current: () => undefined, request: () => request } } });
    second.logger.info('one');
    second.logger.info('one');
    request = Object.freeze({});
    second.logger.info('another');
    second.logger.info('another');
    request = undefined;
    second.logger.info('none');
    second.logger.info('none');
    const [one, again, another, anotherAgain, none, noneAgain] = second.ids();
    expect([again, anotherAgain]).to.deep.equal([one, another]);
    expect(new Set([one, another, none, noneAgain])).to.have.property('size', 4);
  });

  describe('with OpenTelemetry', () => {
    const manager = new AsyncLocalStorageContextManager();
    const tracer = new BasicTracerProvider().getTracer('test');

    before(() => {
      expect(otelContext.setGlobalContextManager(manager.enable())).to.equal(true);
    });
    after(() => {
      manager.disable();
      otelContext.disable();
    });

    interface Ids {
      readonly trace_id: string;
      readonly span_id: string;
    }

    /** Calls `work` where a new span is active. */
    function inSpan<T>(work: (ids: Ids) => T): T {
      const span = tracer.startSpan('request');
      const { traceId, spanId } = span.spanContext();
      return otelContext.with(otelTrace.setSpan(otelContext.active(), span), () =>
        work({ trace_id: traceId, span_id: spanId }),
      );
    }

    for (const before of [[], [contextFormat()]]) {
      it(`tells the active span before all else${before.length > 0 ? ', after contextFormat' : ''}`, async () => {
        const { logger, kept } = await setUp({ before });
        context.run({ trace_id: 'field', traceparent: parent }, () => {
          context.traceId('set-by-hand');
          inSpan((ids) => {
            logger.info('m');
            expect(kept.last).to.deep.include(ids);
            expect(context.traceId()).to.equal(ids.trace_id);
          });
        });
      });
    }

    it('tells no span beside a trace id that the call gave, unless it is the span’s', async () => {
      const { logger, kept } = await setUp();
      inSpan((ids) => {
        logger.info('m', { trace_id: 'mine' });
        expect(kept.last['trace_id']).to.equal('mine');
        expect(kept.last).to.not.have.property('span_id');
        logger.info('m', { trace_id: ids.trace_id });
        expect(kept.last).to.deep.include(ids);
      });
    });

    for (const inTransport of [false, true]) {
      it(`gives 300 requests their own spans in ${inTransport ? "a slow transport's" : "the logger's"} format, though they wait`, async () => {
        const { logger, kept } = await setUp({ inTransport });
        kept.hold();
        const expected = await Promise.all(
          Array.from({ length: 300 }, (_, index) =>
            inSpan(async (ids) => {
              await new Promise((resolve) => setTimeout(resolve, index % 7));
              logger.info(`of ${index}`);
              return { message: `of ${index}`, ...ids };
            }),
          ),
        );
        await kept.letGo(300);
        const seen = kept.lines.map(({ message, trace_id: id, span_id: span }) => ({
          message,
          trace_id: id,
          span_id: span,
        }));
        expect(seen).to.have.lengthOf(300);
        expect(seen).to.have.deep.members(expected);
      });
    }

    it('tells none of a span that began after the call', async () => {
      for (const inTransport of [false, true]) {
        const { logger, kept } = await setUp({ inTransport });
        kept.hold();
        logger.info('goes through');
        logger.info('waits');
        await inSpan(async () => kept.letGo(2));
        expect(kept.last['message']).to.equal('waits');
        expect(kept.last).to.not.have.property('span_id');
      }
    });
  });

  it('loads nothing of OpenTelemetry where the application has not set it up', () => {
    const { status, stdout } = runProgram(`
      const winston = require('winston');
      const { bindContext, enrichFormat, context } = require('@tocsin/context');
      const logger = bindContext(winston.createLogger({
        format: enrichFormat(),
        transports: [new winston.transports.Console({ silent: true })],
      }));
      logger.info('m');
      context.run({}, () => logger.info('m'));
      console.log(Object.keys(require.cache).filter((file) => file.includes('opentelemetry')).length);`);
    expect([status, stdout]).to.deep.equal([0, '0\n']);
  });

  it('tells the worker thread', async () => {
    const worker = new Worker(
      `const winston = require('winston');
       const { bindContext, enrichFormat } = require(${JSON.stringify(require.resolve('@tocsin/context'))});
       const { parentPort } = require('node:worker_threads');
       const keep = winston.format((info) => (parentPort.postMessage({ ...info }), info));
       const logger = bindContext(winston.createLogger({
         format: winston.format.combine(enrichFormat(), keep()),
         transports: [new winston.transports.Console({ silent: true })],
       }));
       logger.info('m');`,
      { eval: true },
    );
    const { threadId } = worker;
    const line = await new Promise<Record<string, unknown>>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    });
    await worker.terminate();
    expect(threadId).to.be.greaterThan(0);
    expect(line).to.deep.include({ thread: threadId, pid: process.pid });
  });

  it('takes far less than a millisecond a line', async () => {
    const { logger, kept } = await setUp();
    const time = (): number => {
      const start = process.hrtime.bigint();
      for (let index = 0; index < 1_000; index += 1) context.run({ index }, () => logger.info('m'));
      kept.lines.length = 0;
      return Number(process.hrtime.bigint() - start) / 1_000;
    };
    time();
    const nanoseconds = Math.min(time(), time(), time());
    expect(nanoseconds).to.be.lessThan(1e6);
  });

  describe('its options', () => {
    for (const options of [{ release: '' }, { release: 7 }, { release: null }, { version: '1' }]) {
      it(`refuses ${JSON.stringify(options)} by name`, () => {
        expect(() => enrichFormat(options as never))
          .to.throw(TocsinError, Object.keys(options)[0])
          .with.property('code', 'TOCSIN_CONFIG_INVALID');
      });
    }
    for (const options of [null, '1.0', 7]) {
      it(`refuses ${String(options)} for them`, () => {
        expect(() => enrichFormat(options as never)).to.throw(TocsinError, 'options');
      });
    }
  });

  describe('on a logger that is not bound', () => {
    const program = (bind: boolean): string => `
      const winston = require('winston');
      const { bindContext, context, enrichFormat } = require('@tocsin/context');
      if (${bind}) bindContext(winston.createLogger());
      const logger = winston.createLogger({
        format: winston.format.combine(enrichFormat(), winston.format.json()),
        transports: [new winston.transports.Console()],
      });
      context.run({ trace_id: 'own' }, () => {
        logger.info('one');
        logger.info('two');
      });`;

    it('tells the trace that holds while it formats, where no logger of the process is bound, and warns once', () => {
      const { stdout, stderr } = runProgram(program(false));
      expect(stdout.match(/"trace_id":"own"/g)).to.have.lengthOf(2);
      expect(stderr.split('TOCSIN_LOGGER_NOT_BOUND')).to.have.lengthOf(2);
    });

    it('tells no trace, rather than a neighbour’s, where another logger is bound, and warns once', () => {
      const { stdout, stderr } = runProgram(program(true));
      expect(stdout.match(/"timestamp":"\d{4}-/g)).to.have.lengthOf(2);
      expect(stdout).to.not.include('trace_id');
      expect(stderr.split('TOCSIN_LINE_UNKNOWN')).to.have.lengthOf(2);
    });
  });
});
