import type { ContextFields } from './context-fields.js';
import { mergeFields, mergeScopes, type Scope } from './scope.js';

/**
 * The fields that hold in a scope, in one frozen object: its own, over those of the scopes around it, over the
 * store's own, over the global layer. Put together when first asked for, and again only after a change.
 */
export function flatten(
  scope: Scope,
  globalLayer: ContextFields,
  stored: ContextFields | undefined,
): ContextFields {
  // Versions only grow and a scope's surroundings stay the same: an equal sum says that nothing has changed.
  let version = 0;
  for (let each: Scope | undefined = scope; each !== undefined; each = each.parent) version += each.version;
  if (
    scope.flat !== undefined &&
    scope.flatVersion === version &&
    scope.flatGlobal === globalLayer &&
    hasSameFields(scope.flatStored, stored)
  )
    return scope.flat;

  const fields = mergeFields({}, globalLayer);
  if (stored !== undefined) mergeFields(fields, stored);
  mergeScopes(fields, scope);
  scope.flat = Object.freeze(fields);
  scope.flatVersion = version;
  scope.flatGlobal = globalLayer;
  scope.flatStored = stored;
  return scope.flat;
}

function hasSameFields(before: ContextFields | undefined, now: ContextFields | undefined): boolean {
  if (before === now) return true;
  if (before === undefined || now === undefined) return false;
  const names = Object.keys(now);
  if (names.length !== Object.keys(before).length) return false;
  return names.every((name) => Object.hasOwn(before, name) && Object.is(before[name], now[name]));
}
