import { type Context, createContext } from '@tocsin/context';
import { storeKinds } from './context-stores.js';
import { bound } from './suite/bound.js';
import { changes } from './suite/changes.js';
import type { ContextCase } from './suite/context-case.js';
import { scopes } from './suite/scopes.js';
import { traced } from './suite/traced.js';
import { traceIds } from './suite/trace-ids.js';

/** All that a context has to do, whatever store carries it. */
export const contextSuite: readonly ContextCase[] = [...scopes, ...changes, ...bound, ...traced, ...traceIds];

/** Runs the suite with a fresh context for each case, over one store. */
export function describeContext(name: string, open: (typeof storeKinds)[number]['open']): void {
  describe(`a context on ${name}`, () => {
    let makeContext: () => Context;
    let close: () => void;

    before(() => {
      const { store, close: closing } = open();
      makeContext = () => createContext(store === undefined ? {} : { store });
      close = closing;
    });
    after(() => close());

    for (const { title, check } of contextSuite) {
      it(title, async () => {
        const context = makeContext();
        await check(context);
        if (context.isActive()) throw new Error('a scope is left open');
      });
    }
  });
}
