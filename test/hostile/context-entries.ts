import {
  bindContext,
  callsiteFormat,
  capture,
  type Context,
  context,
  contextFormat,
  createContext,
  enrichFormat,
  lifecycle,
  timed,
  timedFetch,
  timedQuery,
  traceIdFrom,
} from '@tocsin/context';
import { clsHookedStore } from '@tocsin/context/cls-hooked';
import { nestjsClsStore } from '@tocsin/context/nestjs-cls';
import { expect } from 'chai';
import { types } from 'node:util';
import winston from 'winston';
import { config, never, optionsOf, row, type Row } from './rows.js';
import { hostileTexts as text, hostileValues as value } from './values.js';

/** One for all, since each warns once of what it is given. */
const ownContext = createContext();

type Format = winston.Logform.Format;
type Fields = Record<string, unknown>;

const silent = (): winston.Logger => winston.createLogger({ silent: true });
const throwing = (thrown: unknown) => (): never => {
  throw thrown; // oxlint-disable-line no-throw-literal
};

/** What a hostile logger is: its methods are anything, or throw anything. */
const loggerOf = (method: unknown): never => ({ log: method, child: method }) as never;

/** A format, given anything as a line; and in a bound logger, where the context is anything. */
function formatRows(make: () => Format): readonly Row[] {
  return [
    // In a list: a Promise that was logged comes back as it is, and must not be waited for.
    never('transform', [value], (info: winston.Logform.TransformableInfo) => [make().transform(info, {})]),
    never('of a bound logger', [value, value, text], (fields: Fields, meta: unknown, message: string) => {
      let lines = 0;
      const count = winston.format((info) => {
        lines += 1;
        return info;
      });
      const logger = winston.createLogger({
        format: winston.format.combine(make(), count()),
        transports: [new winston.transports.Console({ silent: true })],
      });
      bindContext(logger, { context: ownContext });
      ownContext.run(fields, () => {
        logger.info({ level: 'info', message });
        logger.info(message, { meta, tags: meta, component: meta });
        logger.child({ meta }).info(message);
      });
      logger.close();
      expect(lines).to.equal(3);
    }),
    never('of a context source that throws or gives anything', [value], (given: unknown) => {
      for (const current of [throwing(given), () => given]) {
        const logger = winston.createLogger({
          format: make(),
          transports: [new winston.transports.Console({ silent: true })],
        });
        bindContext(logger, { context: { current, request: current } as never });
        logger.info('a line', { meta: 1 });
        logger.close();
      }
    }),
  ];
}

/** What a context's methods are given. */
function contextRows(one: Context): readonly Row[] {
  return [
    never('fields', [value, value, value], (...given: unknown[]) => {
      const [outer, inner, later] = given as [object, object, object];
      one.run(outer, () => {
        one.add(later);
        const result = one.run(inner, () => {
          one.update(later);
          one.update(inner);
          expect(Object.isFrozen(one.current())).to.equal(true);
          one.traceId();
          return later;
        });
        expect(Object.is(result, later)).to.equal(true);
      });
      one.add(outer);
      one.update(outer);
      expect(one.isActive()).to.equal(false);
    }),
    never('traceId', [value], (id: never) => {
      one.traceId(id);
      one.run({ trace_id: id, traceparent: id, 'X-Trace-ID': id }, () => {
        one.traceId(id);
        expect(one.traceId()).to.match(/^[\x21-\x7e]{1,128}$/);
      });
    }),
    never('bind', [value], (fn: never) => [one.bind(fn)]),
    config('trace', [value, value], (fn: never, fields: never) => [one.trace(fn, fields)]),
    config('trace as a decorator', [value, value, value], (a: never, b: never, c: never) => [
      (one.trace as (...given: unknown[]) => unknown)(a, b, c),
      (one.trace({}) as (...given: unknown[]) => unknown)(a, b, c),
    ]),
    never('fields of trace, and functions for them', [value, value], (fields: never, result: unknown) => {
      const { trace } = one;
      const makers = [fields, () => fields, throwing(fields)];
      for (const each of makers.filter((one) => one !== undefined)) {
        const traced = trace(() => [result], each as never);
        expect(Object.is(traced()[0], result)).to.equal(true);
      }
    }),
  ];
}

