import { AsyncLocalStorage } from 'node:async_hooks';
import type { ContextFields } from './context-fields.js';
import type { Scope } from './scope.js';

/** What carries a context's scopes along the application's asynchronous calls. */
export interface ContextStore {
  /** Calls `work` in the scope, and what `work` starts is in it too. Gives what `work` gives, throws what it throws. */
  readonly run: <T>(scope: Scope, work: () => T) => T;
  /** The scope of the code that asks. */
  readonly get: () => Scope | undefined;
  /**
   * Ties a function to the scope in which `bind` is called; outside of any, to none.
   * @default an `AsyncResource` of Node's, along which every AsyncLocalStorage comes too
   */
  readonly bind?: <F extends (...args: never[]) => unknown>(fn: F) => F;
  /** Fields that the application keeps in the store itself, where it has a scope. @default none */
  readonly fields?: () => ContextFields | undefined;
}

/** A store on an AsyncLocalStorage of its own. */
export function asyncLocalStore(): ContextStore {
  const storage = new AsyncLocalStorage<Scope>();
  return {
    run: (scope, work) => storage.run(scope, work),
    get: () => storage.getStore(),
  };
}
