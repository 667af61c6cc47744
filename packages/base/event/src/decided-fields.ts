import type { Captured, ShownFields } from './captured.js';
import { splatOf } from './find-error.js';
import { isError } from './is-error.js';
import { safeHasOwn, safeRead } from './safe-read.js';

/** The fields whose value is not, or may not be, the one on the info: call > context > child > defaultMeta. */
export function decidedFields(
  info: object,
  captured: Captured | undefined,
): Readonly<Record<string, unknown>> {
  if (captured === undefined) return {};
  const { context, called, shown, restored, overwritten, ownKeys, besideError } = captured;
  const fields: Record<string, unknown> = shown === undefined ? { ...restored } : {};
  for (const key of Object.keys(context ?? {})) {
    if (key === '__proto__' || context?.[key] === undefined || called?.includes(key) === true) continue;
    const where = shownAs(shown, key);
    if (where === undefined) fields[key] = context[key];
    else if (where.under !== undefined) {
      const left = safeRead(safeRead(info, where.under), key);
      if (left !== undefined) fields[key] = left;
    }
  }
  Object.assign(fields, besideError);
  if (shown !== undefined) return fields;
  // Where the Error is the info, they are its own.
  return ownKeys === undefined ? Object.assign(fields, overwritten) : fields;
}

/** Whether the line's field of this name holds fields of the context, which are told as if they stood on the line. */
export function isHolderOfShown(key: string, captured: Captured | undefined): boolean {
  return captured?.shown?.some(({ under }) => under === key) === true;
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
  const { called, shown, restored, overwritten, ownKeys, besideError } = captured ?? {};
  if (shown === undefined && ownKeys === undefined && holds(overwritten, key)) return overwritten[key];
  if (holds(besideError, key)) return besideError[key];
  const where = shownAs(shown, key);
  if (where !== undefined && called?.includes(key) !== true)
    return safeRead(where.under === undefined ? info : safeRead(info, where.under), key);
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

/** How a format put the context's field of this name on the line. */
export function shownAs(shown: Captured['shown'], key: string): ShownFields | undefined {
  return shown?.findLast(({ names }) => names.includes(key));
}

type Fields = Readonly<Record<string, unknown>>;

function holds(fields: Fields | undefined, key: string): fields is Fields {
  return fields !== undefined && Object.hasOwn(fields, key);
}
