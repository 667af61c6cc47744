import { join } from 'node:path';
import { parseStack } from '@tocsin/event';
import { expect } from 'chai';
import fc from 'fast-check';
import { expectLinear } from './expect-linear.js';

/** A line of a stack → what it is, in the root /app. */
const lines: readonly (readonly [
  line: string,
  file: string | undefined,
  name: string,
  place: string,
  inApp: boolean,
])[] = [
  ['at pay (/app/src/pay.js:10:5)', 'src/pay.js', 'pay', '10:5', true],
  ['at /app/src/pay.js:10:5', 'src/pay.js', '', '10:5', true],
  ['at async pay (file:///app/src/pay.mjs:10:5)', 'src/pay.mjs', 'pay', '10:5', true],
  ['at async file:///app/src/pay.mjs:10:5', 'src/pay.mjs', '', '10:5', true],
  ['at new Shop (/app/src/shop.js:1:2)', 'src/shop.js', 'Shop', '1:2', true],
  ['at async Shop.pay [as run] (/app/src/shop.js:1:2)', 'src/shop.js', 'Shop.pay', '1:2', true],
  ['at Object.<anonymous> (/app/src/a.js:1:2)', 'src/a.js', '', '1:2', true],
  ['at Module.load (/app/src/a.js:1:2)', 'src/a.js', 'load', '1:2', true],
  ['at Object.exports.load (/app/src/a.js:1:2)', 'src/a.js', 'load', '1:2', true],
  ['at Timeout._onTimeout (/app/src/a.js:1:2)', 'src/a.js', '', '1:2', true],
  ['at Server.<anonymous> (/app/src/a.js:1:2)', 'src/a.js', '', '1:2', true],
  ['at get total [as total] (/app/src/a.js:1:2)', 'src/a.js', 'get total', '1:2', true],
  ['at Shop.#sign (/app/src/a.js:1:2)', 'src/a.js', '#sign', '1:2', true],
  ['at pay (/app/my (copy)/a.js:1:2)', 'my (copy)/a.js', 'pay', '1:2', true],
  ['at pay (C:\\app\\src\\a.js:1:2)', 'src/a.js', 'pay', '1:2', true],
  ['at rule (eval at run (/app/src/a.js:7:3), <anonymous>:1:2)', 'src/a.js', 'rule', '7:3', true],
  [
    'at f (eval at g (eval at h (/app/a.js:7:3), <anonymous>:9:9), <anonymous>:1:2)',
    'a.js',
    'f',
    '7:3',
    true,
  ],
  ['at evalmachine.<anonymous>:1:7', 'evalmachine.<anonymous>', '', '1:7', true],
  ['at [eval]:1:7', '[eval]', '', '1:7', true],
  ['at [eval]-wrapper:6:24', '[eval]-wrapper', '', '6:24', false],
  ['at start (data:text/javascript,export:1:7)', 'data:', 'start', '1:7', true],
  ['at pay (webpack://shop/./src/pay.ts?1a2b:3:4)', 'src/pay.ts', 'pay', '3:4', true],
  ['at pay (webpack-internal:///(rsc)/./app/page.tsx:3:4)', 'app/page.tsx', 'pay', '3:4', true],
  [
    'at __webpack_require__ (webpack://shop/webpack/bootstrap:3:4)',
    'webpack/bootstrap',
    '__webpack_require__',
    '3:4',
    false,
  ],
  ['at node:internal/deps/undici/undici:13:1', 'node:internal/deps/undici/undici', '', '13:1', false],
  [
    'at Layer.handle (/app/node_modules/express/lib/layer.js:9:5)',
    'express/lib/layer.js',
    'Layer.handle',
    '9:5',
    false,
  ],
  ['at a (/app/node_modules/@redis/client/dist/a.js:9:5)', '@redis/client/dist/a.js', 'a', '9:5', false],
  ['at a (/app/vendor/a.js:9:5)', 'vendor/a.js', 'a', '9:5', false],
  ['at a (/app/src/vendor/a.js:9:5)', 'src/vendor/a.js', 'a', '9:5', true],
  [
    'at wasm-function[3] (wasm://wasm/0006a1d2:wasm-function[3]:0x1f)',
    'wasm:',
    'wasm-function[3]',
    '',
    false,
  ],
  ['at JSON.parse (<anonymous>)', undefined, 'JSON.parse', '', false],
  ['at <anonymous>', undefined, '', '', false],
  ['at async Promise.all (index 0)', undefined, 'Promise.all', '', false],
  ['at Array.map (native)', undefined, 'Array.map', '', false],
  ['at something odd', undefined, 'something odd', '', false],
];

