import { execFileSync } from 'node:child_process';
import { expect } from 'chai';
import { TocsinError, configError, readOptions } from '@tocsin/event';

describe('TocsinError', () => {
  it('carries its code, and says no to what was not said', () => {
    const error = new TocsinError('no answer', { code: 'TOCSIN_NOTIFY_UNREACHABLE' });
    expect(error).to.include({
      name: 'TocsinError',
      message: 'no answer',
      code: 'TOCSIN_NOTIFY_UNREACHABLE',
      retryable: false,
      ambiguous: false,
      userMessage: 'no answer',
    });
    expect(error.context).to.deep.equal({});
    expect(error.retryAfterMs).to.equal(undefined);
    expect(error.cause).to.equal(undefined);
  });

  it('carries what it is given', () => {
    const cause = new Error('socket hang up');
    const error = new TocsinError('limited', {
      code: 'TOCSIN_NOTIFY_LIMITED',
      retryable: true,
      ambiguous: true,
      retryAfterMs: 1500,
      context: { status: 429 },
      userMessage: 'Slack asks us to wait.',
      cause,
    });
    expect(error).to.include({ retryable: true, ambiguous: true, retryAfterMs: 1500, cause });
    expect(error.userMessage).to.equal('Slack asks us to wait.');
    expect(error.context).to.deep.equal({ status: 429 });
  });

  it('is an Error with a stack', () => {
    const error = new TocsinError('x', { code: 'TOCSIN_INTERNAL' });
    expect(error).to.be.an.instanceOf(Error);
    expect(error.stack).to.match(/^\w*Error: x\n/);
  });

  it('is recognised over duplicate installs, and nothing else is', () => {
    const path = require.resolve('@tocsin/event');
    const script = `
      const first = require(${JSON.stringify(path)});
      for (const key of Object.keys(require.cache)) delete require.cache[key];
      const second = require(${JSON.stringify(path)});
      const error = new second.TocsinError('x', { code: 'TOCSIN_INTERNAL' });
      const others = [new Error('x'), { name: 'TocsinError' }, null, 'x'];
      console.log(first.TocsinError !== second.TocsinError, error instanceof first.TocsinError,
        others.some((other) => other instanceof first.TocsinError));`;
    expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' }).trim()).to.equal(
      'true true false',
    );
  });

  it('lets a subclass be told from its siblings', () => {
    class StoreError extends TocsinError {}
    class OtherError extends TocsinError {}
    const error = new StoreError('x', { code: 'TOCSIN_STORE_TIMEOUT' });
    expect(error).to.be.an.instanceOf(StoreError);
    expect(error).to.be.an.instanceOf(TocsinError);
    expect(error).to.not.be.an.instanceOf(OtherError);
  });
});

describe('instanceof TocsinError', () => {
  it('is false, and does not throw, for what cannot be asked or only bears the mark', () => {
    const refuse = (): never => {
      throw new Error('no');
    };
    class StoreError extends TocsinError {}
    const proxy: unknown = new Proxy(new Error('x'), { get: refuse, getPrototypeOf: refuse });
    for (const other of [proxy, { [Symbol.for('tocsin.error')]: true }]) {
      expect(other instanceof TocsinError).to.equal(false);
      expect(other instanceof StoreError).to.equal(false);
    }
  });
});

describe('readOptions', () => {
  it('turns what reading throws into a configuration error, and leaves one as it is', () => {
    const cause = new Error('not to be read');
    const read = (error: Error) => (): never => {
      throw error;
    };
    expect(() => readOptions('AlertTransport', read(cause)))
      .to.throw(TocsinError, 'AlertTransport: what it was given cannot be read')
      .that.includes({ code: 'TOCSIN_CONFIG_INVALID', cause });
    const ours = configError('AlertTransport', 'level', 5, 'a text');
    expect(() => readOptions('AlertTransport', read(ours))).to.throw(ours);
    expect(readOptions('AlertTransport', () => 5)).to.equal(5);
  });
});

describe('configError', () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [0, '0'],
    [Number.NaN, 'NaN'],
    [null, 'null'],
    [undefined, 'undefined'],
    [5n, '5n'],
    ['abc', "'abc'"],
    ['x'.repeat(50), 'a string of 50 characters'],
    [[1, 2], 'an array of 2'],
    [{ token: 'hunter2' }, 'an object'],
    [function named() {}, 'the function named'],
    [() => {}, 'a function'],
    [Symbol('x'), 'Symbol(x)'],
    [1n << 64n, 'a large BigInt'],
    [Object.defineProperty(() => 1, 'name', { value: Symbol('x') }), 'a value that cannot be read'],
    [revoked(), 'a value that cannot be read'],
  ];
  for (const [came, shown] of cases) {
    it(`names the option, what is allowed, and ${shown} for what came`, () => {
      const error = configError('AlertTransport', 'policy.everyNth', came, 'a whole number');
      expect(error.message).to.equal(
        `AlertTransport: option 'policy.everyNth' is ${shown}; allowed: a whole number`,
      );
      expect(error.code).to.equal('TOCSIN_CONFIG_INVALID');
      expect(error.context).to.deep.equal({ option: 'policy.everyNth' });
    });
  }
});

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
