import { SPLAT } from 'triple-beam';
import { childFields } from './child-fields.js';
import { isError } from './is-error.js';
import type { LineStart } from './line-start.js';
import { safeHasOwn, safeKeys, safeList, safeRead } from './safe-read.js';

type Fields = Readonly<Record<string, unknown>>;

/** How a line's fields must be put right, so that call > context > child > defaultMeta in every call style. */
export interface Precedence {
  /** Names of the context's fields that the call set itself. */
  readonly called?: readonly string[];
  /** Fields of the child that defaultMeta hid, and those of defaultMeta that are missing. */
  readonly restored?: Fields;
}

/** What winston's line has to do with the order of its fields. */
export interface LineParts {
  /** The line as winston hands it to the root. */
  readonly info: object;
  /** Absent for what was written past the logger's methods: all of it counts as the call's. */
  readonly start: LineStart | undefined;
  readonly root: object;
  readonly defaultMeta: unknown;
  readonly context: Fields | undefined;
}

/**
 * Winston's own order differs by call style: defaultMeta wins over the call in `logger.info({ … })` and over the
 * child everywhere, and `profile()` leaves it out (winston issues 2029 and 2162).
 */
export function precedenceOf(line: LineParts): Precedence {
  const { start, root, defaultMeta, context } = line;
  const hasDefaults = start !== undefined && typeof defaultMeta === 'object' && defaultMeta !== null;
  if (context === undefined && !hasDefaults) return {};

  const isProfile = start !== undefined && start.info === undefined && !(SPLAT in line.info);
  // Asked only where it makes a difference: for each line it costs a copy of the child's fields.
  const asksChild = start !== undefined && start.logger !== root && (hasDefaults || isProfile);
  const child: Fields = asksChild ? childFields(start.logger) : {};
  const isCalled = callOf(line, child);

  const called = context === undefined ? [] : Object.keys(context).filter((key) => isCalled(key));
  const restored = hasDefaults
    ? restoredFields(line.info, defaultMeta as Fields, child, isCalled)
    : undefined;
  return {
    ...(called.length === 0 ? {} : { called }),
    ...(restored === undefined ? {} : { restored }),
  };
}

function restoredFields(
  info: object,
  defaultMeta: Fields,
  child: Fields,
  isCalled: (key: string) => boolean,
): Fields | undefined {
  let restored: Record<string, unknown> | undefined;
  for (const key of safeKeys(defaultMeta)) {
    if (key === 'level' || key === 'message' || isCalled(key)) continue;
    if (Object.hasOwn(child, key)) (restored ??= {})[key] = child[key];
    else if (!safeHasOwn(info, key)) (restored ??= {})[key] = safeRead(defaultMeta, key);
  }
  return restored;
}

/** Tells of a key whether the call itself set it. */
function callOf({ info, start, defaultMeta }: LineParts, child: Fields): (key: string) => boolean {
  if (start === undefined) return (key) => safeHasOwn(info, key);

  const { info: given, error, overwritten = {} } = start;
  if (error !== undefined) return (key) => error.ownKeys.includes(key);
  if (given !== undefined) {
    const defaults = Object(defaultMeta) as object;
    return (key) => Object.hasOwn(overwritten, key) || (safeHasOwn(given, key) && !safeHasOwn(defaults, key));
  }
  if (SPLAT in info) {
    const metas = (safeList(safeRead(info, SPLAT), 10) ?? []).filter(isHolder);
    return metas.length === 0 ? () => false : (key) => metas.some((meta) => safeHasOwn(meta, key));
  }
  return (key) => safeHasOwn(info, key) && !(Object.hasOwn(child, key) && child[key] === safeRead(info, key));
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null && (isError(value) || !Array.isArray(value));
}
