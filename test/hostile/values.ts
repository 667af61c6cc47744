import fc from 'fast-check';
import { runInNewContext } from 'node:vm';

/** Part of every secret below: it may be in nothing that leaves the process. */
export const planted = 'PlantedSecret7';

/**
 * A recipe for a value. The value is made anew for each use, because what is under test may write onto it, and a
 * failure is told by the recipe's text: a value that throws when it is read cannot be printed.
 */
export class Recipe<T = unknown> {
  constructor(
    readonly text: string,
    readonly make: () => T,
  ) {}

  [fc.toStringMethod](): string {
    return this.text;
  }

  toString(): string {
    return this.text;
  }
}

/**
 * How a property runs. A failure prints `seed` and `path`: `HOSTILE_SEED=1234 HOSTILE_PATH=5:0:1 npm test --
 * test/hostile --grep …` runs just that again. `HOSTILE_RUNS=1000` looks longer.
 */
export function runs(numRuns: number): {
  readonly numRuns: number;
  readonly seed?: number;
  readonly path?: string;
} {
  const { HOSTILE_SEED: seed, HOSTILE_PATH: path, HOSTILE_RUNS: many } = process.env;
  return {
    numRuns: many === undefined ? numRuns : Number(many),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(path === undefined ? {} : { path }),
  };
}

const refuse = (what: string) => (): never => {
  throw new Error(`no ${what} here`);
};
const unreadable = (what: string): PropertyDescriptor => ({ get: refuse(what), enumerable: true });

/** An Error with one of its own parts replaced by something else. */
function brokenError(key: string, value: unknown): Error {
  return Object.defineProperty(new TypeError('broken'), key, { value, enumerable: true, configurable: true });
}

function nested(depth: number): unknown {
  let value: unknown = 'the end';
  for (let index = 0; index < depth; index += 1) value = index % 2 === 0 ? { deeper: value } : [value];
  return value;
}

function cycle(): Record<string, unknown> {
  const value: Record<string, unknown> = { name: 'cycle' };
  value['self'] = value;
  value['list'] = [value, { back: value }];
  return value;
}

function causeCycle(): Error {
  const outer = new Error('outer');
  outer.cause = new Error('inner', { cause: outer });
  return outer;
}

function aggregateOfItself(): AggregateError {
  const error = new AggregateError([new Error('one')], 'all');
  error.errors.push(error);
  return error;
}

/** Every trap of a Proxy. */
const traps = Object.getOwnPropertyNames(Reflect).filter(
  (name) => typeof Reflect[name as 'get'] === 'function',
);

