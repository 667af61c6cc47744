import { context } from '@tocsin/context';
import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(__dirname, '../../../..');
const fixtures = join(__dirname, 'fixtures/decorators');
const compilations: Readonly<Record<string, readonly string[]>> = {
  'standard decorators': ['--experimentalDecorators', 'false'],
  experimentalDecorators: ['--experimentalDecorators', 'true', '--emitDecoratorMetadata', 'true'],
};
const settings = [
  '--target',
  'es2022',
  '--module',
  'node16',
  '--strict',
  '--exactOptionalPropertyTypes',
  '--rootDir',
  fixtures,
];

interface Shops {
  readonly Shop: typeof import('./fixtures/decorators/shop.cjs').Shop;
  readonly Branch: typeof import('./fixtures/decorators/shop.cjs').Branch;
  readonly failure: Error;
}

for (const [kind, options] of Object.entries(compilations)) {
  describe(`context.trace with ${kind}`, function () {
    this.timeout(60_000);
    let folder: string;
    const compiled = (name: string): unknown => require(join(folder, `${name}.cjs`));
    let Shop: Shops['Shop'];
    let Branch: Shops['Branch'];
    let failure: Error;

    before(async () => {
      await mkdir(join(root, '.cache'), { recursive: true });
      // Below the root, so that what is compiled finds the package.
      folder = await mkdtemp(join(root, '.cache/decorators-'));
      const names = options[1] === 'true' ? ['shop', 'metadata'] : ['shop', 'private-methods'];
      await compile([...options, '--outDir', folder], names);
      ({ Shop, Branch, failure } = compiled('shop') as Shops);
    });
    after(() => rm(folder, { recursive: true, force: true }));

    it('keeps this, arguments and result of a method, and runs each call as a request', () => {
      const shop = new Shop('corner');
      const [name, item, count, isActive, request] = shop.sell('pen', 2);
      expect([name, item, count, isActive]).to.deep.equal(['corner', 'pen', 2, true]);
      expect(request).to.be.an('object');
      expect(shop.sell('pen', 2)[4]).not.to.equal(request);
      expect(context.isActive()).to.equal(false);
      expect(shop.echo(shop)).to.equal(shop);
    });

    it('keeps name and length, and leaves the methods on the prototype', () => {
      expect([Shop.prototype.sell.name, Shop.prototype.sell.length]).to.deep.equal(['sell', 2]);
      expect(Object.keys(new Shop('corner'))).to.deep.equal(['name']);
      expect(Object.keys(Shop.prototype)).to.deep.equal([]);
    });

    it('keeps async methods apart', async () => {
      const [one, two] = [new Shop('one'), new Shop('two')];
      expect(await Promise.all([one.count(3), two.count(1)])).to.deep.equal([
        ['one', { job: 'count', counted: 3 }],
        ['two', { job: 'count', counted: 1 }],
      ]);
    });

    it('decorates static methods', () => {
      expect(Shop.open()).to.deep.equal(['Ghent', { job: 'open' }]);
    });

    it('decorates methods whose name is a symbol', () => {
      expect(new Shop('corner').wrap()).to.deep.equal({ job: 'symbol' });
    });

    it('lets a subclass override and call them', () => {
      expect(new Branch('north').sell('pen', 2).slice(0, 5)).to.deep.equal([
        'branch',
        'north',
        'pen',
        2,
        true,
      ]);
    });

    it('has the body of a generator in the scope', async () => {
      const shop = new Shop('corner');
      const seen = context.run({ requestId: 'taker' }, () => {
        const list = context.bind(() => shop.list('a', 'b'));
        return [...list()];
      });
      const fields = { requestId: 'taker', job: 'list' };
      expect(seen).to.deep.equal([
        ['corner', 'a', fields],
        ['corner', 'b', fields],
      ]);
      const made = shop.follow();
      const followed: unknown[] = [];
      await context.run({ requestId: 'taker' }, async () => {
        for await (const each of made) followed.push(each);
      });
      expect(followed).to.deep.equal([
        ['corner', { job: 'follow' }],
        ['corner', { job: 'follow' }],
      ]);
    });

    it('passes errors on unchanged', async () => {
      const shop = new Shop('corner');
      expect(() => shop.fail())
        .to.throw()
        .that.equals(failure);
      expect(
        await shop.failLater().then(
          () => 'nothing',
          (error: unknown) => error,
        ),
      ).to.equal(failure);
    });

    if (options[1] === 'true') {
      it('keeps what other decorators wrote onto the method, above or below', () => {
        const { Routes, paths } = compiled('metadata') as {
          Routes: new () => Record<'above' | 'below', () => unknown>;
          paths: () => unknown[];
        };
        expect(paths()).to.deep.equal(['/above', '/below']);
        expect(new Routes().above()).to.deep.equal({ job: 'above' });
        expect(new Routes().below()).to.deep.equal({ job: 'below' });
      });
    } else {
      it('decorates private methods, static ones too', () => {
        const { Safe } = compiled('private-methods') as {
          Safe: new () => { open: (code: number) => unknown[] };
        };
        expect(new Safe().open(7)).to.deep.equal([true, 7, { job: 'open' }, true, '#open', 1]);
      });
    }

    it('is refused by the compiler on what is no method, and with a function for the fields', () =>
      compile([...options, '--noEmit'], ['wrong-uses']));
  });
}

class AnyClass {
  readonly field = 7;
}

describe('context.trace', () => {
  const standard = (kind: string): object => ({ kind, name: 'x', addInitializer: () => undefined });
  const decorators = { 'context.trace': context.trace, 'context.trace({ … })': context.trace({ job: 'x' }) };

  for (const [name, decorator] of Object.entries(decorators)) {
    const decorate = decorator as unknown as (...args: unknown[]) => unknown;
    for (const [title, args] of Object.entries({
      'a getter': [() => 7, standard('getter')],
      'a field': [undefined, standard('field')],
      'a class': [Map, standard('class')],
      'a legacy field': [{}, 'field', undefined],
      'a legacy accessor': [{}, 'accessor', { get: () => 7, configurable: true }],
    })) {
      it(`refuses ${title}, as @${name}`, () => {
        expect(() => decorate(...args))
          .to.throw(/context\.trace.*method/)
          .with.property('code', 'TOCSIN_CONFIG_INVALID');
      });
    }
  }

  it('refuses a class, which could not be made any more, and what is neither function nor fields', () => {
    const trace = context.trace as (...args: unknown[]) => unknown;
    for (const wrong of [AnyClass, 7, 'text', true]) {
      expect(() => trace(wrong))
        .to.throw(/context\.trace: option/)
        .with.property('code', 'TOCSIN_CONFIG_INVALID');
    }
  });

  it('takes fields for fields although they look like what a decorator is given', () => {
    const fields = { kind: 'method', name: 'x' };
    expect(context.trace(() => context.current(), fields)()).to.deep.equal(fields);
  });
});

async function compile(options: readonly string[], names: readonly string[]): Promise<void> {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const files = names.map((name) => join(fixtures, `${name}.cts`));
  const args = [
    tsc,
    ...settings,
    ...options,
    '--types',
    'node',
    '--skipLibCheck',
    '--ignoreConfig',
    ...files,
  ];
  await promisify(execFile)(process.execPath, args, { cwd: root }).catch((error: { stdout?: string }) => {
    throw new Error(`tsc: ${error.stdout ?? String(error)}`);
  });
}
