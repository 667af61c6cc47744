import {
  type ErrorDetails,
  type FingerprintOptions,
  type LogEvent,
  parseStack,
  redactText,
} from '@tocsin/event';

/** Two events, whether they are one error or two, and the reason. */
export interface FingerprintCase {
  readonly name: string;
  readonly are: 'one' | 'two';
  readonly because: string;
  readonly left: LogEvent;
  readonly right: LogEvent;
  readonly options?: FingerprintOptions;
}

/** An event with this error. */
export function event(error: ErrorDetails | undefined, more: Partial<LogEvent> = {}): LogEvent {
  return {
    id: '018f0000-0000-7000-8000-000000000000',
    timestamp: 0,
    level: 'error',
    severity: 'error',
    message: error?.message ?? 'm',
    ...(error === undefined ? {} : { error }),
    context: {},
    process: { host: 'h', pid: 1 },
    ...more,
  };
}

/** An Error with a stack of these frames, each without its `at`. */
export function error(
  type: string,
  message: string,
  frames: readonly string[],
  more: Partial<ErrorDetails> & {
    readonly root?: string;
    readonly ignoreFrames?: readonly (string | RegExp)[];
  } = {},
): ErrorDetails {
  const { root = '/app', ignoreFrames = [], ...details } = more;
  const stack = [`${type}: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join('\n');
  const parsed = parseStack(stack, { name: type, message, root, ignoreFrames });
  return { type, message, isError: true, frames: parsed, stack, own: {}, ...details };
}

/** A value that is no Error. */
function thrown(message: string): ErrorDetails {
  return { type: 'string', message, isError: false, frames: [], own: {} };
}

/** A line without an Error, logged there. */
function log(message: string, file = 'src/pay.ts', line = 10, name = 'pay'): LogEvent {
  return event(undefined, { message, location: { file, line, column: 5, function: name } });
}

const pay = 'pay (/app/src/pay.ts:10:5)';
const node = 'TCPConnectWrap.afterConnect [as oncomplete] (node:net:1611:16)';
const undici = 'node:internal/deps/undici/undici:13502:13';
const refused = (address: string): ErrorDetails =>
  error('Error', `connect ECONNREFUSED ${address}`, [node], { code: 'ECONNREFUSED' });
const aggregate = (errors: readonly ErrorDetails[], more: Partial<ErrorDetails> = {}): ErrorDetails =>
  error('AggregateError', '', ['internalConnectMultiple (node:net:1134:18)'], { errors, ...more });

/** Errors with these two stacks. */
const stacks = (left: readonly string[], right: readonly string[], type = 'TypeError') => ({
  left: event(error(type, 'm', left)),
  right: event(error(type, 'm', right)),
});

/** Errors with these two messages, thrown at one place. */
const messages = (left: string, right: string, type = 'Error') => ({
  left: event(error(type, left, [pay])),
  right: event(error(type, right, [pay])),
});

export const fingerprintCases: readonly FingerprintCase[] = [
  // Rule 1: the root cause
  {
    name: 'an error, and the same error wrapped',
    are: 'one',
    because: 'a wrapper adds context, not another fault',
    left: event(error('RangeError', 'm', [pay])),
    right: event(
      error('CheckoutError', 'failed', ['handle (/app/src/http.ts:3:1)'], {
        cause: error('RangeError', 'm', [pay]),
      }),
    ),
  },
  {
    name: 'one wrapper around two causes',
    are: 'two',
    because: 'keyed on the wrapper, every failure behind it would be one',
    left: event(
      error('ServiceError', 'failed', [pay], {
        cause: error('RangeError', 'm', ['load (/app/src/load.ts:1:1)']),
      }),
    ),
    right: event(
      error('ServiceError', 'failed', [pay], {
        cause: error('TypeError', 'm', ['load (/app/src/load.ts:1:1)']),
      }),
    ),
  },
  {
    name: 'a cause that is no Error',
    are: 'one',
    because: 'the deepest Error is meant; a status object says nothing about where',
    left: event(error('RangeError', 'm', [pay], { cause: thrown('a') })),
    right: event(error('RangeError', 'm', [pay], { cause: thrown('b') })),
  },
  {
    name: 'an AggregateError of equal members, and one of them alone',
    are: 'one',
    because: 'members that agree in type and code count as one',
    left: event(aggregate([refused('10.0.0.1:6379'), refused('10.0.0.2:6379')])),
    right: event(refused('10.0.0.3:6379')),
  },
  {
    name: 'two AggregateErrors of different members in another order',
    are: 'one',
    because: 'which address was tried first does not matter',
    left: event(aggregate([refused('10.0.0.1:6379'), error('Error', 't', [node], { code: 'ETIMEDOUT' })])),
    right: event(aggregate([error('Error', 't', [node], { code: 'ETIMEDOUT' }), refused('10.0.0.1:6379')])),
  },
  {
    name: 'an AggregateError that timed out in part, and one that was refused throughout',
    are: 'two',
    because: 'the set of codes differs',
    left: event(aggregate([refused('10.0.0.1:6379'), error('Error', 't', [node], { code: 'ETIMEDOUT' })])),
    right: event(aggregate([refused('10.0.0.1:6379'), refused('10.0.0.2:6379')])),
  },
  // Rule 2: the top in-app frame only
  {
    name: 'one throw site reached by two callers',
    are: 'one',
    because: 'full stacks gave 160 keys for one site of 20 callers',
    ...stacks([pay, 'web (/app/src/web.ts:1:1)'], [pay, 'retry (/app/src/jobs.ts:9:9)']),
  },
  {
    name: 'one function called plainly, by a timer and as a method',
    are: 'one',
    because: 'V8 prints the caller before the function: Timeout.pay [as _onTimeout], Object.pay',
    ...stacks(['Timeout.pay [as _onTimeout] (/app/src/pay.ts:10:5)'], ['Object.pay (/app/src/pay.ts:10:5)']),
  },
  {
    name: 'one function at two lines',
    are: 'one',
    because: 'a deploy that adds a line above must not make every error new',
    ...stacks(['pay (/app/src/pay.ts:10:5)'], ['pay (/app/src/pay.ts:14:9)']),
  },
  {
    name: 'two functions of one file',
    are: 'two',
    because: 'they fail for reasons of their own',
    ...stacks(['pay (/app/src/pay.ts:10:5)'], ['refund (/app/src/pay.ts:10:5)']),
  },
  {
    name: 'one name in two files',
    are: 'two',
    because: 'every module has its handle()',
    ...stacks(['handle (/app/src/pay.ts:1:1)'], ['handle (/app/src/ship.ts:1:1)']),
  },
  {
    name: 'two types at one place',
    are: 'two',
    because: 'the type is the first thing that tells errors apart',
    left: event(error('TypeError', 'm', [pay])),
    right: event(error('RangeError', 'm', [pay])),
  },
  {
    name: 'two codes at one place',
    are: 'two',
    because: 'a declined card is not an expired one',
    left: event(error('PaymentError', 'm', [pay], { code: 'DECLINED' })),
    right: event(error('PaymentError', 'm', [pay], { code: 'EXPIRED' })),
  },
  // Rule 3: the header is cut off first
  {
    name: 'messages of several lines that look like frames',
    are: 'one',
    because: 'the frame in the message is text',
    left: event(error('TypeError', 'bad\n    at evil (/app/src/a.ts:1:1)', [pay])),
    right: event(error('TypeError', 'bad\n    at other (/app/src/b.ts:2:2)', [pay])),
  },
  {
    name: 'a stack with another stack below it',
    are: 'one',
    because: 'what is printed after "Caused by" belongs to another error',
    ...stacks(
      ['pay (node:fs:1:1)', pay],
      ['pay (node:fs:1:1)', pay + '\nCaused by: Error: x\n    at deep (/app/src/z.ts:1:1)'],
    ),
  },
  // Rule 4: what is not in-app
  {
    name: 'one call of a library that fails inside at two places',
    are: 'one',
    because: 'the place in the application is the same',
    ...stacks(
      ['Query.run (/app/node_modules/pg/lib/query.js:1:1)', pay],
      ['Client.end (/app/node_modules/pg/lib/client.js:7:7)', pay],
    ),
  },
  {
    name: 'two calls of a library that fails inside at one place',
    are: 'two',
    because: 'the library is not what has to be mended',
    ...stacks(
      ['Query.run (/app/node_modules/pg/lib/query.js:1:1)', pay],
      ['Query.run (/app/node_modules/pg/lib/query.js:1:1)', 'ship (/app/src/ship.ts:1:1)'],
    ),
  },
  {
    name: 'through two wrappers that the user lists, from one place',
    are: 'one',
    because: 'ignoreFrames says that the wrappers are not the place',
    left: event(
      error('TypeError', 'm', ['withRetry (/app/src/lib/retry.ts:1:1)', pay], { ignoreFrames: ['src/lib/'] }),
    ),
    right: event(
      error('TypeError', 'm', ['withTimeout (/app/src/lib/timeout.ts:1:1)', pay], {
        ignoreFrames: [/^src\/lib\//g],
      }),
    ),
  },
  {
    name: 'with and without the event loop and helpers of compilers',
    are: 'one',
    because: 'they are dropped outright',
    ...stacks(
      [pay, 'processTicksAndRejections (node:internal/process/task_queues:95:5)'],
      [
        '__awaiter (/app/src/pay.ts:4:12)',
        'step (/app/node_modules/tslib/tslib.js:1:1)',
        pay,
        'Generator.next (<anonymous>)',
        'fulfilled (/app/src/pay.ts:5:58)',
      ],
    ),
  },
  {
    name: 'vendored code on top',
    are: 'one',
    because: 'vendor/ is not the application',
    ...stacks(['parse (/app/vendor/a.js:1:1)', pay], ['parse (/app/vendor/b.js:1:1)', pay]),
  },
  // Rule 5: paths
  {
    name: 'the application in another folder',
    are: 'one',
    because: 'the root is cut off',
    left: event(
      error('TypeError', 'm', ['pay (/srv/releases/41/src/pay.js:1:1)'], { root: '/srv/releases/41' }),
    ),
    right: event(
      error('TypeError', 'm', ['pay (file:///srv/releases/42/src/pay.js:1:1)'], { root: '/srv/releases/42' }),
    ),
  },
  {
    name: 'the application on Windows and on Linux',
    are: 'one',
    because: 'drive letters and backslashes say nothing',
    left: event(error('TypeError', 'm', ['pay (C:\\app\\src\\pay.js:1:1)'], { root: 'C:\\app' })),
    right: event(error('TypeError', 'm', ['pay (/app/src/pay.js:1:1)'])),
  },
  {
    name: 'two builds with content hashes',
    are: 'one',
    because: 'a hash changes with every build',
    ...stacks(['pay (/app/dist/main.3f2a1b9c.js:1:99)'], ['pay (/app/dist/main.77c0ffee12.js:1:102)']),
  },
  {
    name: 'two chunks of one build',
    are: 'two',
    because: 'the name before the hash stays',
    ...stacks(['run (/app/dist/pay.3f2a1b9c.js:1:99)'], ['run (/app/dist/ship.77c0ffee12.js:1:102)']),
  },
  {
    name: 'two migrations that are named by their dates',
    are: 'two',
    because: 'a date is not a hash',
    ...stacks(['up (/app/migrations/users-20260101.js:1:1)'], ['up (/app/migrations/users-20260202.js:1:1)']),
  },
  {
    name: 'a webpack URL with a query, and the file',
    are: 'one',
    because: 'webpack://name/ and queries are not part of a path',
    ...stacks(['pay (webpack://shop/./src/pay.ts?7d1b:10:5)'], ['pay (/app/src/pay.ts:10:5)']),
  },
  {
    name: 'a package in the stores of npm, pnpm and yarn, in two versions',
    are: 'one',
    because: 'where a package manager keeps a package changes with its version',
    ...stacks(
      ['Layer.handle (/app/node_modules/.pnpm/express@4.18.2/node_modules/express/lib/layer.js:95:5)'],
      [
        'Layer.handle (/root/.yarn/berry/cache/express-npm-4.19.0-f81b8d9a2c-10.zip/node_modules/express/lib/layer.js:97:5)',
      ],
    ),
  },
  // Rule 6: functions
  {
    name: 'an async frame and a plain one',
    are: 'one',
    because: 'async and [as …] say how it was called',
    ...stacks(['async Shop.pay (/app/src/pay.ts:1:1)'], ['Shop.pay [as run] (/app/src/pay.ts:1:1)']),
  },
  {
    name: 'one method name of two classes in one file',
    are: 'two',
    because: 'Class.method stays',
    ...stacks(['Card.pay (/app/src/pay.ts:1:1)'], ['Cash.pay (/app/src/pay.ts:9:1)']),
  },
  {
    name: 'an anonymous default export as Node and as compilers call it',
    are: 'one',
    because: 'default, default_1 and pay_default are names for no name',
    ...stacks(['default_1 (/app/src/pay.ts:1:1)'], ['pay_default (/app/src/pay.ts:1:1)']),
  },
  // Rule 7: the template
  {
    name: 'a typed error with two messages at one place',
    are: 'one',
    because: 'type, code and place say enough; messages vary',
    ...messages('card 1 declined by bank', 'no answer', 'PaymentError'),
  },
  {
    name: 'plain Errors with two messages at one place',
    are: 'two',
    because: 'Error says nothing by itself',
    ...messages('no stock', 'no price'),
  },
  {
    name: 'plain Errors whose messages differ in an id, an address and a time',
    are: 'one',
    because: 'what varies are tokens in the template',
    ...messages(
      'user 42 (ann@example.org, 10.0.0.1) since 2026-11-20T10:00:00Z: 3f2504e0-4f89-41d3-9a0c-0305e82c3301',
      'user 7 (bob@example.com, 10.0.9.9) since 2025-01-02T03:04:05Z: 9b2fe2a1-3f89-41d3-9a0c-0305e82c3301',
    ),
  },
  {
    name: 'a typed error with two messages in an anonymous function',
    are: 'two',
    because: 'a file alone is too coarse a place',
    left: event(error('TypeError', 'no stock', ['/app/src/pay.ts:10:5'])),
    right: event(error('TypeError', 'no price', ['/app/src/pay.ts:99:5'])),
  },
  {
    name: 'two strings thrown',
    are: 'two',
    because: 'what is no Error has nothing but its text',
    left: event(thrown('no stock')),
    right: event(thrown('no price')),
  },
  {
    name: 'one string thrown with two ids',
    are: 'one',
    because: 'its template is the same',
    left: event(thrown('order 17 is gone')),
    right: event(thrown('order 18 is gone')),
  },
  {
    name: 'messages that differ from the third line on',
    are: 'one',
    because: 'the template is the first two lines',
    ...messages('a\nb\nc', 'a\n\nb\nd'),
  },
  {
    name: 'a file that is missing in two temporary folders',
    are: 'one',
    because: "the folder of a system error's file differs by request",
    left: event(
      error('Error', "ENOENT: no such file, open '/tmp/x1/a.json'", [pay], {
        code: 'ENOENT',
        own: { path: '/tmp/x1/a.json' },
      }),
    ),
    right: event(
      error('Error', "ENOENT: no such file, open '/tmp/zz9/a.json'", [pay], {
        code: 'ENOENT',
        own: { path: '/tmp/zz9/a.json' },
      }),
    ),
  },
  {
    name: 'two missing files',
    are: 'two',
    because: 'the name of a file stays',
    left: event(
      error('Error', "ENOENT: no such file, open '/srv/a.json'", [pay], {
        code: 'ENOENT',
        own: { path: '/srv/a.json' },
      }),
    ),
    right: event(
      error('Error', "ENOENT: no such file, open '/srv/b.json'", [pay], {
        code: 'ENOENT',
        own: { path: '/srv/b.json' },
      }),
    ),
  },
  // Rule 8: no in-app frame in the root cause
  {
    name: 'Redis refused and PostgreSQL refused, with nothing but frames of node:',
    are: 'two',
    because: 'the port is all that tells them apart',
    left: event(refused('127.0.0.1:6379')),
    right: event(refused('127.0.0.1:5432')),
  },
  {
    name: 'Redis refused on two hosts',
    are: 'one',
    because: 'addresses of a fleet vary',
    left: event(refused('127.0.0.1:6379')),
    right: event(refused('::1:6379')),
  },
  {
    name: 'both addresses of a name refused, on two ports',
    are: 'two',
    because: 'the AggregateError itself has an empty message; its members have the port',
    left: event(aggregate([refused('::1:6379'), refused('127.0.0.1:6379')], { code: 'ECONNREFUSED' })),
    right: event(aggregate([refused('::1:5432'), refused('127.0.0.1:5432')], { code: 'ECONNREFUSED' })),
  },
  {
    name: 'fetch failed, for two reasons',
    are: 'two',
    because: 'fetch says "fetch failed" for everything; the code is on its cause',
    left: event(error('TypeError', 'fetch failed', [undici], { cause: refused('127.0.0.1:80') })),
    right: event(
      error('TypeError', 'fetch failed', [undici], {
        cause: error('Error', 'read ECONNRESET', [node], { code: 'ECONNRESET' }),
      }),
    ),
  },
  {
    name: 'fetch failed on Node 22 (with frames) and on Node 24 (without)',
    are: 'one',
    because: 'an upgrade of Node must not make every error new',
    left: event(
      error('TypeError', 'fetch failed', [undici, `async ${pay}`], { cause: refused('127.0.0.1:80') }),
    ),
    right: event(error('TypeError', 'fetch failed', [], { cause: refused('127.0.0.1:80') })),
  },
  {
    name: 'one refused connection, wrapped at two places',
    are: 'two',
    because: "without a frame of its own the root has the nearest wrapper's place",
    left: event(error('StockError', 'm', [pay], { cause: refused('127.0.0.1:80') })),
    right: event(
      error('RatesError', 'm', ['rates (/app/src/rates.ts:1:1)'], { cause: refused('127.0.0.1:80') }),
    ),
  },
  {
    name: 'two packages that time out in the background',
    are: 'two',
    because: 'without any in-app frame the package is the place',
    ...stacks(['a (/app/node_modules/pg/lib/a.js:1:1)'], ['a (/app/node_modules/@redis/client/a.js:1:1)']),
  },
  // Rule 9: bounds
  {
    name: 'recursion of two depths',
    are: 'one',
    because: 'frames over 50 are cut',
    ...stacks(
      Array.from({ length: 60 }, () => pay),
      Array.from({ length: 600 }, () => pay),
    ),
  },
  // Rule 10: redaction comes first
  {
    name: 'messages with two passwords',
    are: 'one',
    because: 'a secret never enters a key',
    ...messages(
      redactText('login failed: password=hunter2'),
      redactText('login failed: password=correct-horse'),
    ),
  },
  // Rule 11: no Error at all
  {
    name: 'one log call with two ids',
    are: 'one',
    because: 'the call site and the template are the same',
    left: log('Payment 17 failed'),
    right: log('Payment 18 failed'),
  },
  {
    name: 'one message logged at two places',
    are: 'two',
    because: 'the call site is the location',
    left: log('failed'),
    right: log('failed', 'src/ship.ts', 3, 'ship'),
  },
  {
    name: 'a log line and an Error of one text at one place',
    are: 'two',
    because: 'the type of what carries no Error is log',
    left: log('failed'),
    right: event(error('Error', 'failed', [pay])),
  },
  // Beside the key
  {
    name: 'two services and two environments',
    are: 'one',
    because: 'they stand beside the fingerprint in the key of the record',
    left: event(error('TypeError', 'm', [pay]), { service: 'a', environment: 'production' }),
    right: event(error('TypeError', 'm', [pay]), { service: 'b', environment: 'staging' }),
  },
  {
    name: 'two levels, hosts and contexts',
    are: 'one',
    because: 'they say who saw it, not what it is',
    left: event(error('TypeError', 'm', [pay]), { level: 'warn', context: { user: 1 } }),
    right: event(error('TypeError', 'm', [pay]), { process: { host: 'other', pid: 2 } }),
  },
  // Groupings
  {
    name: "grouping 'line': one function at two lines",
    are: 'two',
    because: 'the classic rule: same type at the same line',
    options: { grouping: 'line' },
    ...stacks(['pay (/app/src/pay.ts:10:5)'], ['pay (/app/src/pay.ts:14:9)']),
  },
  {
    name: "grouping 'line': plain Errors with two messages at one line",
    are: 'one',
    because: 'the message is not part of that rule',
    options: { grouping: 'line' },
    ...messages('no stock', 'no price'),
  },
  {
    name: "grouping 'stack': one throw site reached by two callers",
    are: 'two',
    because: 'the way there counts',
    options: { grouping: 'stack' },
    ...stacks([pay, 'web (/app/src/web.ts:1:1)'], [pay, 'retry (/app/src/jobs.ts:9:9)']),
  },
  {
    name: "grouping 'stack': stacks that differ from the sixth in-app frame on",
    are: 'one',
    because: 'five in-app frames count, frames of packages between them do not',
    options: { grouping: 'stack' },
    ...stacks(
      [pay, pay, pay, 'x (/app/node_modules/x/x.js:1:1)', pay, pay, 'a (/app/a.js:1:1)'],
      [pay, pay, pay, pay, pay, 'b (/app/b.js:1:1)'],
    ),
  },
  {
    name: "grouping 'message': one template at two places",
    are: 'one',
    because: 'for errors without useful stacks',
    options: { grouping: 'message' },
    left: event(error('TypeError', 'order 1', [pay])),
    right: event(error('TypeError', 'order 2', ['ship (/app/src/ship.ts:1:1)'])),
  },
  {
    name: 'grouping by a function: per tenant',
    are: 'two',
    because: 'the default key and the tenant',
    options: { grouping: (given) => ['{{default}}', String(given.context['tenant'])] },
    left: event(error('TypeError', 'm', [pay]), { context: { tenant: 'a' } }),
    right: event(error('TypeError', 'm', [pay]), { context: { tenant: 'b' } }),
  },
  {
    name: 'grouping by a function that throws: two errors',
    are: 'two',
    because: 'the default key stands in for a faulty rule',
    options: {
      grouping: () => {
        throw new Error('faulty');
      },
    },
    ...stacks([pay], ['ship (/app/src/ship.ts:1:1)']),
  },
  {
    name: 'one fingerprint field on two errors',
    are: 'one',
    because: 'the field overrules the grouping for its line',
    left: event(error('TypeError', 'm', [pay]), { fingerprint: 'bank-is-down' }),
    right: event(error('RangeError', 'n', ['ship (/app/src/ship.ts:1:1)']), {
      fingerprint: ['bank-is-down'],
    }),
  },
  {
    name: 'a fingerprint field with the token, on two errors',
    are: 'two',
    because: "'{{default}}' stands for the default key",
    left: event(error('TypeError', 'm', [pay]), { fingerprint: ['{{default}}', 'bank'] }),
    right: event(error('RangeError', 'm', [pay]), { fingerprint: ['{{default}}', 'bank'] }),
  },
  {
    name: 'a fingerprint field that is the token alone, and none',
    are: 'one',
    because: 'the token is the default key, whole',
    left: event(error('TypeError', 'm', [pay]), { fingerprint: '{{default}}' }),
    right: event(error('TypeError', 'm', [pay])),
  },
];
