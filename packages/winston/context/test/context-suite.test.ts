import { type Context, type ContextStore, createContext, type Scope } from '@tocsin/context';
import { expect } from 'chai';
import { AsyncLocalStorage } from 'node:async_hooks';
import { contextSuite, describeContext } from './context-suite.js';
import { storeKinds } from './context-stores.js';
import { warningsOf } from './suite/context-case.js';

for (const { name, open } of storeKinds) describeContext(name, open);

describe('the suite of the context', () => {
  const broken: Readonly<Record<string, { make: () => Context; failing: RegExp }>> = {
    'a store that is one variable for all': {
      failing: /keeps 300 requests at once apart/,
      make() {
        let current: Scope | undefined;
        return createContext({
          store: {
            get: () => current,
            run(scope, work) {
              const before = current;
              current = scope;
              try {
                return work();
              } finally {
                current = before;
              }
            },
          },
        });
      },
    },
    'a store that never leaves a scope': {
      failing: /none after it/,
      make: () => {
        const storage = new AsyncLocalStorage<Scope>();
        return over({
          get: () => storage.getStore(),
          run: (scope, work) => {
            storage.enterWith(scope);
            return work();
          },
        });
      },
    },
    'a store that writes onto errors': {
      failing: /passes errors on unchanged, frozen/,
      make: () => {
        const storage = new AsyncLocalStorage<Scope>();
        return over({
          get: () => storage.getStore(),
          run: (scope, work) =>
            storage.run(scope, () => {
              try {
                return work();
              } catch (error) {
                throw Object.assign(error as object, { 'error@context': scope });
              }
            }),
        });
      },
    },
    'a store whose bind does nothing': {
      failing: /bind: ties a function to the scope/,
      make: () => {
        const storage = new AsyncLocalStorage<Scope>();
        return over({
          get: () => storage.getStore(),
          run: (scope, work) => storage.run(scope, work),
          bind: (fn) => fn,
        });
      },
    },
    'an update that adds to the current scope only': {
      failing: /update: changes a field in the innermost scope that has it/,
      make: () => changed((context) => ({ update: (fields) => context.add(fields) })),
    },
    'a context whose scopes do not merge': {
      failing: /merges nested scopes/,
      make: () => {
        const inner = createContext();
        return changed(
          () => ({
            run: (fields, work) => {
              const hidden = Object.fromEntries(
                Object.keys(inner.current()).map((name) => [name, undefined]),
              );
              return inner.run({ ...hidden, ...fields }, work);
            },
          }),
          inner,
        );
      },
    },
    'a trace that leaves the body of a generator alone': {
      failing: /trace: has the body of a generator/,
      make: () =>
        changed((context) => ({
          trace: ((fn: () => unknown, fields: object) =>
            (...args: []) =>
              context.run(
                typeof fields === 'function' ? Reflect.apply(fields, undefined, args) : fields,
                () => fn(...args),
              )) as unknown as Context['trace'],
        })),
    },
    'a trace id made anew for each question': {
      failing: /traceId: is a UUID, made once/,
      make: () => changed(() => ({ traceId: () => crypto.randomUUID() })),
    },
  };

  for (const [fault, { make, failing }] of Object.entries(broken)) {
    it(`finds fault with ${fault}`, async () => {
      expect((await failuresOf(make)).join('\n')).to.match(failing);
    });
  }

  it('finds no fault with the default store', async () => {
    expect(await failuresOf(createContext)).to.deep.equal([]);
  });
});

/** Each in a child scope of its own, so that what a broken one leaves behind does not reach the next. */
async function failuresOf(make: () => Context): Promise<string[]> {
  const failed: string[] = [];
  for (const { title, check } of contextSuite) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one after the other: some replace process.emitWarning
      await warningsOf(() => check(make()));
    } catch {
      // What the case found is its own affair; that it found something is what is asked here.
      failed.push(title);
    }
  }
  return failed;
}

function over(store: ContextStore): Context {
  return createContext({ store });
}

function changed(change: (context: Context) => Partial<Context>, context = createContext()): Context {
  return { ...context, ...change(context) };
}
