import { expect } from 'chai';
import fc from 'fast-check';
import { approximateBytes, plainCopy } from '@tocsin/event';

class Money {
  readonly currency = 'EUR';
  readonly #secret = 1;
  constructor(readonly amount: number) {}
  get doubled(): number {
    return this.amount * 2 * this.#secret;
  }
}

describe('plainCopy', () => {
  const symbol = Symbol('mark');
  const cases: readonly (readonly [string, unknown, unknown])[] = [
    [
      'numbers that JSON lacks',
      [Number.NaN, Infinity, -Infinity, 1.5],
      ['NaN', 'Infinity', '-Infinity', 1.5],
    ],
    ['BigInts', { n: 123n }, { n: '123n' }],
    ['BigInts too long to print', 1n << 100_000n, '[BigInt: too long to show]'],
    [
      'symbols and functions',
      [symbol, function named() {}, Money],
      ['Symbol(mark)', '[Function: named]', '[Function: Money]'],
    ],
    ['functions without a name', [() => {}], ['[Function]']],
    ['dates', [new Date(0), new Date(Number.NaN)], ['1970-01-01T00:00:00.000Z', 'Invalid Date']],
    ['expressions', /a+/gi, '/a+/gi'],
    ['Maps with string keys', new Map([['a', 1]]), { a: 1 }],
    ['other Maps', new Map<unknown, unknown>([[{ k: 1 }, 2]]), [[{ k: 1 }, 2]]],
    ['Sets', new Set([1, 'b']), [1, 'b']],
    [
      'bytes',
      [Buffer.alloc(12), new Uint16Array(2), new ArrayBuffer(3)],
      ['[Buffer: 12 bytes]', '[Uint16Array: 4 bytes]', '[ArrayBuffer: 3 bytes]'],
    ],
    ['URLs', new URL('https://example.com/a'), 'https://example.com/a'],
    ['promises', Promise.resolve(1), '[Promise]'],
    ['boxed primitives', [Object('text'), Object(5)], ['text', '5']],
    ['instances of a class', new Money(5), { currency: 'EUR', amount: 5 }],
    ['objects with toJSON', { at: { toJSON: () => ({ iso: 'x' }) } }, { at: { iso: 'x' } }],
    ['objects without a prototype', Object.assign(Object.create(null) as object, { a: 1 }), { a: 1 }],
    ['undefined', { a: undefined, b: [undefined, , 1] }, { b: [null, null, 1] }], // eslint-disable-line no-sparse-arrays
    ['lone surrogates', { 'a\uD800': 'b\uDFFF' }, { 'a\uFFFD': 'b\uFFFD' }],
  ];
  for (const [what, value, copy] of cases) {
    it(`copies ${what}`, () => {
      expect(plainCopy(value)).to.deep.equal(copy);
    });
  }

  it('shows an Error with its own fields, its cause and its members', () => {
    const cause = Object.assign(new TypeError('inner'), { code: 'E_IN' });
    const error = Object.assign(new AggregateError([new RangeError('one')], 'outer', { cause }), {
      order: 5,
    });
    const copy = plainCopy({ error }) as { error: Record<string, unknown> };
    expect(copy.error).to.include({ name: 'AggregateError', message: 'outer', order: 5 });
    expect(copy.error['stack']).to.match(/^AggregateError: outer\n/);
    expect(copy.error['cause']).to.include({ name: 'TypeError', message: 'inner', code: 'E_IN' });
    expect(copy.error['errors']).to.have.nested.property('[0].message', 'one');
  });

  it('tells what is circular, at any distance, and copies twice what is only shared', () => {
    const shared = { n: 1 };
    const value: Record<string, unknown> = { a: shared, b: shared };
    value['self'] = value;
    value['list'] = [new Map([['back', value]])];
    const error = new Error('loop');
    error.cause = error;
    expect(plainCopy(value)).to.deep.equal({
      a: { n: 1 },
      b: { n: 1 },
      self: '[Circular]',
      list: [{ back: '[Circular]' }],
    });
    expect(plainCopy(error)).to.include({ cause: '[Circular]' });
  });

  it('tells what threw when it was read', () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const array = Proxy.revocable([], {});
    array.revoke();
    const copy = plainCopy({
      get broken(): never {
        throw new Error('no');
      },
      revoked: revoked.proxy,
      array: array.proxy,
      json: {
        toJSON() {
          throw new Error('not today');
        },
      },
      keys: new Proxy({}, { ownKeys: () => { throw new Error('no keys'); } }), // prettier-ignore
      odd: {
        get value(): never {
          throw Object.create(null);
        },
      },
      fine: 1,
    }) as Record<string, unknown>;
    expect(copy).to.include({
      broken: '[Threw: no]',
      json: '[Threw: not today]',
      keys: '[Threw: no keys]',
      fine: 1,
    });
    expect(copy['revoked']).to.match(/^\[Threw: .*revoked/);
    expect(copy['array']).to.match(/^\[Threw: .*revoked/);
    expect(copy['odd']).to.deep.equal({ value: '[Threw]' });
  });

  it('copies a Proxy that works', () => {
    expect(plainCopy(new Proxy({ a: 1 }, {}))).to.deep.equal({ a: 1 });
  });

  it('survives a toJSON that gives itself or never ends', () => {
    const self = { a: 1, toJSON: (): unknown => self };
    const endless = { toJSON: (): unknown => ({ ...endless }) };
    expect(plainCopy(self)).to.include({ a: 1 });
    expect(JSON.stringify(plainCopy(endless)).length).to.be.lessThan(2000);
  });

  it('cuts what is too deep, too many or too long, and tells it', () => {
    const deep = { a: { b: { c: [1, 2] } } };
    expect(plainCopy(deep, { maxDepth: 2 })).to.deep.equal({ a: { b: { c: '[Array(2)]' } } });
    expect(plainCopy({ a: new Money(1) }, { maxDepth: 0 })).to.deep.equal({ a: '[Money]' });
    const many = Object.fromEntries(Array.from({ length: 112 }, (_, index) => [`k${index}`, index]));
    expect(plainCopy(many)).to.include({ k99: 99, '…': '(+12 keys)' }).and.not.have.property('k100');
    expect(plainCopy(Array.from({ length: 103 }, () => 1))).to.have.nested.property('[100]', '… (+3 items)');
    expect(plainCopy(new Set(many ? Object.keys(many) : []))).to.have.nested.property(
      '[100]',
      '… (+12 items)',
    );
    expect(plainCopy(new Map(Object.entries(many)))).to.include({ '…': '(+12 keys)' });
    expect(plainCopy('x'.repeat(100), { maxStringLength: 20 })).to.equal(`${'x'.repeat(12)}… (+88)`);
  });

  it('stops at its total, however the value is shaped', () => {
    const wide = (depth: number): unknown =>
      depth === 0 ? [] : Array.from({ length: 100 }, () => wide(depth - 1));
    const shared = Array.from({ length: 100 }, () => 'x'.repeat(1000));
    const tree = Array.from({ length: 100 }, () => Array.from({ length: 100 }, () => shared));
    for (const value of [wide(3), tree, { tree }, 'x'.repeat(10_000_000), [wide(2), tree]]) {
      expect(JSON.stringify(plainCopy(value)).length).to.be.lessThan(150_000);
    }
  });

  it('touches no prototype', () => {
    const hostile = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1}',
    ) as object;
    const copy = plainCopy([hostile, new Map([['__proto__', { polluted: 1 }]])]) as Record<string, unknown>[];
    expect(({} as { polluted?: unknown }).polluted).to.equal(undefined);
    expect(Object.getPrototypeOf(copy[0])).to.equal(Object.prototype);
    expect(Object.keys(copy[0]!)).to.deep.equal(['__proto__', 'constructor', 'toString']);
    expect(Object.hasOwn(copy[1]!, '__proto__')).to.equal(true);
  });

  it('gives JSON for anything, within its limit, and changes nothing', () => {
    const before = Object.keys(Object.prototype).length;
    fc.assert(
      fc.property(anything(), (value) => {
        const image = fc.stringify(value);
        const copy = plainCopy(value, { maxTotal: 2000 });
        const text = JSON.stringify(copy) ?? 'null';
        expect(JSON.parse(text)).to.deep.equal(copy === undefined ? null : JSON.parse(JSON.stringify(copy)));
        expect(sizeOf(copy)).to.be.lessThan(4000);
        expect(fc.stringify(value)).to.equal(image);
      }),
      { numRuns: 500 },
    );
    expect(Object.keys(Object.prototype).length).to.equal(before);
  });
});

describe('approximateBytes', () => {
  it('grows with the text and the entries', () => {
    expect(approximateBytes('x'.repeat(1000))).to.be.within(1000, 4000);
    expect(approximateBytes({ a: ['x'.repeat(1000), { b: 'y'.repeat(1000) }] })).to.be.within(2000, 8000);
    expect(approximateBytes(null)).to.be.greaterThan(0);
  });

  it('ends where the value goes in circles', () => {
    const value: Record<string, unknown> = {};
    value['self'] = value;
    expect(approximateBytes(value)).to.be.lessThan(10_000);
  });
});

function anything(): fc.Arbitrary<unknown> {
  return fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withObjectString: true,
    withTypedArray: true,
    withSparseArray: true,
    withUnicodeString: true,
    key: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'password', 'toJSON')),
  });
}

/** Characters of keys and values. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  return Object.entries(value).reduce((sum, [key, field]) => sum + key.length + sizeOf(field), 0);
}