function throwingProxy(target: object): object {
  return new Proxy(target, Object.fromEntries(traps.map((trap) => [trap, refuse(trap)])));
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

class Account {
  readonly owner = 'alice';
  readonly #balance = 5;
  get balance(): number {
    return this.#balance;
  }
  toJSON(): unknown {
    return { owner: this.owner, balance: this.#balance };
  }
}

// oxlint-disable-next-line typescript/no-extraneous-class
class Nameless {
  static get name(): string {
    throw new Error('no name here');
  }
}

/** Values without parts, and whole objects that are hostile by themselves. */
const singles: readonly (readonly [string, () => unknown])[] = [
  ['undefined', () => undefined],
  ['null', () => null],
  ['true', () => true],
  ['-0', () => -0],
  ['NaN', () => Number.NaN],
  ['Infinity', () => Infinity],
  ['1e308', () => 1e308],
  ['10n', () => 10n],
  ['a BigInt of 60,000 digits', () => 1n << 200_000n],
  ['a symbol', () => Symbol('mark')],
  ['{}', () => ({})],
  ['[]', () => []],
  ['a function', () => function named() {}],
  ['a class whose name throws', () => Nameless],
  [
    'an arrow function with a symbol for a name',
    () => Object.defineProperty(() => 1, 'name', { value: Symbol('n') }),
  ],
  ['an object without prototype', () => Object.assign(Object.create(null) as object, { a: 1 })],
  ['a cycle', cycle],
  ['200 levels', () => nested(200)],
  ['500 keys', () => Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`key${index}`, index]))],
  ['holes', () => [1, , 3]], // eslint-disable-line no-sparse-arrays
  ['an invalid Date', () => new Date(Number.NaN)],
  [
    'a Date whose toISOString throws',
    () => Object.defineProperty(new Date(0), 'toISOString', { value: refuse('date') }),
  ],
  ['a RegExp', () => /(a+)+$/],
  [
    'a Map',
    () =>
      new Map<unknown, unknown>([
        ['k', { v: 1 }],
        [{}, Symbol('v')],
      ]),
  ],
  ['a Set', () => new Set<unknown>([1n, cycle()])],
  ['a WeakMap', () => new WeakMap()],
  ['a Buffer', () => Buffer.alloc(5_000)],
  ['a Promise', () => new Promise(() => undefined)],
  ['a URL', () => new URL('https://example.com/?a=1')],
  ['a boxed text', () => Object('boxed') as unknown],
  ['a boxed symbol', () => Object(Symbol('boxed')) as unknown],
  ['a generator', () => (function* () {})()],
  ['a class with private state', () => new Account()],
  ['a getter that throws', () => Object.defineProperty({ ok: 1 }, 'bad', unreadable('field'))],
  [
    'a getter that throws null',
    () =>
      Object.defineProperty({}, 'bad', {
        enumerable: true,
        get: () => {
          throw null;
        },
      }),
  ], // eslint-disable-line no-throw-literal
  [
    'a getter that throws a Proxy',
    () =>
      Object.defineProperty({}, 'bad', {
        enumerable: true,
        get: () => {
          throw throwingProxy({});
        },
      }),
  ], // eslint-disable-line no-throw-literal
  ['a toJSON that throws', () => ({ toJSON: refuse('toJSON') })],
  [
    'a toJSON that gives itself',
    () => ({
      toJSON() {
        return this as unknown;
      },
    }),
  ],
  [
    'a toJSON that never ends',
    () => {
      const make = (): unknown => ({ toJSON: make });
      return make();
    },
  ],
  ['a toString that throws', () => ({ toString: refuse('toString'), valueOf: refuse('valueOf') })],
  // oxlint-disable-next-line unicorn/no-thenable
  ['a then that throws', () => Object.defineProperty({}, 'then', unreadable('then'))],
  ['a length of a billion', () => ({ length: 1e9, 0: 'a' })],
  ['hasOwnProperty: 1', () => ({ hasOwnProperty: 1, constructor: 2, toString: 3 })],
  [
    'a __proto__ key',
    () =>
      JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}') as unknown,
  ],
  ['a Proxy that throws at everything', () => throwingProxy({})],
  ['a function Proxy that throws at everything', () => throwingProxy(() => 1)],
  ['a revoked Proxy', revokedProxy],
  ['a Proxy of an Error', () => new Proxy(new Error('behind a proxy'), {})],
  ['a throwing Proxy of an Error', () => throwingProxy(new Error('behind a proxy'))],
  [
    'a Proxy without end',
    () => {
      const proxy: object = new Proxy(
        {},
        {
          get: (_, key) => (typeof key === 'symbol' || key === 'toJSON' ? undefined : proxy),
          ownKeys: () => ['a', 'b'],
          getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: proxy }),
        },
      );
      return proxy;
    },
  ],
  ['an Error', () => new RangeError('out of range')],
  ['a frozen Error', () => Object.freeze(new Error('frozen'))],
  ['an Error without prototype', () => Object.setPrototypeOf(new Error('bare'), null) as unknown],
  ['an Error of another realm', () => runInNewContext("new TypeError('elsewhere')") as unknown],
  ['an Error whose name throws', () => Object.defineProperty(new Error('x'), 'name', unreadable('name'))],
  [
    'an Error whose message throws',
    () => Object.defineProperty(new Error('x'), 'message', unreadable('message')),
  ],
  ['an Error whose stack throws', () => Object.defineProperty(new Error('x'), 'stack', unreadable('stack'))],
  ['an Error whose cause throws', () => Object.defineProperty(new Error('x'), 'cause', unreadable('cause'))],
  [
    'an Error without any part',
    () =>
      Object.assign(Object.create(Error.prototype) as object, {
        name: undefined,
        message: undefined,
        stack: undefined,
      }),
  ],
  ['an Error that causes itself', causeCycle],
  ['an AggregateError of itself', aggregateOfItself],
  [
    'an AggregateError with a Proxy for errors',
    () => Object.assign(new AggregateError([]), { errors: throwingProxy([]) }),
  ],
  ['a DOMException', () => new DOMException('given up', 'AbortError')],
  [
    'a stack without an Error',
    () => ({ stack: 'Error: x\n    at a (/srv/a.js:1:1)', message: { not: 'a text' } }),
  ],
  ['a stack of one Error', () => ({ stack: [new Error('nested')], message: 7 })],
  ['what looks like a snapshot', () => ({ [Symbol.for('tocsin.snapshot')]: true, level: 5, fields: null })],
  ['what looks like a TocsinError', () => ({ [Symbol.for('tocsin.error')]: true })],
];

