import { hostname } from 'node:os';
import { toLogEvent, snapshot, captureAtCall, type LogEvent } from '@tocsin/event';
import { expect } from 'chai';
import fc from 'fast-check';
import { LEVEL, SPLAT } from 'triple-beam';
import winston from 'winston';
import { chargeCard } from './arrival-table.js';

/** What winston makes of `logger[level](message, ...rest)`, without a logger. */
function line(fields: Record<string | symbol, unknown>): Record<string | symbol, unknown> {
  return { level: 'error', [LEVEL]: 'error', message: 'm', ...fields };
}

const secrets = {
  password: 'hunter2-very-secret',
  authorization:
    'Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
};

describe('toLogEvent', () => {
  it('fills the whole event', () => {
    const event = toLogEvent(line({ message: 'm', order: 7 }), {
      service: 'checkout',
      environment: 'production',
      release: 'abc',
      tags: ['eu'],
    });
    expect(event).to.include({
      level: 'error',
      severity: 'error',
      message: 'm',
      service: 'checkout',
      environment: 'production',
      release: 'abc',
    });
    expect(event.id).to.match(/^[\da-f]{8}-[\da-f]{4}-7/);
    expect(event.timestamp).to.be.closeTo(Date.now(), 60_000);
    expect(event.context).to.deep.equal({ order: 7 });
    expect(event.tags).to.deep.equal(['eu']);
    expect(event.process.pid).to.equal(process.pid);
  });

  it('gives the same from a snapshot as from the info', () => {
    const info = line({ err: chargeCard(), order: 7 });
    const { id: _, timestamp: __, ...direct } = toLogEvent(info);
    const { id: ___, timestamp: ____, ...later } = toLogEvent(snapshot(info));
    expect(later).to.deep.equal(direct);
  });

  it('takes off the spaces with which a format aligns its messages', () => {
    expect(toLogEvent(line({ message: '   place failed ' })).message).to.equal('place failed');
  });

  it('tells the paths of a stack relative to the root', () => {
    const error = new Error('boom');
    error.stack =
      'Error: boom\n    at call (/app/src/pay.js:3:5)\n    at file:///app/src/main.mjs:1:1\n    at node:net:1:1';
    const event = toLogEvent(line({ error }), { root: '/app' });
    expect(event.error?.stack).to.equal(
      'Error: boom\n    at call (src/pay.js:3:5)\n    at src/main.mjs:1:1\n    at node:net:1:1',
    );
  });

  it("leaves out the timestamp that winston's format puts on the line", () => {
    expect(toLogEvent(line({ timestamp: '2026-01-01T00:00:00.000Z', order: 7 })).context).to.deep.equal({
      order: 7,
    });
  });

  it('leaves out host, pid and thread where they are those of the process, which the event tells anyway', () => {
    const { context } = toLogEvent(line({ host: hostname(), pid: process.pid, thread: 0, order: 7 }));
    expect(context).to.deep.equal({ order: 7 });
    const other = { host: 'db-1.internal', pid: process.pid + 1, thread: 3 };
    expect(toLogEvent(line(other)).context).to.deep.equal(other);
  });

  it('keeps the frames of an error whose message is longer than all that is kept of a stack', () => {
    const { error, location } = toLogEvent(line({ err: chargeCard('x'.repeat(200_000)) }));
    expect(error?.frames[0]?.function).to.equal('chargeCard');
    expect(location?.function).to.equal('chargeCard');
  });

  it('takes the Error itself in place of an info', () => {
    expect(toLogEvent(chargeCard()).error).to.include({ type: 'PaymentError', code: 'E_DECLINED' });
  });

  it('uses the captured data that it is given', () => {
    const error = chargeCard();
    const event = toLogEvent(line({}), { captured: { error, timestamp: 5 } });
    expect(event.error?.type).to.equal('PaymentError');
    expect(event.timestamp).to.equal(5);
  });

  it('reads the level from under the colours', () => {
    const event = toLogEvent({ level: '\u001b[31mwarn\u001b[39m', message: '\u001b[31mred\u001b[39m' });
    expect(event).to.include({ level: 'warn', severity: 'warning', message: 'red' });
  });

  it('ranks a level of unknown name by the logger’s own table', () => {
    const levels = { disaster: 0, error: 1, chatter: 2 };
    expect(toLogEvent(line({ [LEVEL]: 'disaster' }), { levels }).severity).to.equal('error');
    expect(toLogEvent(line({ [LEVEL]: 'chatter' }), { levels }).severity).to.equal('info');
  });

  it('lets a severity in the metadata overrule the level, and leaves what is no severity', () => {
    const overruled = toLogEvent(line({ severity: 'critical' }));
    expect(overruled.severity).to.equal('critical');
    expect(overruled.context).to.deep.equal({});
    const postgres = toLogEvent(line({ severity: 'FATAL' }));
    expect(postgres.severity).to.equal('error');
    expect(postgres.context).to.deep.equal({ severity: 'FATAL' });
  });

  it('unites the tags of the options and of the line', () => {
    expect(toLogEvent(line({ tags: ['b', 'a'] }), { tags: ['a'] }).tags).to.deep.equal(['a', 'b']);
    expect(toLogEvent(line({ tags: 'one' })).tags).to.deep.equal(['one']);
  });

  it('takes a fingerprint of the line, text or list', () => {
    expect(toLogEvent(line({ fingerprint: 'mine' })).fingerprint).to.equal('mine');
    expect(toLogEvent(line({ fingerprint: ['{{default}}', 3] })).fingerprint).to.deep.equal([
      '{{default}}',
      '3',
    ]);
    expect(toLogEvent(line({ fingerprint: {} })).context).to.deep.equal({ fingerprint: {} });
  });

  it('prefers service, environment and release of the options to the line’s', () => {
    const given = line({ service: 'meta', environment: 'meta', release: 'meta' });
    expect(toLogEvent(given, { service: 'mine' })).to.include({
      service: 'mine',
      environment: 'meta',
      release: 'meta',
    });
    expect(toLogEvent(given, { service: 'mine' }).context).to.deep.equal({ service: 'meta' });
  });

  it('names the integration by the folder of the location', () => {
    const error = new Error('boom');
    const at = (file: string): LogEvent => {
      error.stack = `Error: boom\n    at call (/app/src/${file}:3:5)`;
      return toLogEvent(error, { root: '/app' });
    };
    expect(at('integrations/zoho/client.js').integration).to.equal('zoho');
    expect(at('services/billing.service.js').integration).to.equal('billing');
    expect(at('services/index.js').integration).to.equal(undefined);
    expect(at('my-services/billing.js').integration).to.equal(undefined);
    const custom = toLogEvent(error, { root: '/app', integrationPatterns: ['src/my-services'] });
    expect(custom.integration).to.equal('billing');
  });

  it('keeps the blobs of winston’s exception handler out of the context', () => {
    const logger = winston.createLogger({ silent: true });
    const info = logger.exceptions.getAllInfo(chargeCard()) as Record<string, unknown>;
    expect(toLogEvent({ ...info, order: 7 }).context).to.deep.equal({ order: 7 });
  });

  it('knows a user’s own field named exception from an uncaught exception', () => {
    const event = toLogEvent(line({ exception: true, order: 7 }));
    expect(event.uncaught).to.equal(undefined);
    expect(event.context).to.deep.equal({ exception: true, order: 7 });
  });

  it('finds the Error also where nothing was captured', () => {
    const error = chargeCard();
    const copy = { ...error, stack: error.stack, message: error.message, cause: error.cause };
    expect(toLogEvent(line(copy)).error).to.include({
      type: 'PaymentError',
      message: 'card declined',
      code: 'E_DECLINED',
    });
    expect(toLogEvent(line(copy)).error?.cause?.type).to.equal('TypeError');
    const glued = { message: 'm card declined', [SPLAT]: [error], stack: error.stack };
    expect(toLogEvent(line(glued))).to.have.property('message', 'm');
    const coloured = { ...glued, message: '\u001b[31mm card declined\u001b[39m' };
    expect(toLogEvent(line(coloured))).to.have.property('message', 'm');
    expect(toLogEvent(line({ metadata: { err: error } })).error?.type).to.equal('PaymentError');
    expect(toLogEvent(line({ stack: [error.stack] })).error?.type).to.equal('PaymentError');
  });

  it('takes a serialised Error for an Error, and a text under error for a field', () => {
    const { name, message, stack } = chargeCard();
    expect(toLogEvent(line({ err: { name, message, stack, code: 5 } })).error).to.include({
      type: 'PaymentError',
      isError: true,
      code: '5',
    });
    const told = toLogEvent(line({ error: 'it broke' }));
    expect(told.error).to.equal(undefined);
    expect(told.context).to.deep.equal({ error: 'it broke' });
  });

  it('does not cut a message that only happens to end like its Error', () => {
    const error = new Error('boom');
    expect(toLogEvent(line({ message: 'went boom', err: error })).message).to.equal('went boom');
  });

  it('takes the class’s name where name is broken', () => {
    class Broken extends Error {}
    Object.defineProperty(Broken.prototype, 'name', {
      get: () => {
        throw new Error('no name');
      },
    });
    expect(toLogEvent(new Broken('b')).error?.type).to.equal('Broken');
    expect(toLogEvent(Object.assign(new Broken('b'), {})).error?.message).to.equal('b');
    const numbered = Object.defineProperty(new RangeError('r'), 'name', { value: 5 });
    expect(toLogEvent(numbered).error?.type).to.equal('RangeError');
  });

  it('follows at most five causes, ten members, and no cycle', () => {
    let error = new Error('0');
    for (let depth = 1; depth <= 20; depth += 1) error = new Error(String(depth), { cause: error });
    let depth = 0;
    for (let at = toLogEvent(error).error; at?.cause !== undefined; at = at.cause) depth += 1;
    expect(depth).to.equal(5);
    const many = new AggregateError(Array.from({ length: 50 }, (_, index) => new Error(String(index))));
    expect(toLogEvent(many).error?.errors).to.have.lengthOf(10);
    const self = new Error('self');
    self.cause = new Error('other', { cause: self });
    expect(toLogEvent(self).error?.cause?.cause).to.equal(undefined);
  });

  it('keeps a validator’s list of problems as an own field', () => {
    const error = Object.assign(new Error('invalid'), { errors: [{ path: 'a', message: 'missing' }] });
    expect(toLogEvent(error).error?.own).to.deep.equal({ errors: [{ path: 'a', message: 'missing' }] });
  });

  it('gives nothing unredacted in any part', () => {
    const cause = Object.assign(new Error(`cause ${secrets.authorization}`), { password: secrets.password });
    const member = new Error(`member ${secrets.authorization}`);
    const error = Object.assign(
      new AggregateError([member], `failed with ${secrets.authorization}`, { cause }),
      secrets,
      { deep: [secrets] },
    );
    const logger = winston.createLogger({ silent: true });
    captureAtCall(logger);
    for (const info of [
      line({ message: `m ${secrets.authorization}`, err: error, ...secrets, nested: { list: [secrets] } }),
      error,
      line({ [SPLAT]: [error, secrets], stack: error.stack }),
      logger.exceptions.getAllInfo(error),
      line({ tags: [secrets.authorization], fingerprint: secrets.authorization, level: 'error' }),
      line({ errorType: 'E', errorMessage: secrets.authorization, stackTrace: error.stack }),
    ]) {
      const text = JSON.stringify(toLogEvent(info));
      expect(text).not.to.include('hunter2');
      expect(text).not.to.include('dozjgNryP4J3');
    }
  });

  it('bounds what it takes from a line of any size', () => {
    const huge = 'x'.repeat(10_000_000);
    const error = Object.assign(new Error(huge), { huge, list: Array.from({ length: 100_000 }, () => huge) });
    for (const info of [
      line({ message: huge, err: error, huge }),
      error,
      line({ message: `m ${huge}`, [SPLAT]: [error] }),
      huge,
    ]) {
      const taken = snapshot(info);
      expect(taken.bytes).to.be.lessThan(1_000_000);
      expect(JSON.stringify(toLogEvent(taken)).length).to.be.lessThan(400_000);
    }
    expect(toLogEvent(line({ message: `m ${huge}`, [SPLAT]: [error] })).message).to.equal('m');
  });

  it('holds nothing of the caller’s in a snapshot', () => {
    const meta = { list: [1], deep: { a: 1 } };
    const error = chargeCard();
    const taken = snapshot(line({ ...meta, err: error }));
    meta.list.push(2);
    meta.deep.a = 2;
    error.message = 'changed';
    const event = toLogEvent(taken);
    expect(event.context).to.deep.equal({ list: [1], deep: { a: 1 } });
    expect(event.error?.message).to.equal('card declined');
  });

  describe('whatever is logged', () => {
    const trap = (): never => {
      throw new Error('trap');
    };
    const revocable = Proxy.revocable([], {});
    revocable.revoke();
    const values: readonly unknown[] = [
      undefined,
      null,
      10n,
      Symbol('s'),
      Number.NaN,
      () => 1,
      new Date(Number.NaN),
      revocable.proxy,
      new Proxy(
        {},
        { get: trap, ownKeys: trap, getPrototypeOf: trap, has: trap, getOwnPropertyDescriptor: trap },
      ),
      new Proxy(new Error('p'), { get: trap, ownKeys: trap, getPrototypeOf: trap }),
      new Proxy({}, { get: () => true }),
      new Proxy([], { get: trap }),
      Object.freeze(chargeCard()),
      Object.assign(Object.create(null) as object, { message: 'm' }),
      JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1, "toJSON": 1}'),
      Object.defineProperty(new Error('n'), 'name', { get: trap }),
      Object.defineProperty(new Error('n'), 'message', { get: trap }),
      Object.defineProperty(new Error('n'), 'stack', { get: trap }),
      Object.assign(new Error('s'), { stack: 5, cause: 'text', errors: revocable.proxy, code: {} }),
      { toString: trap, toJSON: trap, message: { toString: trap } },
      '\ud800 lone',
      'x'.repeat(100_000),
      new Map<unknown, unknown>([[{}, new Set([1n])]]),
      cyclic(),
      Buffer.alloc(10),
    ];
    /** Stands for a value that fast-check itself could not hold. */
    class Hostile {
      constructor(readonly index: number) {}
    }
    const hostile = fc.nat(values.length - 1).map((index) => new Hostile(index));
    const real = (value: unknown): unknown => (value instanceof Hostile ? values[value.index] : value);
    const realFields = (fields: object): Record<string, unknown> =>
      Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, real(value)]));
    const anything = fc.oneof(
      hostile,
      fc.anything({
        withNullPrototype: true,
        withBigInt: true,
        withSparseArray: true,
        withMap: true,
        withSet: true,
        withDate: true,
      }),
    );
    const fieldNames = [
      'message',
      'error',
      'err',
      'stack',
      'cause',
      'tags',
      'fingerprint',
      'severity',
      'exception',
      'rejection',
      'trace',
      'level',
      'context',
      'service',
      'errorType',
      'stackTrace',
      'metadata',
      '__proto__',
    ];
    const lines = fc.tuple(
      fc.dictionary(fc.constantFrom(...fieldNames), anything),
      fc.array(anything, { maxLength: 4 }),
      anything,
    );

    it('is an event that survives JSON, and the logged value is as it was', () => {
      fc.assert(
        fc.property(lines, ([fields, splat, level]) => {
          for (const info of [
            real(level),
            { ...realFields(fields), [SPLAT]: splat.map(real), [LEVEL]: real(level) },
          ]) {
            const event = toLogEvent(info);
            expect(isJson(event)).to.equal(true);
            expect(event.level).to.be.a('string');
            expect(event.message).to.be.a('string');
            expect(JSON.stringify(event).isWellFormed()).to.equal(true);
            expect(({} as { polluted?: boolean }).polluted).to.equal(undefined);
          }
        }),
        { numRuns: 400 },
      );
    });

    it('has a snapshot of bounded size, whatever was captured', () => {
      const captures = fc.dictionary(
        fc.constantFrom('error', 'ownKeys', 'metaKeys', 'overwritten', 'callSite', 'gluedMessage'),
        anything,
      );
      fc.assert(
        fc.property(lines, captures, ([fields], captured) => {
          const taken = snapshot(realFields(fields), realFields(captured));
          expect(taken.bytes).to.be.a('number').and.to.be.lessThan(2_000_000);
          toLogEvent(taken);
        }),
        { numRuns: 300 },
      );
    });
  });

  it('cuts a release, a service and an environment that a line says to what stores take', () => {
    const long = '4f2a9c1 '.repeat(1_000);
    const event = toLogEvent({
      level: 'error',
      message: 'm',
      release: long,
      service: long,
      environment: long,
    });
    for (const key of ['release', 'service', 'environment'] as const)
      expect(event[key])
        .to.have.length(200)
        .and.to.match(/… \(\+\d,\d{3}\)$/);
    expect(event.context).to.deep.equal({});
  });
});

/** Whether nothing is lost in JSON but the sign of zero. */
function isJson(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isJson);
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

function cyclic(): object {
  const a: Record<string, unknown> = { message: 'cycle' };
  a['self'] = a;
  a['error'] = Object.assign(new Error('c'), { a });
  return a;
}