/** A function that is wrapped gives what it gave, and throws what it threw, whatever the logger does. */
function wrapperRows(
  wrap: (logger: never, fn: (...given: unknown[]) => unknown) => (...given: unknown[]) => unknown,
) {
  return [
    never(
      'what a function gives',
      [value, value, value],
      (result: unknown, given: unknown, method: unknown) => {
        for (const logger of [silent() as never, loggerOf(() => method), loggerOf(throwing(method))]) {
          const wrapped = wrap(logger, () => result);
          if (!types.isPromise(result)) expect(Object.is(wrapped(given, given), result)).to.equal(true);
        }
      },
    ),
    never(
      'what a function throws',
      [value, value, value],
      (thrown: unknown, given: unknown, method: unknown) => {
        for (const logger of [silent() as never, loggerOf(() => method), loggerOf(throwing(method))]) {
          const wrapped = wrap(logger, throwing(thrown));
          let outcome: { readonly thrown: unknown } | undefined;
          try {
            wrapped(given, given);
          } catch (error) {
            outcome = { thrown: error };
          }
          expect(outcome !== undefined && Object.is(outcome.thrown, thrown)).to.equal(true);
        }
      },
    ),
    never('what an async function rejects with', [value, value], async (thrown: unknown, given: unknown) => {
      const wrapped = wrap(loggerOf(throwing(thrown)), () => Promise.reject(thrown)); // oxlint-disable-line prefer-promise-reject-errors
      let outcome: { readonly thrown: unknown } | undefined;
      try {
        await wrapped(given);
      } catch (error) {
        outcome = { thrown: error };
      }
      expect(outcome !== undefined && Object.is(outcome.thrown, thrown)).to.equal(true);
    }),
  ];
}

const timingNames = ['name', 'thresholdMs', 'level', 'tags', 'sensitiveFields'];
const always = { thresholdMs: 0 };