/** Texts that break what splits, measures, escapes or prints them. */
const textParts: readonly string[] = [
  ...['', ' ', '\n', '\r\n', '\t', '\0', '\u001b[31m', '\u001b]8;;x\u0007', '\u202e', '\u2028', '\ufeff'],
  ...['\ud83d', '\udc00', '\ud800x', '😀', '漢字', 'e\u0301', '__proto__', 'constructor', 'toString'],
  ...['<!channel>', '<@U1>', '@octocat', '#12', '&amp;', '```', '`', '|', '\\', '<!-- tocsin:counters -->'],
  ...['%s %d %i %f %j %o %O %c %%', '%s', '${x}', "'; drop table users;--", '"', "'", '{"a":', '-----BEGIN '],
  ...[
    'Error: x\n    at f (/srv/a.js:1:1)',
    '\n    at ',
    '    at eval (eval at <anonymous> (',
    'https://',
    'a=1',
  ],
  ...['undefined', 'NaN', '1e999', '4111111111111111', '::1:6379', 'node_modules/', '../../etc/passwd'],
];

/** Texts, also such as are over every limit; never a planted secret. */
export const hostileTexts: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...textParts) },
  {
    weight: 3,
    arbitrary: fc.array(fc.constantFrom(...textParts), { maxLength: 8 }).map((parts) => parts.join('')),
  },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...textParts.slice(1)), fc.constantFrom(300, 5_000, 40_000))
      .map(([part, times]) => part.repeat(times).slice(0, 150_000)),
  },
);

const keys = fc.constantFrom(
  ...[
    'a',
    '',
    ' ',
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'toJSON',
    'then',
    'length',
  ],
  ...[
    'error',
    'err',
    'message',
    'name',
    'stack',
    'cause',
    'errors',
    'code',
    'level',
    'timestamp',
    'metadata',
  ],
  ...['tags', 'fingerprint', 'severity', 'service', 'environment', 'release', 'component', 'splat', 'fields'],
  ...[
    '\ud800',
    '\0',
    'a\nb',
    '\u202e',
    '…',
    '<!channel>',
    '@all',
    'x'.repeat(5_000),
    '1',
    '-1',
    'request',
    'config',
  ],
);

