import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bindContext, contextFormat, type ContextFormatOptions, createContext } from '@tocsin/context';
import { type ContextSource, toLogEvent, type LogEvent } from '@tocsin/event';
import { expect } from 'chai';
import { LEVEL, MESSAGE } from 'triple-beam';
import winston from 'winston';
import Transport from 'winston-transport';
import { written } from './precedence-table.js';

const { format } = winston;
type Fields = Record<string, unknown>;

class Probe extends Transport {
  readonly infos: Record<PropertyKey, unknown>[] = [];
  readonly events: LogEvent[] = [];
  override log(info: Record<PropertyKey, unknown>, callback: () => void): void {
    this.infos.push(info);
    this.events.push(toLogEvent(info));
    callback();
  }
}

interface Made {
  readonly logger: winston.Logger;
  readonly probe: Probe;
}

function make(
  source: ContextSource,
  options: ContextFormatOptions = {},
  more: winston.LoggerOptions = {},
): Made {
  const probe = new Probe();
  const logger = winston.createLogger({
    level: 'silly',
    format: contextFormat(options),
    transports: [probe],
    ...more,
  });
  bindContext(logger, { context: source });
  return { logger, probe };
}

/** A source that holds the fields for every line. */
function holding(fields: Fields): ContextSource {
  return { current: () => fields };
}

/** What the line of one call shows beside level and message. */
function fieldsOf(source: ContextSource, meta: Fields, options?: ContextFormatOptions): Fields {
  const { logger, probe } = make(source, options);
  logger.info('m', meta);
  const { level: _level, message: _message, ...fields } = { ...probe.infos[0] };
  return Object.fromEntries(Object.entries(fields));
}

