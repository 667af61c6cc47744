import { configError, readOptions } from '@tocsin/event';
import { bindFunction } from './bind-function.js';
import type { ContextStore } from './context-store.js';
import { listedKeys } from './listed-keys.js';
import { openScope, type Scope } from './scope.js';

/** What is used of a namespace of cls-hooked. */
export interface ClsHookedNamespace {
  /** The innermost context, inherited from the one around it; `null` outside of any. */
  readonly active: object | null | undefined;
  run(work: (context: object) => void): unknown;
  get(key: string): unknown;
}

/** Options of {@link clsHookedStore}. */
export interface ClsHookedStoreOptions {
  /** Names of the namespace's own values that belong on lines. @default [] */
  readonly keys?: readonly string[];
}

const owner = 'clsHookedStore';

/**
 * A store on a namespace of cls-hooked that the application already has: context flows where the namespace's does,
 * and a context that the application opened in it is a scope too.
 *
 * @example const context = createContext({ store: clsHookedStore(getNamespace('app'), { keys: ['requestId'] }) });
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` where it is given no namespace, or a wrong option.
 */
export function clsHookedStore(
  namespace: ClsHookedNamespace,
  options: ClsHookedStoreOptions = {},
): ContextStore {
  readOptions(owner, () => {
    const { run, get } = (namespace ?? {}) as Partial<ClsHookedNamespace>;
    if (typeof run !== 'function' || typeof get !== 'function')
      throw configError(owner, 'namespace', namespace, 'a namespace of cls-hooked');
  });
  const keys = listedKeys(owner, options);
  /** Held here, so that nobody finds our scopes among the namespace's values. `null` says: outside of any scope. */
  const scopes = new WeakMap<object, Scope | null>();

  const scopeOf = (active: object | null | undefined): Scope | null => {
    if (active === null || active === undefined || active === Object.prototype) return null;
    const known = scopes.get(active);
    if (known !== undefined) return known;
    // Opened by the application. A context inherits from the one around it.
    const adopted = openScope(
      undefined,
      scopeOf(Object.getPrototypeOf(active) as object | null) ?? undefined,
    );
    scopes.set(active, adopted);
    return adopted;
  };
  const runAs = <T>(scope: Scope | null, work: () => T): T => {
    let end: () => T;
    namespace.run((active) => {
      scopes.set(active, scope);
      // An error that cls-hooked sees is written to, and one that cannot be written to is replaced.
      try {
        const result = work();
        end = () => result;
      } catch (error) {
        end = () => {
          throw error;
        };
      }
    });
    return end!();
  };

  return {
    run: runAs,
    get: () => scopeOf(namespace.active) ?? undefined,
    // Where no context is active cls-hooked has nothing to hold on to, and the caller's would stay.
    bind: (fn) => (namespace.active ? bindFunction(fn) : runAs(null, () => bindFunction(fn))),
    ...(keys.length > 0 && { fields: () => valuesOf(namespace, keys) }),
  };
}

function valuesOf(namespace: ClsHookedNamespace, keys: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const key of keys) {
    const value = namespace.get(key);
    if (value !== undefined) values[key] = value;
  }
  return values;
}
