import { configError, readOptions, refuseUnknownOptions } from '@tocsin/event';
import { randomUUID } from 'node:crypto';
import { bindFunction } from './bind-function.js';
import { asyncLocalStore, type ContextStore } from './context-store.js';
import type { ContextFields } from './context-fields.js';
import type { Context } from './context-type.js';
import { copyFields } from './copy-fields.js';
import { flatten } from './flatten.js';
import { onceWarner } from './once-warner.js';
import { openTelemetrySpan } from './open-telemetry.js';
import { addFields, mergeFields, openScope, type Scope, updateFields } from './scope.js';
import { createTrace } from './trace.js';
import { isTraceId, traceIdIn } from './trace-id.js';

/** Options of {@link createContext}. */
export interface CreateContextOptions {
  /** What carries the scopes. @default an AsyncLocalStorage of its own */
  readonly store?: ContextStore | undefined;
}

/**
 * A context of its own, beside the process's default one, `context`: for a store that the application already has
 * (`@tocsin/context/cls-hooked`, `@tocsin/context/nestjs-cls`), and for tests.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` for a wrong option.
 */
export function createContext(options: CreateContextOptions = {}): Context {
  const store = readOptions('createContext', () => storeOf(options));
  const warn = onceWarner();
  let globalLayer: ContextFields = Object.freeze({});

  const read = (method: string, fields: unknown): Record<string, unknown> | undefined => {
    const copy = copyFields(fields);
    if (copy === undefined) warn('TOCSIN_FIELDS_INVALID', invalidFields(method, fields));
    return copy;
  };
  const scopeFor = (method: string): Scope | undefined => {
    const scope = store.get();
    if (scope === undefined) warn('TOCSIN_NO_SCOPE', noScope(method));
    return scope;
  };
  const change = (
    method: string,
    fields: unknown,
    apply: (scope: Scope, more: ContextFields) => void,
  ): void => {
    const scope = scopeFor(method);
    const more = scope && read(method, fields);
    if (scope !== undefined && more !== undefined) apply(scope, more);
  };
  const fieldsIn = (scope: Scope | undefined): ContextFields =>
    scope === undefined ? globalLayer : flatten(scope, globalLayer, store.fields?.());
  const findTraceId = (): string | undefined => {
    const span = openTelemetrySpan();
    if (span !== undefined) return span.traceId;
    const scope = store.get();
    if (scope === undefined) return undefined;
    const { request } = scope;
    return request.traceId ?? traceIdIn(fieldsIn(scope)) ?? (request.generatedTraceId ??= randomUUID());
  };
  const setTraceId = (id: unknown): void => {
    const scope = scopeFor('traceId');
    if (scope === undefined) return;
    if (id === null) scope.request.traceId = undefined;
    else if (isTraceId(id)) scope.request.traceId = id;
    else warn('TOCSIN_TRACE_ID_INVALID', invalidTraceId);
  };

  return {
    run(fields, work) {
      // As for `run(work)`: what the store throws then does not say what is missing.
      if (typeof work !== 'function')
        throw configError('context.run', 'work', work, 'a function, after the fields');
      return store.run(openScope(read('run', fields), store.get()), work);
    },
    add: (fields) => change('add', fields, addFields),
    update: (fields) => change('update', fields, updateFields),
    current: () => fieldsIn(store.get()),
    isActive: () => store.get() !== undefined,
    bind: (fn) => (typeof fn === 'function' ? (store.bind ?? bindFunction)(fn) : fn),
    trace: createTrace((readFields) => {
      let fields: unknown;
      try {
        fields = readFields();
      } catch {
        // The user's function for the fields fails: the call itself must not.
      }
      const scope = openScope(read('trace', fields), store.get(), true);
      return (work) => store.run(scope, work);
    }),
    setGlobal(fields) {
      const more = read('setGlobal', fields);
      if (more !== undefined) globalLayer = Object.freeze(mergeFields({ ...globalLayer }, more));
    },
    traceId: ((id?: unknown) => (id === undefined ? findTraceId() : setTraceId(id))) as Context['traceId'],
    request: () => store.get()?.request,
  };
}

function storeOf(options: CreateContextOptions): ContextStore {
  if (typeof options !== 'object' || options === null)
    throw configError('createContext', 'options', options, 'an object');
  refuseUnknownOptions('createContext', '', Object.keys(options), ['store']);
  const { store } = options;
  if (store === undefined) return asyncLocalStore();
  const given = (store ?? {}) as Partial<ContextStore>;
  if (typeof given.run !== 'function' || typeof given.get !== 'function')
    throw configError('createContext', 'store', store, 'a ContextStore, with run() and get()');
  return store;
}

const invalidTraceId = 'context.traceId() was given no trace id: 1 to 128 printable characters, no spaces';

function noScope(method: string): string {
  return `context.${method}() was called outside of any scope, so nothing came of it; context.run() opens one`;
}

function invalidFields(method: string, fields: unknown): string {
  return `context.${method}() was given ${kindOf(fields)}; fields are an object, such as { requestId }`;
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  // Asking a revoked Proxy anything more would throw.
  return 'an array, a promise, or an object that cannot be read';
}