/** Every runtime export of @tocsin/context; those of subpaths as its exports.txt names them. */
export const contextEntries: Readonly<Record<string, readonly Row[]>> = {
  bindContext: [
    config('of no logger', [value, value], (logger: never, options: never) => bindContext(logger, options)),
    config('options', [optionsOf({}, 'context')], (options: never) => bindContext(silent(), options)),
  ],
  callsiteFormat: [
    ...formatRows(() => callsiteFormat()),
    config(
      'options',
      [optionsOf({}, 'levels', 'fields', 'root', 'ignoreFrames', 'integrationPatterns')],
      callsiteFormat,
    ),
  ],
  capture: [
    config('of anything', [value, value, value], (logger: never, fn: never, options: never) =>
      capture(logger, fn, options),
    ),
    config('options', [optionsOf({}, 'level', 'message')], (options: never) =>
      capture(silent(), () => 1, options),
    ),
    ...wrapperRows((logger, fn) => capture(logger, fn)),
  ],
  context: contextRows(context),
  contextFormat: [
    ...formatRows(() => contextFormat()),
    ...formatRows(() => contextFormat({ under: 'context', keys: ['a', 'constructor', '__proto__'] })),
    config('options', [optionsOf({}, 'keys', 'under')], contextFormat),
  ],
  createContext: [
    config('options', [optionsOf({}, 'store')], (options: never) => createContext(options)),
    ...contextRows(ownContext),
    never('fields of setGlobal', [value], (fields: never) => ownContext.setGlobal(fields)),
  ],
  enrichFormat: [
    ...formatRows(() => enrichFormat({ release: '1' })),
    config('options', [optionsOf({}, 'release')], enrichFormat),
  ],
  lifecycle: [
    config('of anything', [value, value, value, value], (...given: unknown[]) =>
      (lifecycle as (...all: unknown[]) => unknown)(...given),
    ),
    config('options', [optionsOf({}, 'level', 'failedLevel')], (options: never) =>
      lifecycle(silent(), 'work', () => 1, options),
    ),
    config('fields', [value], (fields: never) => lifecycle(silent(), 'work', fields, () => 1)),
    row('what the caller gave', 'a result that throws when it is read', [value], (result: unknown) => {
      const given: unknown = lifecycle(loggerOf(throwing(result)), 'work', () => result);
      // That of a thenable is whatever the thenable gives, which may be nothing.
      if (types.isPromise(given)) given.catch(() => undefined);
    }),
    never('what the work throws', [value], (thrown: unknown) => {
      for (const logger of [silent() as never, loggerOf(throwing(thrown))]) {
        let outcome: { readonly thrown: unknown } | undefined;
        try {
          lifecycle(logger, 'work', throwing(thrown));
        } catch (error) {
          outcome = { thrown: error };
        }
        expect(outcome !== undefined && Object.is(outcome.thrown, thrown)).to.equal(true);
      }
    }),
  ],
  timed: [
    config('of anything', [value, value, value], (logger: never, fn: never, options: never) =>
      timed(logger, fn, options),
    ),
    config(
      'options',
      [optionsOf({}, ...timingNames, 'includeArguments', 'includeResult')],
      (options: never) => timed(silent(), () => 1, options),
    ),
    ...wrapperRows((logger, fn) =>
      timed(logger, fn, { ...always, includeArguments: true, includeResult: true }),
    ),
  ],
  timedFetch: [
    config('of anything', [value, value, value], (logger: never, fn: never, options: never) =>
      timedFetch(logger, fn, options),
    ),
    config(
      'options',
      [optionsOf({}, ...timingNames, 'includeHeaders', 'includeBody', 'maskHeaders', 'maskParams')],
      (options: never) => timedFetch(silent(), fetch, options),
    ),
    ...wrapperRows((logger, fn) =>
      timedFetch<never>(logger, fn as never, { ...always, includeHeaders: true, includeBody: true }),
    ),
    never(
      'requests and answers',
      [text, text, value, value],
      async (url: string, body: string, headers: unknown, status: unknown) => {
        const answer = Object.assign(Object.create(null) as object, { url, headers, status });
        const wrapped = timedFetch(silent(), async () => answer as never, {
          ...always,
          includeHeaders: true,
          includeBody: true,
        }) as (...given: unknown[]) => Promise<unknown>;
        await wrapped(url, { body, headers, method: status });
        await wrapped(`https://example.com/?${url}`, { body: `{"a":${body}`, headers });
      },
    ),
  ],
  timedQuery: [
    config('of anything', [value, value, value], (logger: never, fn: never, options: never) =>
      timedQuery(logger, fn, options),
    ),
    config('options', [optionsOf({}, ...timingNames, 'includeParameters')], (options: never) =>
      timedQuery(silent(), () => 1, options),
    ),
    ...wrapperRows((logger, fn) => timedQuery(logger, fn, { ...always, includeParameters: true })),
    never('statements', [text, value, value], (statement: string, parameters: unknown, rows: unknown) => {
      const query = timedQuery(silent(), (..._given: unknown[]) => [rows, rows], {
        ...always,
        includeParameters: true,
      });
      query(`select ${statement}`, parameters);
      query({ text: `insert into a values ('${statement}`, values: parameters });
    }),
  ],
  traceIdFrom: [
    never('of anything', [value], (headers: never) => {
      expect(traceIdFrom(headers)).to.match(/^[\x21-\x7e]{1,128}$/);
    }),
    never('of headers', [value, value], (traceparent: never, id: never) => {
      expect(traceIdFrom({ traceparent, 'x-trace-id': id })).to.match(/^[\x21-\x7e]{1,128}$/);
    }),
    never('of Headers that throw or give anything', [value], (given: never) => {
      for (const get of [() => given, throwing(given)]) {
        expect(traceIdFrom({ get })).to.match(/^[\x21-\x7e]{1,128}$/);
      }
    }),
  ],
  './cls-hooked clsHookedStore': [
    config('of anything', [value, value], (namespace: never, options: never) =>
      clsHookedStore(namespace, options),
    ),
    config('options', [optionsOf({}, 'keys')], (options: never) =>
      clsHookedStore({ active: null, run: () => undefined, get: () => undefined }, options),
    ),
  ],
  './nestjs-cls nestjsClsStore': [
    config('options', [optionsOf({}, 'keys', 'service')], (options: never) => nestjsClsStore(options)),
  ],
};