const dropped = [
  'at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
  'at runMicrotasks (<anonymous>)',
  'at listOnTimeout (node:internal/timers:581:17)',
  'at process.processImmediate (node:internal/timers:476:21)',
  'at __awaiter (/app/dist/a.js:4:12)',
  'at step (/app/node_modules/tslib/tslib.js:1:1)',
  'at _asyncToGenerator (/app/node_modules/@babel/runtime/helpers/a.js:1:1)',
];

const parse = (lines: readonly string[], message?: string) =>
  parseStack(lines.join('\n'), {
    root: '/app',
    ...(message === undefined ? {} : { name: 'Error', message }),
  });

describe('parseStack', () => {
  for (const [line, file, name, place, inApp] of lines) {
    it(`reads '${line}'`, () => {
      const [frame, ...more] = parse(['Error: m', `    ${line}`]);
      expect(more).to.deep.equal([]);
      expect(frame?.file).to.equal(file);
      expect(frame?.function).to.equal(name);
      expect([frame?.line, frame?.column].filter((number) => number !== undefined).join(':')).to.equal(place);
      expect(frame?.inApp).to.equal(inApp);
    });
  }

  for (const line of dropped) {
    it(`drops '${line}'`, () => expect(parse(['Error: m', `    ${line}`])).to.deep.equal([]));
  }

  it('drops what compiled async functions leave between their steps', () => {
    const stack = [
      'Error: m',
      '    at f (/app/a.js:1:1)',
      '    at Generator.next (<anonymous>)',
      '    at fulfilled (/app/a.js:5:58)',
    ];
    expect(parse(stack).map((frame) => frame.function)).to.deep.equal(['f', 'Generator.next']);
  });

  it('keeps the path as V8 gave it, for the sources to be read', () => {
    expect(parse(['Error', '    at f (file:///app/a.js:1:2)'])[0]?.path).to.equal('file:///app/a.js');
  });

  for (const [name, header] of [
    ['name and message', 'Error: bad\n    at evil (/app/evil.js:1:1)\n'],
    ['a code after the name', 'TypeError [ERR_X]: bad\n    at evil (/app/evil.js:1:1)\n'],
    ['the message alone', 'bad\n    at evil (/app/evil.js:1:1)\n'],
  ] as const) {
    it(`cuts off a header of ${name} whose message holds what looks like a frame`, () => {
      const frames = parse([header, '    at real (/app/real.js:1:1)'], header.slice(header.indexOf('bad')));
      expect(frames.map((frame) => frame.function)).to.deep.equal(['real']);
    });
  }

  it('reads a stack whose message was changed after it was made', () => {
    const frames = parse(['Error: before', '    at real (/app/real.js:1:1)'], 'after');
    expect(frames.map((frame) => frame.function)).to.deep.equal(['real']);
  });

  it('reads a stack without a header', () => {
    expect(parse(['    at a (/app/a.js:1:1)', '    at b (/app/b.js:1:1)'])).to.have.lengthOf(2);
  });

  it('stops where the stack of another error begins', () => {
    const frames = parse([
      'Error: m',
      '    at a (/app/a.js:1:1)',
      'Caused by: Error: n',
      '    at b (/app/b.js:1:1)',
    ]);
    expect(frames.map((frame) => frame.function)).to.deep.equal(['a']);
  });

  it('finds frames in real errors of this process, and none of them in packages', () => {
    const here = 'packages/base/event/test/parse-stack.test.ts';
    const root = join(__dirname, '../../../..');
    const frames = parseStack(new Error('m').stack ?? '', { root });
    expect(frames[0]).to.include({ file: here, inApp: true });
    expect(frames.filter((frame) => frame.inApp).map((frame) => frame.file)).to.deep.equal([here]);
  });

  it("does not take this suite's own code for the application's, though it is linked; its tests and examples are", () => {
    const packages = join(__dirname, '../../..');
    const inApp = (path: string) =>
      parseStack(`Error\n    at f (${path}:1:1)`, { root: join(packages, '..') })[0]?.inApp;
    expect(inApp(join(packages, 'winston/alert/dist/alert-transport.js'))).to.equal(false);
    expect(inApp(`file://${join(packages, 'base/event/src/capture.ts')}`)).to.equal(false);
    expect(inApp('/elsewhere/@tocsin/alert/dist/index.js')).to.equal(false);
    expect(inApp(join(packages, 'base/event/test/a.test.ts'))).to.equal(true);
    expect(inApp(join(packages, '../examples/checkout-service/dist/server.js'))).to.equal(true);
  });

  it('leaves out wrappers that the user lists, by a part of the path, a function or an expression', () => {
    const stack = 'Error\n    at retry (/app/lib/retry.js:1:1)\n    at pay (/app/src/pay.js:1:1)';
    const inApp = (ignored: string | RegExp) =>
      parseStack(stack, { root: '/app', ignoreFrames: [ignored] }).map((frame) => frame.inApp);
    for (const rule of ['lib/', 'retry', /^lib\//g, /^retry$/y]) {
      expect(inApp(rule), String(rule)).to.deep.equal([false, true]);
      expect(inApp(rule), 'again').to.deep.equal([false, true]);
    }
    expect(inApp('')).to.deep.equal([true, true]);
  });

  it('reads 50 frames and no more', () => {
    expect(
      parse(['Error', ...Array.from({ length: 80 }, () => '    at f (/app/a.js:1:1)')]),
    ).to.have.lengthOf(50);
  });

  it('cuts a line of more than 1,024 characters and goes on with the next', () => {
    const frames = parse([
      'Error',
      `    at f (/app/${'a/'.repeat(5_000)}a.js:1:1)`,
      '    at g (/app/a.js:1:1)',
    ]);
    expect(frames.at(-1)?.function).to.equal('g');
    expect(JSON.stringify(frames).length).to.be.below(6_000);
  });

  it('never throws, whatever the text', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '    at ',
        '(',
        ')',
        ' (',
        'eval at ',
        ':1:2',
        '<anonymous>',
        '[as ',
        '\n',
        'async ',
        '/',
        '\\',
        'file://',
        'node_modules/',
        '%',
        '?',
        '__virtual__/a/99/',
      ),
    );
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 40 }),
        fc.option(fc.string(), { nil: undefined }),
        (parts, message) => {
          const stack = parts.join('');
          const frames = parseStack(stack, message === undefined ? {} : { name: 'E', message });
          expect(frames.length).to.be.at.most(50);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('takes time that is linear in the stack', () => {
    for (const unit of [
      'a',
      ' ',
      '\n',
      '    at ',
      '(',
      'eval at f (',
      ': ',
      '\n    at f (/app/a.js:1:1)',
      '[as ',
      '/',
      '__virtual__/a/1/',
    ]) {
      expectLinear(
        (size) => unit.repeat(size),
        (stack) => parseStack(stack),
      );
      expectLinear(
        (size) => `Error: ${unit.repeat(size)}`,
        (stack) => parseStack(stack, { name: 'Error', message: stack.slice(7) }),
      );
    }
  });
});
