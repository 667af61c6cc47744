import { context, createContext } from '@tocsin/context';
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';

describe('context', () => {
  it('is the one of the process, which packages that do not know it find', () => {
    expect((globalThis as Record<symbol, unknown>)[Symbol.for('tocsin.context')]).to.equal(context);
  });

  it('is shared by duplicate installs', () => {
    const path = JSON.stringify(require.resolve('@tocsin/context'));
    const script = `
      const first = require(${path});
      for (const key of Object.keys(require.cache)) delete require.cache[key];
      const second = require(${path});
      first.context.run({ requestId: 'r-1' }, () =>
        console.log(first.createContext !== second.createContext, JSON.stringify(second.context.current())));`;
    expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })).to.equal(
      'true {"requestId":"r-1"}\n',
    );
  });

  it('has methods that may be taken off it', () => {
    const { run, current, add } = context;
    run({ a: 1 }, () => {
      add({ b: 2 });
      expect(current()).to.deep.equal({ a: 1, b: 2 });
    });
  });

  it('says what is missing where run is given no function', () => {
    for (const given of [[() => 'work'], [{ a: 1 }], [{ a: 1 }, 'work']])
      expect(() => context.run(...(given as unknown as [object, () => unknown])))
        .to.throw(/^context\.run: option 'work' is .*; allowed: a function, after the fields$/)
        .with.property('code', 'TOCSIN_CONFIG_INVALID');
  });

  it('warns by a warning of the process that says its type and code', () => {
    const path = JSON.stringify(require.resolve('@tocsin/context'));
    const script = `
      process.on('warning', ({ name, code, message }) => console.log(name, code, message));
      require(${path}).context.add({ a: 1 });`;
    expect(execFileSync(process.execPath, ['--no-warnings', '-e', script], { encoding: 'utf8' })).to.match(
      /^TocsinWarning TOCSIN_NO_SCOPE context\.add\(\) was called outside of any scope, .+\n$/,
    );
  });
});

describe('createContext', () => {
  it('makes a context that shares nothing with another', () => {
    const [one, two] = [createContext(), createContext()];
    one.setGlobal({ service: 'one' });
    one.run({ a: 1 }, () => {
      expect(two.isActive()).to.equal(false);
      expect(two.current()).to.deep.equal({});
    });
  });

  it('keeps the global layers of two contexts on one store apart', () => {
    const inner = new Map<'scope', never>();
    const store = {
      run: <T>(scope: unknown, work: () => T): T => {
        inner.set('scope', scope as never);
        try {
          return work();
        } finally {
          inner.clear();
        }
      },
      get: () => inner.get('scope'),
    };
    const [one, two] = [createContext({ store }), createContext({ store })];
    one.setGlobal({ service: 'one' });
    two.setGlobal({ service: 'two' });
    one.run({ a: 1 }, () => {
      expect(one.current()).to.deep.equal({ service: 'one', a: 1 });
      expect(two.current()).to.deep.equal({ service: 'two', a: 1 });
      expect(one.current()).to.deep.equal({ service: 'one', a: 1 });
    });
  });

  for (const [title, options] of [
    ['options that are no object', 7],
    ['an option that is unknown', { stores: 1 }],
    ['a store that is no object', { store: 'redis' }],
    ['a store without get', { store: { run: () => undefined } }],
    ['a store without run', { store: { get: () => undefined } }],
    ['a store that is null', { store: null }],
  ] as const) {
    it(`refuses ${title}`, () => {
      expect(() => createContext(options as never))
        .to.throw(/createContext: option/)
        .with.property('code', 'TOCSIN_CONFIG_INVALID');
    });
  }
});
