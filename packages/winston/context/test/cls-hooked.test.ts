import { type Context, createContext } from '@tocsin/context';
import { clsHookedStore } from '@tocsin/context/cls-hooked';
import { expect } from 'chai';
import type { Namespace } from 'cls-hooked';
import { openNamespace } from './cls-hooked-namespace.js';
import { later } from './suite/context-case.js';

describe('clsHookedStore', () => {
  let namespace: Namespace;
  let close: () => void;
  let context: Context;

  before(() => {
    ({ namespace, close } = openNamespace('app'));
  });
  after(() => close());
  beforeEach(() => {
    context = createContext({ store: clsHookedStore(namespace, { keys: ['userId', 'requestId'] }) });
  });

  it('takes a context that the application opened in the namespace for a scope', async () => {
    await namespace.runAndReturn(async () => {
      expect(context.isActive()).to.equal(true);
      expect(context.request()).to.be.an('object');
      context.add({ step: 1 });
      await later();
      expect(context.current()).to.deep.equal({ step: 1 });
      const request = context.request();
      context.run({ step: 2 }, () => {
        expect(context.request()).to.equal(request);
        context.update({ step: 3 });
        expect(context.current()).to.deep.equal({ step: 3 });
      });
      expect(context.current()).to.deep.equal({ step: 1 });
    });
    expect(context.isActive()).to.equal(false);
  });

  it('keeps what is added inside a nested context of the application to that one', () => {
    context.run({ requestId: 'r-1' }, () => {
      const request = context.request();
      namespace.run(() => {
        context.add({ nested: true });
        expect(context.current()).to.deep.equal({ requestId: 'r-1', nested: true });
        expect(context.request()).to.equal(request);
        namespace.run(() => expect(context.current()).to.deep.equal({ requestId: 'r-1', nested: true }));
      });
      expect(context.current()).to.deep.equal({ requestId: 'r-1' });
    });
  });

  it('keeps requests apart whose contexts the application opened', async () => {
    const requests = new Set<object | undefined>();
    await Promise.all(
      Array.from({ length: 50 }, (_, id) =>
        namespace.runAndReturn(async () => {
          requests.add(context.request());
          context.add({ id });
          await later(id % 5);
          expect(context.current()).to.deep.equal({ id });
        }),
      ),
    );
    expect(requests.size).to.equal(50);
  });

  it("has the namespace's own values that are listed, and no others, below those of the scopes", () => {
    namespace.run(() => {
      namespace.set('userId', 42);
      namespace.set('password', 'secret');
      expect(context.current()).to.deep.equal({ userId: 42 });
      context.run({ requestId: 'scope' }, () => {
        namespace.set('requestId', 'namespace');
        expect(context.current()).to.deep.equal({ userId: 42, requestId: 'scope' });
      });
      namespace.set('userId', 43);
      expect(context.current()).to.deep.equal({ userId: 43 });
      context.setGlobal({ userId: 'global', region: 'eu' });
      expect(context.current()).to.deep.equal({ userId: 43, region: 'eu' });
    });
    expect(context.current()).to.deep.equal({ userId: 'global', region: 'eu' });
  });

  it('gives the same fields again until a listed value changes', () => {
    namespace.run(() => {
      namespace.set('userId', 42);
      const first = context.current();
      expect(context.current()).to.equal(first);
      namespace.set('password', 'secret');
      expect(context.current()).to.equal(first);
      namespace.set('userId', 43);
      expect(context.current()).not.to.equal(first);
    });
  });

  it("lets the application's values be read and set inside run", () => {
    namespace.run(() => {
      namespace.set('tenant', 'acme');
      context.run({}, () => {
        expect(namespace.get('tenant')).to.equal('acme');
        namespace.set('tenant', 'other');
        expect(namespace.get('tenant')).to.equal('other');
      });
      expect(namespace.get('tenant')).to.equal('acme');
    });
  });

  it('puts nothing of its own into the namespace', () => {
    context.run({ requestId: 'r-1' }, () => {
      context.current();
      const { id: _id, _ns_name, ...values } = namespace.active as Record<string, unknown>;
      expect(Reflect.ownKeys(values)).to.deep.equal([]);
    });
  });

  it('leaves its own scope where the work opened a context by runPromise, which leaks', async () => {
    await context.run({ requestId: 'r-1' }, () =>
      namespace.runPromise(async () => {
        expect(context.current()['requestId']).to.equal('r-1');
        await later();
        expect(context.current()['requestId']).to.equal('r-1');
      }),
    );
  });

  it('keeps contexts over one namespace apart', () => {
    const other = createContext({ store: clsHookedStore(namespace) });
    context.run({ requestId: 'r-1' }, () => expect(other.current()).to.deep.equal({}));
  });

  for (const [title, make] of [
    ['no namespace', () => clsHookedStore(undefined as never)],
    ['something else than a namespace', () => clsHookedStore({ get: () => 1 } as never)],
    ['keys that are no array', () => clsHookedStore(namespace, { keys: 'userId' as never })],
    ['a key that is no name', () => clsHookedStore(namespace, { keys: [7 as never] })],
    ['an option that is unknown', () => clsHookedStore(namespace, { key: ['userId'] } as never)],
  ] as const) {
    it(`refuses ${title}`, () => {
      expect(make)
        .to.throw(/clsHookedStore: option/)
        .with.property('code', 'TOCSIN_CONFIG_INVALID');
    });
  }
});
