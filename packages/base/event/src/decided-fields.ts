import type { Captured } from './captured.js';
import { splatOf } from './find-error.js';
import { isError } from './is-error.js';
import { safeHasOwn, safeRead } from './safe-read.js';

/** The fields whose value is not, or may not be, the one on the info: call > context > child > defaultMeta. */
export function decidedFields(
  info: object,
  captured: Captured | undefined,
): Readonly<Record<string, unknown>> {
  if (captured === undefined) return {};
  const { context, called, shown, shownUnder, restored, overwritten, ownKeys, besideError } = captured;
  const fields: Record<string, unknown> = shown === undefined ? { ...restored } : {};
  for (const key in context) {
    if (key === '__proto__' || context[key] === undefined) continue;
    if (called?.includes(key) !== true && shown?.includes(key) !== true) fields[key] = context[key];
  }
  if (shownUnder !== undefined) {
    const left = safeRead(info, shownUnder);
    for (const key of shown ?? []) {
      const value = key === '__proto__' ? undefined : safeRead(left, key);
      if (value !== undefined && called?.includes(key) !== true) fields[key] = value;
    }
  }
  Object.assign(fields, besideError);
  if (shown !== undefined) return fields;
  // Where the Error is the info, they are its own.
  return ownKeys === undefined ? Object.assign(fields, overwritten) : fields;
}

/**
 * One field of the line, wherever it stands.
 *
 * @param context Its context; none, to know what the field would be without.
 */
export function decidedField(
  info: object,
  captured: Captured | undefined,
  key: string,
  context = captured?.context,
): unknown {
  const { called, shown, shownUnder, restored, overwritten, ownKeys, besideError } = captured ?? {};
  if (shown === undefined && ownKeys === undefined && holds(overwritten, key)) return overwritten[key];
  if (holds(besideError, key)) return besideError[key];
  if (shown?.includes(key) === true && called?.includes(key) !== true)
    return safeRead(shownUnder === undefined ? info : safeRead(info, shownUnder), key);
  if (holds(context, key) && context[key] !== undefined && called?.includes(key) !== true)
    return context[key];
  if (shown === undefined && holds(restored, key)) return restored[key];
  if (safeHasOwn(info, key)) return safeRead(info, key);
  // Where nobody put the call's fields onto the line.
  const holder = splatOf(info).find(
    (value) => typeof value === 'object' && value !== null && !isError(value) && safeHasOwn(value, key),
  );
  return holder === undefined ? undefined : safeRead(holder, key);
}

type Fields = Readonly<Record<string, unknown>>;

function holds(fields: Fields | undefined, key: string): fields is Fields {
  return fields !== undefined && Object.hasOwn(fields, key);
}
