import { expect } from 'chai';
import fc from 'fast-check';
import { normalizePath } from '../dist/normalize-path.js';
import { expectLinear } from './expect-linear.js';

const paths: readonly (readonly [path: string, file: string, packageName?: string])[] = [
  ['/app/src/pay.js', 'src/pay.js'],
  ['file:///app/src/pay%20now.mjs?t=1#x', 'src/pay now.mjs'],
  ['file:///app/src/%zz.mjs', 'src/%zz.mjs'],
  ['webpack://shop/./src/pay.ts', 'src/pay.ts'],
  ['webpack:///src/pay.ts?a', 'src/pay.ts'],
  ['webpack://shop/../shared/pay.ts', 'shared/pay.ts'],
  ['webpack-internal:///(rsc)/./src/page.tsx', 'src/page.tsx'],
  ['src/pay.js', 'src/pay.js'],
  ['./src/pay.js', 'src/pay.js'],
  ['/srv/other/pay.js', '/srv/other/pay.js'],
  ['/app', '/app'],
  ['/application/x.js', '/application/x.js'],
  ['node:internal/timers', 'node:internal/timers'],
  ['data:text/javascript;base64,Zm9v', 'data:'],
  ['wasm://wasm/0006a1d2', 'wasm:'],
  ['', ''],
  // Packages
  ['/app/node_modules/express/lib/layer.js', 'express/lib/layer.js', 'express'],
  ['/app/node_modules/@redis/client/a.js', '@redis/client/a.js', '@redis/client'],
  ['node_modules/pg/a.js', 'pg/a.js', 'pg'],
  ['webpack://shop/./node_modules/pg/a.js', 'pg/a.js', 'pg'],
  ['/app/node_modules/a/node_modules/b/x.js', 'b/x.js', 'b'],
  ['/app/node_modules/.pnpm/express@4.18.2/node_modules/express/lib/x.js', 'express/lib/x.js', 'express'],
  [
    '/app/node_modules/.pnpm/@redis+client@1.5.0/node_modules/@redis/client/x.js',
    '@redis/client/x.js',
    '@redis/client',
  ],
  [
    '/app/.yarn/cache/express-npm-4.18.2-bb15ff679a-75af556306.zip/node_modules/express/x.js',
    'express/x.js',
    'express',
  ],
  ['/app/.yarn/__virtual__/pg-virtual-0a1b2c/0/cache/pg-npm-8.zip/node_modules/pg/x.js', 'pg/x.js', 'pg'],
  ['/app/node_modules/express@4.18.2/x.js', 'express/x.js', 'express'],
  ['/app/node_modules/_express@4.18.2@express/x.js', 'express/x.js', 'express'],
  ['C:\\app\\node_modules\\pg\\lib\\x.js', 'pg/lib/x.js', 'pg'],
  ['/app/.yarn/__virtual__/shared-virtual-0a1b2c/1/packages/shared/x.js', 'packages/shared/x.js'],
  ['/app/my_node_modules/x.js', 'my_node_modules/x.js'],
  // Content hashes
  ['/app/dist/main.3f2a1b9c.js', 'dist/main.js'],
  ['/app/dist/main.3f2a1b9c.min.js', 'dist/main.min.js'],
  ['/app/dist/main.0123456789abcdef0123.js', 'dist/main.js'],
  ['/app/dist/main-3f2a1b9c.js', 'dist/main.js'],
  ['/app/dist/chunk-3ZQVLOX5.js', 'dist/chunk.js'],
  ['/app/dist/index-BfX3d_2a.js', 'dist/index.js'],
  ['/app/dist/3f2a1b9c4d5e6f708192.js', 'dist/[hash].js'],
  ['/app/releases/3f2a1b9c4d5e6f7081923f2a1b9c4d5e6f708192/main.js', 'releases/[hash]/main.js'],
  // …and what is none
  ['/app/src/user-handlers.js', 'src/user-handlers.js'],
  ['/app/src/user-deadbeef.js', 'src/user-deadbeef.js'],
  ['/app/src/user-20260101.js', 'src/user-20260101.js'],
  ['/app/src/user.controller.ts', 'src/user.controller.ts'],
  ['/app/src/user_service_v2.js', 'src/user_service_v2.js'],
];

describe('normalizePath', () => {
  for (const [path, file, packageName] of paths) {
    it(`makes '${file}' of '${path}'`, () => {
      const normalized = normalizePath(path, '/app');
      expect(normalized.file).to.equal(file);
      expect(normalized.package).to.equal(packageName);
    });
  }

  it('takes a root as a path, with a slash at its end, as a URL, and of Windows', () => {
    for (const root of ['/app', '/app/', 'file:///app', 'C:\\app', 'C:/app/']) {
      expect(normalizePath('/app/x.js', root).file, root).to.equal('x.js');
      expect(normalizePath('c:\\app\\x.js', root).file, root).to.equal('x.js');
    }
    expect(normalizePath('/app/x.js', '/').file).to.equal('app/x.js');
  });

  it('tells a file beside the root from the root, so that a workspace may lie anywhere', () => {
    expect(normalizePath('/home/me/shop/shared/x.js', '/home/me/shop/api').file).to.equal('../shared/x.js');
    expect(normalizePath('/ci/42/shared/x.js', '/ci/42/api').file).to.equal('../shared/x.js');
  });

  it('never throws, and stays bounded', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '/',
        '\\',
        'file://',
        'C:',
        'node_modules',
        '__virtual__',
        '%2F',
        '?',
        '#',
        '@',
        '.',
        '-3f2a1b9c',
        '..',
      ),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), fc.array(part, { maxLength: 5 }), (parts, root) => {
        expect(normalizePath(parts.join(''), root.join('')).file.length).to.be.at.most(3_000);
      }),
      { numRuns: 500 },
    );
  });

  it('takes time that is linear in the path', () => {
    for (const unit of ['a', '/', '\\', 'node_modules/', '__virtual__/a/1/', '.', '-', '../', '%', 'a1']) {
      expectLinear(
        (size) => unit.repeat(size),
        (path) => normalizePath(path, '/app'),
      );
      expectLinear(
        (size) => `file:///${unit.repeat(size)}`,
        (path) => normalizePath(path, '/app'),
      );
    }
  });
});
