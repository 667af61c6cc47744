import { configError, readOptions, TocsinError } from '@tocsin/event';
import { AsyncLocalStorage } from 'node:async_hooks';
import type { ContextStore } from './context-store.js';
import { listedKeys } from './listed-keys.js';
import { openScope, type Scope } from './scope.js';

/** What is used of the ClsService of nestjs-cls. */
export interface ClsServiceLike {
  /** The whole store without a key; `undefined` outside of any. */
  get(key?: string): unknown;
  run<T>(options: { readonly ifNested: 'reuse' }, work: () => T): T;
}

/** Options of {@link nestjsClsStore}. */
export interface NestjsClsStoreOptions {
  /** Names of values in the store that belong on lines; with dots, of values inside them. @default [] */
  readonly keys?: readonly string[];
  /**
   * The application's service.
   * @default what `ClsServiceManager.getClsService()` of the installed nestjs-cls gives
   */
  readonly service?: ClsServiceLike;
}

const owner = 'nestjsClsStore';

/**
 * A store beside that of nestjs-cls (6.3 and later): a scope that a middleware, guard or interceptor of ClsModule
 * opened is a scope here, and `run` opens one of its where there is none. Within one that there is,
 * `ClsService.set()` goes on writing to that one.
 *
 * Of its values only those listed go onto lines: it holds the whole request, and whatever else was put there.
 *
 * @example const context = createContext({ store: nestjsClsStore({ keys: ['userId'] }) });
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` where nestjs-cls is not installed, and for a wrong option.
 */
export function nestjsClsStore(options: NestjsClsStoreOptions = {}): ContextStore {
  const keys = listedKeys(owner, options, ['keys', 'service']);
  const service = readOptions(owner, () => serviceOf(options));
  const storage = new AsyncLocalStorage<{ readonly scope: Scope; readonly within: unknown }>();
  const adopted = new WeakMap<object, Scope>();

  return {
    run: (scope, work) =>
      service.run({ ifNested: 'reuse' }, () => storage.run({ scope, within: service.get() }, work)),
    get() {
      const held = storage.getStore();
      const within = service.get() as object | undefined;
      if (within === undefined || held?.within === within) return held?.scope;
      // Opened by the application, inside ours if there is one.
      let scope = adopted.get(within);
      if (scope === undefined) adopted.set(within, (scope = openScope(undefined, held?.scope)));
      return scope;
    },
    ...(keys.length > 0 && { fields: () => valuesOf(service, keys) }),
  };
}

function valuesOf(service: ClsServiceLike, keys: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const key of keys) {
    const value = service.get(key);
    if (value !== undefined) values[key] = value;
  }
  return values;
}

function serviceOf(options: NestjsClsStoreOptions): ClsServiceLike {
  const service = options.service ?? installedService();
  if (typeof service?.run !== 'function' || typeof service.get !== 'function')
    throw configError(owner, 'service', service, 'the ClsService of nestjs-cls');
  return service;
}

function installedService(): ClsServiceLike {
  try {
    const { ClsServiceManager } = require('nestjs-cls') as typeof import('nestjs-cls');
    return ClsServiceManager.getClsService() as ClsServiceLike;
  } catch (cause) {
    throw new TocsinError(`${owner}: nestjs-cls 6.3 or later cannot be loaded: npm install nestjs-cls`, {
      code: 'TOCSIN_CONFIG_INVALID',
      cause,
    });
  }
}
