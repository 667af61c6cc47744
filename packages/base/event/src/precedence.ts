import { SPLAT } from 'triple-beam';
import { childFields } from './child-fields.js';
import { isError } from './is-error.js';
import type { LineStart } from './line-start.js';
import { safeHasOwn, safeKeys, safeList, safeRead } from './safe-read.js';

type Fields = Readonly<Record<string, unknown>>;

const nothing: readonly never[] = [];

/** How a line's fields must be put right, so that call > context > child > defaultMeta in every call style. */
export interface Precedence {
  /** Names of the context's fields that the call set itself. */
  readonly called?: readonly string[] | undefined;
  /** Fields of the child that defaultMeta hid, and those of defaultMeta that are missing. */
  readonly restored?: Fields | undefined;
  /** Fields of the call that stand only in what came after the message, where others have their names on the line. */
  readonly overwritten?: Fields | undefined;
  /** What holds under the names of an Error's own fields but for that Error: context > child > defaultMeta. */
  readonly besideError?: Fields | undefined;
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
  const isChild = start !== undefined && start.logger !== root;
  if (context === undefined && !hasDefaults && !isChild) return {};

  const isProfile = start !== undefined && start.info === undefined && !(SPLAT in line.info);
  const metas = metasOf(line);
  const errorKeys =
    start?.error?.ownKeys ?? metas.flatMap((meta) => (isError(meta) ? safeKeys(meta) : nothing));
  // Asked only where it makes a difference: for each line it costs a copy of the child's fields.
  const asksChild = hasDefaults || isProfile || errorKeys.length > 0;
  const child: Fields = asksChild && isChild ? childFields(start.logger) : {};
  const isCalled = callOf(line, child, metas);

  const found: { -readonly [Key in keyof Precedence]: Precedence[Key] } = {};
  if (context !== undefined) found.called = calledOf(context, isCalled);
  if (hasDefaults) found.restored = restoredFields(line.info, defaultMeta as Fields, child, isCalled);
  if (mayBeLeftToSplat(line.info, metas)) found.overwritten = overwrittenFields(line.info, metas, context);
  if (errorKeys.length > 0) {
    const layers = [context, child, hasDefaults ? (defaultMeta as Fields) : undefined];
    found.besideError = besideError(errorKeys, metas, layers);
  }
  return found;
}

function calledOf(context: Fields, isCalled: (key: string) => boolean): readonly string[] | undefined {
  let called: string[] | undefined;
  for (const key of Object.keys(context)) if (isCalled(key)) (called ??= []).push(key);
  return called;
}

/** Whether winston may not have put all of the call's fields onto the line. */
function mayBeLeftToSplat(info: object, metas: readonly object[]): boolean {
  if (metas.length !== 1) return metas.length > 1;
  const message = safeRead(info, 'message');
  return typeof message !== 'string' || message.includes('%');
}

/** What came after the message and may have fields; none where winston put the fields onto an info right away. */
function metasOf({ info, start }: LineParts): readonly object[] {
  if (start === undefined || start.info !== undefined || !(SPLAT in info)) return nothing;
  return safeList(safeRead(info, SPLAT), 10)?.filter(isHolder) ?? nothing;
}

/** Where the message has tokens, winston leaves it to `format.splat()` to put the call's fields onto the line. */
function overwrittenFields(
  info: object,
  metas: readonly object[],
  context: Fields | undefined,
): Fields | undefined {
  let overwritten: Record<string, unknown> | undefined;
  for (const meta of metas) {
    if (isError(meta)) continue;
    for (const key of safeKeys(meta)) {
      if (key === 'level' || key === 'message' || key === '__proto__') continue;
      const isTaken = safeHasOwn(info, key) || (context !== undefined && Object.hasOwn(context, key));
      if (!isTaken || metas.some((other) => isSame(info, other, key))) continue;
      (overwritten ??= {})[key] = safeRead(meta, key);
    }
  }
  return overwritten;
}

function isSame(info: object, meta: object, key: string): boolean {
  return (
    safeHasOwn(info, key) && safeHasOwn(meta, key) && Object.is(safeRead(info, key), safeRead(meta, key))
  );
}

function besideError(
  errorKeys: readonly string[],
  metas: readonly object[],
  layers: readonly (Fields | undefined)[],
): Fields | undefined {
  let beside: Record<string, unknown> | undefined;
  for (const key of errorKeys) {
    if (key === 'level' || key === 'message' || key === '__proto__') continue;
    if (metas.some((meta) => !isError(meta) && safeHasOwn(meta, key))) continue;
    const layer = layers.find((fields) => fields !== undefined && safeHasOwn(fields, key));
    if (layer !== undefined) (beside ??= {})[key] = safeRead(layer, key);
  }
  return beside;
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
function callOf(
  { info, start, defaultMeta }: LineParts,
  child: Fields,
  metas: readonly object[],
): (key: string) => boolean {
  if (start === undefined) return (key) => safeHasOwn(info, key);

  const { info: given, error, overwritten = {} } = start;
  if (error !== undefined) return (key) => error.ownKeys.includes(key);
  if (given !== undefined) {
    const defaults = Object(defaultMeta) as object;
    return (key) => Object.hasOwn(overwritten, key) || (safeHasOwn(given, key) && !safeHasOwn(defaults, key));
  }
  if (SPLAT in info) return (key) => metas.some((meta) => safeHasOwn(meta, key));
  return (key) => safeHasOwn(info, key) && !(Object.hasOwn(child, key) && child[key] === safeRead(info, key));
}

function isHolder(value: unknown): value is object {
  return typeof value === 'object' && value !== null && (isError(value) || !Array.isArray(value));
}