/** Puts a value into another one. `toJSON` and `then` only ever hold data here: as functions they stand above. */
const wrappers: readonly (readonly [string, (inner: unknown, key: string) => unknown])[] = [
  ['an array of', (inner) => [inner, inner]],
  [
    'an object of',
    (inner, key) =>
      JSON.parse(`{${JSON.stringify(key)}:0}`, (at, value: unknown) =>
        at === key && value === 0 ? inner : value,
      ),
  ],
  ['a frozen object of', (inner, key) => Object.freeze({ [key]: inner })],
  ['a Map of', (inner, key) => new Map([[key, inner]])],
  ['a Set of', (inner) => new Set([inner])],
  ['a Map with the key', (inner) => new Map([[inner, 1]])],
  ['a toJSON of', (inner) => ({ toJSON: () => inner })],
  ['a getter of', (inner, key) => Object.defineProperty({}, key, { get: () => inner, enumerable: true })],
  [
    'an Error with the field',
    (inner, key) =>
      Object.defineProperty(new Error('field'), key, {
        value: inner,
        enumerable: true,
        configurable: true,
        writable: true,
      }),
  ],
  ['a frozen Error with the field', (inner, key) => Object.freeze(brokenError(key, inner))],
  ['an Error caused by', (inner) => new Error('wrapped', { cause: inner })],
  ['an AggregateError of', (inner) => new AggregateError([inner, new Error('other'), inner], 'all')],
  ['an Error with the name', (inner) => brokenError('name', inner)],
  ['an Error with the message', (inner) => brokenError('message', inner)],
  ['an Error with the stack', (inner) => brokenError('stack', inner)],
  ['an Error with the code', (inner) => brokenError('code', inner)],
  ['a Proxy of', (inner) => (typeof inner === 'object' && inner !== null ? new Proxy(inner, {}) : inner)],
];

/** Secrets in the forms of which Tocsin says that it knows them wherever they stand. */
const secretForms: readonly (readonly [string, () => unknown])[] = [
  ['a password', () => ({ user: { password: planted } })],
  ['headers', () => ({ headers: { authorization: `Bearer ${planted}`, cookie: `sid=${planted}` } })],
  ['a Map with a token', () => new Map([['accessToken', planted]])],
  ['a text with a password', () => `login failed password=${planted} for bob`],
  ['a Bearer credential', () => `sent Authorization: Bearer ${planted}abc`],
  ['a URL with a password', () => `connect postgres://bob:${planted}@db:5432/app`],
  ['a GitHub token', () => ['gh', 'p_', planted, 'abcdefghijklmnopqrstuv'].join('')],
  ['JSON with an API key', () => `{"apiKey":"${planted}"}`],
  [
    'an Error of axios',
    () =>
      Object.assign(new Error('Request failed'), {
        config: { url: '/pay', headers: { Authorization: `Bearer ${planted}` } },
      }),
  ],
  ['an Error with a token in its message', () => new Error(`refused token=${planted}`)],
  ['a toJSON with a secret', () => ({ toJSON: () => ({ clientSecret: planted }) })],
  [
    'a cause with a secret',
    () => new Error('outer', { cause: Object.assign(new Error('inner'), { apiKey: planted }) }),
  ],
];

const texts = hostileTexts.map((text) => new Recipe<unknown>(fc.stringify(text).slice(0, 200), () => text));
const single = fc.constantFrom(...singles.map(([text, make]) => new Recipe(text, make)));
/** Each of them, for tables that go through all. */
export const allSingles: readonly Recipe[] = singles.map(([text, make]) => new Recipe(text, make));
const secret = fc.constantFrom(...secretForms.map(([text, make]) => new Recipe(text, make)));

/** Up to three levels of hostile values in hostile places; secrets among them where they are asked for. */
function valuesOf(...leaves: readonly fc.WeightedArbitrary<Recipe>[]): fc.Arbitrary<Recipe> {
  let values = fc.oneof(...leaves);
  for (let level = 0; level < 2; level += 1) {
    const inner = values;
    const wrapped = fc
      .tuple(fc.constantFrom(...wrappers), inner, keys)
      .map(
        ([[text, wrap], value, key]) =>
          new Recipe(`${text} ${fc.stringify(key).slice(0, 40)}: (${value.text})`, () =>
            wrap(value.make(), key),
          ),
      );
    values = fc.oneof(...leaves, { weight: 6, arbitrary: wrapped });
  }
  return values;
}