describe('contextFormat', () => {
  it('puts the context of the call on the line, and nothing where there is none', () => {
    const context = createContext();
    const { logger, probe } = make(context);
    logger.info('outside');
    context.run({ requestId: 'r-1' }, () => logger.info('inside', { part: 1 }));
    expect(probe.infos.map((info) => Object.entries(info))).to.deep.equal([
      Object.entries({ message: 'outside', level: 'info' }),
      Object.entries({ part: 1, level: 'info', message: 'inside', requestId: 'r-1' }),
    ]);
  });

  describe('`keys`', () => {
    it('puts only these on the line; the event tells all', () => {
      const { logger, probe } = make(holding({ requestId: 'r-1', user: 7 }), { keys: ['user', 'absent'] });
      logger.info('m');
      expect(probe.infos[0]).to.include({ user: 7 }).and.not.have.any.keys('requestId', 'absent');
      expect(probe.events[0]?.context).to.deep.equal({ requestId: 'r-1', user: 7 });
    });

    it('is taken as it was given: a later change of the list is none', () => {
      const keys = ['user'];
      const { logger, probe } = make(holding({ requestId: 'r-1', user: 7 }), { keys });
      keys.push('requestId');
      logger.info('m');
      expect(probe.infos[0]).not.to.have.property('requestId');
    });
  });

  describe('`under`', () => {
    it('holds the context in one field, and the event tells it once', () => {
      const { logger, probe } = make(holding({ requestId: 'r-1', user: 7 }), { under: 'context' });
      logger.info('m', { user: 8 });
      expect(probe.infos[0]).to.deep.include({ context: { requestId: 'r-1', user: 7 }, user: 8 });
      expect(probe.events[0]?.context).to.deep.equal({ requestId: 'r-1', user: 8 });
    });

    it('does not take the place of a field of the line', () => {
      expect(fieldsOf(holding({ user: 7 }), { context: 'mine' }, { under: 'context' })).to.deep.equal({
        context: 'mine',
      });
    });

    it('goes with `keys`', () => {
      const options = { under: 'context', keys: ['user'] };
      expect(fieldsOf(holding({ requestId: 'r-1', user: 7 }), {}, options)).to.deep.equal({
        context: { user: 7 },
      });
    });

    it('gives each line an object of its own', () => {
      const fields = { user: 7 };
      const { logger, probe } = make(holding(fields), { under: 'context' });
      logger.info('one');
      logger.info('two');
      expect(probe.infos[0]!['context']).not.to.equal(probe.infos[1]!['context']);
      (probe.infos[0]!['context'] as Fields)['user'] = 8;
      expect(fields).to.deep.equal({ user: 7 });
    });
  });

  describe('with fields of names that are not the context’s to set', () => {
    const bad = JSON.parse(
      '{ "level": "silly", "message": "theirs", "__proto__": { "admin": true }, "user": 7 }',
    );

    for (const [style, log] of Object.entries({
      "info('m')": (logger: winston.Logger) => logger.info('m'),
      "info('m', meta)": (logger: winston.Logger) => logger.info('m', { part: 1 }),
      'info({ … })': (logger: winston.Logger) => logger.info({ message: 'm' }),
      'error(err)': (logger: winston.Logger) => logger.log('info', new Error('m') as never),
      'child.info': (logger: winston.Logger) => logger.child({ part: 1 }).info('m'),
      profile: (logger: winston.Logger) => logger.profile('m').profile('m'),
    })) {
      for (const options of [{}, { under: 'context' }, { keys: ['level', 'message', '__proto__', 'user'] }]) {
        it(`leaves level, message and prototype of ${style} alone, with ${JSON.stringify(options)}`, () => {
          const { logger, probe } = make(holding(bad as Fields), options, { defaultMeta: { service: 's' } });
          log(logger);
          const [info] = probe.infos;
          expect(info).to.include({ level: 'info', message: 'm' });
          expect(info?.[LEVEL] ?? 'info').to.equal('info');
          expect((info as { admin?: boolean }).admin).to.equal(undefined);
          expect(Object.hasOwn(info!, '__proto__')).to.equal(false);
          expect((info?.['context'] as { admin?: boolean } | undefined)?.admin).to.equal(undefined);
          expect(probe.events[0]).to.include({ level: 'info', message: 'm' });
          expect(probe.events[0]?.context).to.include({ user: 7 }).and.not.have.any.keys('level', 'message');
          expect(Object.prototype).not.to.have.property('admin');
        });
      }
    }

    it('does not let winston take the line for an uncaught exception, which most transports drop', () => {
      const { logger, probe } = make(holding({ exception: true, user: 7 }));
      logger.info('m');
      expect(probe.infos).to.have.lengthOf(1);
      expect(probe.infos[0]).to.include({ user: 7 });
      expect(fieldsOf(holding({ exception: 'E7' }), {})).to.deep.equal({ exception: 'E7' });
    });
  });

  describe('with values of undefined', () => {
    it('lets one of the call hide the field', () => {
      const source = holding({ user: 7 });
      expect(fieldsOf(source, { user: undefined })).to.deep.equal({ user: undefined });
      const { logger, probe } = make(source);
      logger.info('m', { user: undefined });
      logger.info({ message: 'm', user: undefined });
      for (const event of probe.events) expect(event.context).not.to.have.property('user');
    });

    it('takes one of the context for no field', () => {
      expect(fieldsOf(holding({ user: undefined, requestId: 'r-1' }), {})).to.deep.equal({
        requestId: 'r-1',
      });
      const { logger, probe } = make(holding({ user: undefined, requestId: 'r-1' }));
      logger.child({ user: 7 }).info('m');
      expect(probe.infos[0]).to.include({ user: 7, requestId: 'r-1' });
      expect(probe.events[0]?.context).to.deep.equal({ user: 7, requestId: 'r-1' });
    });
  });

  describe('tags', () => {
    const styles: Readonly<Record<string, (logger: winston.Logger, fields: Fields) => unknown>> = {
      "info('m', meta)": (logger, fields) => logger.info('m', fields),
      'info({ … })': (logger, fields) => logger.info({ message: 'm', ...fields }),
      "info('m %s', 'x', meta)": (logger, fields) => logger.info('m %s', 'x', fields),
      profile: (logger, fields) => logger.profile('m').profile('m', fields),
    };
    const cases: readonly { call?: unknown; context?: unknown; defaults?: unknown; expected: unknown }[] = [
      { call: ['a', 'b'], context: ['b', 'c'], expected: ['a', 'b', 'c'] },
      { call: 'a', context: 'b', expected: ['a', 'b'] },
      { call: ['a'], context: undefined, expected: ['a'] },
      { call: undefined, context: ['c'], expected: ['c'] },
      { call: ['a'], context: ['c'], defaults: ['d'], expected: ['a', 'c'] },
      { call: ['a'], context: undefined, defaults: ['d'], expected: ['a'] },
      { call: undefined, context: ['c'], defaults: ['d'], expected: ['d', 'c'] },
    ];

    for (const [style, log] of Object.entries(styles)) {
      for (const { call, context, defaults, expected } of cases) {
        it(`of the call and of its context add up in ${style}: ${JSON.stringify({ call, context, defaults })}`, () => {
          const { logger, probe } = make(
            holding(context === undefined ? { user: 7 } : { tags: context }),
            {},
            {
              format: format.combine(format.splat(), contextFormat()),
              ...(defaults === undefined ? {} : { defaultMeta: { tags: defaults } }),
            },
          );
          log(logger, call === undefined ? {} : { tags: call });
          expect(probe.infos[0]!['tags']).to.deep.equal(expected);
          expect(probe.events[0]?.tags).to.deep.equal(expected);
        });

        it(`add up in the event of ${style} without the format: ${JSON.stringify({ call, context, defaults })}`, () => {
          const { logger, probe } = make(
            holding(context === undefined ? { user: 7 } : { tags: context }),
            {},
            {
              format: format((info) => info)(),
              ...(defaults === undefined ? {} : { defaultMeta: { tags: defaults } }),
            },
          );
          log(logger, call === undefined ? {} : { tags: call });
          expect(probe.events[0]?.tags).to.deep.equal(expected);
        });
      }
    }
  });

  it('puts fingerprint and severity in the same order, where the event has a place of its own for them', () => {
    const { logger, probe } = make(
      holding({ fingerprint: 'context', severity: 'warning' }),
      {},
      { format: format((info) => info)(), defaultMeta: { fingerprint: 'default', severity: 'info' } },
    );
    logger.info('m');
    logger.info('m', { fingerprint: 'call', severity: 'critical' });
    logger.info({ message: 'm', fingerprint: 'call', severity: 'critical' });
    logger.info('m %s', 'x', { fingerprint: 'call', severity: 'critical' });
    expect(
      probe.events.map(({ fingerprint, severity }) => `${String(fingerprint)} ${severity}`),
    ).to.deep.equal(['context warning', 'call critical', 'call critical', 'call critical']);
    for (const event of probe.events) expect(event.context).to.deep.equal({});
  });

  it('gives the line of profile() and of a timer its defaultMeta', () => {
    const { logger, probe } = make(holding({ user: 7 }), {}, { defaultMeta: { service: 'checkout' } });
    logger.profile('m').profile('m');
    logger.startTimer().done({ message: 'm' });
    logger.child({ part: 1 }).profile('n').profile('n');
    for (const info of probe.infos) expect(info).to.include({ service: 'checkout', user: 7 });
    for (const event of probe.events) expect(event).to.include({ service: 'checkout' });
    expect(probe.infos[2]).to.include({ part: 1 });
  });

  it('takes all for the call’s that was written past the logger’s methods', () => {
    const { logger, probe } = make(
      holding({ where: 'context', user: 7 }),
      {},
      { defaultMeta: { where: 'default' } },
    );
    written.log(logger, { where: 'call' });
    written.log(logger, {});
    written.log(logger.child({ where: 'child' }), {});
    expect(probe.infos.map(({ where, user }) => [where, user])).to.deep.equal([
      ['call', 7],
      ['context', 7],
      ['child', 7],
    ]);
  });

  it("writes onto nobody's object: not the caller's, its Error, the child's, defaultMeta or the context", () => {
    const context = Object.freeze({ user: 7, tags: Object.freeze(['c']) });
    const defaultMeta = { service: 's' };
    const childMeta = { part: 1, tags: ['child'] };
    const { logger, probe } = make(holding(context), {}, { defaultMeta });
    const line = { message: 'm', tags: ['a'] };
    const error = Object.assign(new Error('m'), { code: 'E' });
    logger.info(line);
    logger.error(error);
    logger.child(childMeta).info(line);
    expect(probe.infos.map((info) => info['user'])).to.deep.equal([7, 7, 7]);
    expect(line).to.deep.equal({ message: 'm', tags: ['a'], level: 'info', [LEVEL]: 'info', service: 's' });
    expect(Object.keys(error)).to.deep.equal(['code', 'level', 'service']);
    expect(defaultMeta).to.deep.equal({ service: 's' });
    expect(childMeta).to.deep.equal({ part: 1, tags: ['child'] });
  });

  it('finds the line behind formats that make a new object, and is printed by what follows', () => {
    const clone = format((info) => ({ ...info }));
    const { logger, probe } = make(
      holding({ user: 7 }),
      {},
      { format: format.combine(clone(), contextFormat(), clone(), format.json()) },
    );
    logger.info('m');
    expect(JSON.parse(String(probe.infos[0]![MESSAGE]))).to.deep.equal({
      level: 'info',
      message: 'm',
      user: 7,
    });
  });

  describe('its options', () => {
    const wrong: readonly [unknown, string][] = [
      [{ keys: 'user' }, 'keys'],
      [{ keys: [7] }, 'keys'],
      [{ keys: [''] }, 'keys'],
      [{ keys: null }, 'keys'],
      [{ under: '' }, 'under'],
      [{ under: 7 }, 'under'],
      [{ under: null }, 'under'],
      [{ under: 'level' }, 'under'],
      [{ under: 'message' }, 'under'],
      [{ under: '__proto__' }, 'under'],
      [{ key: ['user'] }, 'key'],
      [null, 'options'],
      ['user', 'options'],
    ];
    for (const [options, name] of wrong) {
      it(`refuses ${JSON.stringify(options)} by name`, () => {
        expect(() => contextFormat(options as ContextFormatOptions))
          .to.throw(`contextFormat`)
          .with.property('code', 'TOCSIN_CONFIG_INVALID');
        expect(() => contextFormat(options as ContextFormatOptions)).to.throw(new RegExp(`\\b${name}\\b`));
      });
    }

    it('of bindContext are refused by name too, and so is what is no logger', () => {
      const logger = winston.createLogger({ transports: [new Probe()] });
      for (const options of [null, 'x', { context: 7 }, { context: {} }, { store: {} }]) {
        expect(() => bindContext(logger, options as never))
          .to.throw()
          .with.property('code', 'TOCSIN_CONFIG_INVALID');
      }
      for (const value of [undefined, null, {}, winston]) {
        expect(() => bindContext(value as never))
          .to.throw(/logger/)
          .with.property('code', 'TOCSIN_CONFIG_INVALID');
      }
    });
  });

  describe('on a logger that is not bound', () => {
    interface Told {
      readonly lines: readonly { readonly message: string; readonly requestId?: string }[];
      readonly warnings: readonly string[];
    }

    async function runProgram(which: string): Promise<Told> {
      const program = join(__dirname, 'fixtures/unbound.mjs');
      const { stdout } = await promisify(execFile)(process.execPath, [program, which]);
      return JSON.parse(stdout) as Told;
    }

    it('shows the context that holds while it formats, where no logger of the process is bound, and warns once', async () => {
      const { lines, warnings } = await runProgram('alone');
      expect(lines).to.deep.equal([
        { message: 'one', requestId: 'r-1' },
        { message: 'two', requestId: 'r-2' },
        { message: 'outside' },
        { message: 'own', requestId: 'of the call' },
      ]);
      expect(warnings).to.deep.equal(['TOCSIN_LOGGER_NOT_BOUND']);
    });

    it('shows nothing, rather than a neighbour’s, where another logger is bound, and warns once', async () => {
      const { lines, warnings } = await runProgram('beside a bound one');
      expect(lines).to.deep.equal([
        { message: 'one' },
        { message: 'two' },
        { message: 'outside' },
        { message: 'own', requestId: 'of the call' },
      ]);
      expect(warnings).to.deep.equal(['TOCSIN_LINE_UNKNOWN']);
    });
  });
});
