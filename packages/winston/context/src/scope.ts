import { unionOfTags } from './tags.js';

import type { ContextFields } from './context-fields.js';

/** What the scopes of one request share. The object itself stands for the request. */
export interface RequestState {
  /** As `traceId(id)` set it. */
  traceId: string | undefined;
  /** Made when somebody asked for an id and nothing had brought one. */
  generatedTraceId: string | undefined;
}

/** What `run` opens: fields that hold for the work inside it, linked to the scope around it. For stores to carry. */
export interface Scope {
  readonly parent: Scope | undefined;
  readonly request: RequestState;
  /** Scopes around this one. */
  readonly depth: number;
  /** This scope's own fields; replaced, never written to, so that nobody else's object can change. */
  own: ContextFields;
  /** Grows with each change of its own fields. */
  version: number;
  /** Its own fields over those around it, as they were last put together. */
  flat: ContextFields | undefined;
  /** The versions of this scope and those around it, added up, when `flat` was made. */
  flatVersion: number;
  /** The global layer that `flat` stands on. */
  flatGlobal: object | undefined;
  /** The store's own fields that `flat` stands on. */
  flatStored: ContextFields | undefined;
}

/**
 * Scopes that are linked to each other at most. A job that plans its next run from inside opens scope in scope
 * without end; the one beyond the limit starts on a copy of the fields, so that the first can be collected.
 */
const maxDepth = 100;

const nothing: ContextFields = Object.freeze({});

/**
 * A scope inside `parent`.
 *
 * @param own its fields; they are the scope's from now on.
 * @param beginsRequest whether it is the first of a request although there is a scope around it.
 */
export function openScope(own: ContextFields = nothing, parent?: Scope, beginsRequest = false): Scope {
  const request =
    parent === undefined || beginsRequest
      ? { traceId: undefined, generatedTraceId: undefined }
      : parent.request;
  const isTooDeep = parent !== undefined && parent.depth >= maxDepth;
  return {
    parent: isTooDeep ? detached(parent) : parent,
    request,
    depth: parent === undefined ? 0 : isTooDeep ? 1 : parent.depth + 1,
    own,
    version: 0,
    flat: undefined,
    flatVersion: 0,
    flatGlobal: undefined,
    flatStored: undefined,
  };
}

function detached(scope: Scope): Scope {
  const own: Record<string, unknown> = {};
  copyOwn(own, scope);
  return openScope(own);
}

function copyOwn(into: Record<string, unknown>, scope: Scope): void {
  if (scope.parent !== undefined) copyOwn(into, scope.parent);
  // With values of `undefined`: they go on hiding what the global layer or the store has.
  setFields(into, scope.own);
}

function setFields(into: Record<string, unknown>, more: ContextFields): void {
  // Written so, a key of this name, which JSON.parse may bring, would change the object's prototype.
  for (const name of Object.keys(more)) if (name !== '__proto__') into[name] = more[name];
}

/** Writes the fields of the scopes around `scope`, and then its own, into `fields`. */
export function mergeScopes(fields: Record<string, unknown>, scope: Scope): void {
  if (scope.parent !== undefined) mergeScopes(fields, scope.parent);
  mergeFields(fields, scope.own);
}

/** Writes `more` into `fields`; a value of `undefined` takes the field away, and tags add up. */
export function mergeFields(fields: Record<string, unknown>, more: ContextFields): Record<string, unknown> {
  for (const name in more) {
    // What somebody added to Object.prototype is no field.
    if (!Object.hasOwn(more, name) || name === '__proto__') continue;
    const value = more[name];
    if (value !== undefined) fields[name] = name === 'tags' ? unionOfTags(fields[name], value) : value;
    else if (Object.hasOwn(fields, name)) delete fields[name];
  }
  return fields;
}

/** Puts fields into a scope; those that it has already change. */
export function addFields(scope: Scope, more: ContextFields): void {
  // Written name by name into a new object: on Node 20 a spread of two costs ten times as much.
  const own: Record<string, unknown> = {};
  setFields(own, scope.own);
  setFields(own, more);
  scope.own = own;
  scope.version += 1;
}

/** Changes each field in the innermost scope that has it; one that none has is put into `scope`. */
export function updateFields(scope: Scope, more: ContextFields): void {
  for (const name of Object.keys(more)) {
    let holder: Scope | undefined = scope;
    while (holder !== undefined && !Object.hasOwn(holder.own, name)) holder = holder.parent;
    addFields(holder ?? scope, { [name]: more[name] });
  }
}