export const hostileValues = valuesOf({ weight: 6, arbitrary: single }, { weight: 4, arbitrary: texts });

export const loggedValues = valuesOf(
  { weight: 6, arbitrary: single },
  { weight: 4, arbitrary: texts },
  { weight: 3, arbitrary: secret },
);

/** A logger, as far as the calls below use one. */
export interface Logging {
  error(...values: unknown[]): unknown;
  log(...values: unknown[]): unknown;
  child(fields: object): Logging;
}

const styles: readonly (readonly [
  string,
  (logger: Logging, values: readonly unknown[], text: string) => unknown,
])[] = [
  ['error(value)', (logger, [value]) => logger.error(value)],
  ['error(text)', (logger, _, text) => logger.error(text)],
  ['error(text, value)', (logger, [value], text) => logger.error(text, value)],
  ['error(text, value, other)', (logger, [value, other], text) => logger.error(text, value, other)],
  ['error(value, other)', (logger, [value, other]) => logger.error(value, other)],
  [
    "error('%s %j %o %d', value, other)",
    (logger, [value, other]) => logger.error('%s %j %o %d', value, other),
  ],
  ['error(text, { err })', (logger, [err], text) => logger.error(text, { err })],
  ['error(text, { error, meta })', (logger, [error, meta], text) => logger.error(text, { error, meta })],
  ['error({ message, meta })', (logger, [meta], message) => logger.error({ message, meta })],
  ['error({ message: value })', (logger, [message]) => logger.error({ message })],
  ["log('error', value)", (logger, [value]) => logger.log('error', value)],
  ["log('error', text, value)", (logger, [value], text) => logger.log('error', text, value)],
  [
    "log({ level: 'error', message, value })",
    (logger, [value], message) => logger.log({ level: 'error', message, value }),
  ],
  ["log({ level: 'error', message: value })", (logger, [message]) => logger.log({ level: 'error', message })],
  ['log(value)', (logger, [value]) => logger.log(value)],
  [
    'child({ value }).error(text, other)',
    (logger, [value, other], text) => logger.child({ value }).error(text, other),
  ],
  ['child({ value }).error(other)', (logger, [value, other]) => logger.child({ value }).error(other)],
  [
    'child().child(value).error(text)',
    (logger, [value], text) =>
      logger
        .child({ a: 1 })
        .child(value as object)
        .error(text),
  ],
  [
    'the same twice',
    (logger, [value], text) => [logger.error(value), logger.error(text, value), logger.error(value)],
  ],
];

/**
 * V8 formats a stack when it is first read, from the message as it is then. Winston's `colorize` writes onto the
 * user's Error, and Tocsin reads the stack before that: the one difference that it makes to what others print.
 */
function formatStack(value: unknown): void {
  try {
    void (value as Error).stack;
  } catch {
    // That it cannot be read is what is hostile about it.
  }
}

/** One log call: a style and what is logged in it. Whether it throws is winston's matter. */
export const hostileCalls: fc.Arbitrary<Recipe<(logger: Logging) => unknown>> = fc
  .tuple(fc.constantFrom(...styles), loggedValues, loggedValues, hostileTexts)
  .map(([[style, log], value, other, text]) => {
    const shown = `${style} with value = ${value.text}, other = ${other.text}, text = ${fc.stringify(text).slice(0, 80)}`;
    return new Recipe(shown, () => {
      const values = [value.make(), other.make()];
      values.forEach(formatStack);
      return (logger: Logging) => log(logger, values, text);
    });
  });
