import { configError, findLine, ownLine, readOptions, refuseUnknownOptions } from '@tocsin/event';
import type { Format, TransformableInfo } from 'logform';
import { context as processContext } from './context.js';
import { lineFormat } from './line-format.js';
import { unionOfTags } from './tags.js';
import { isToBeLeft } from './unknown-line.js';

/** Options of {@link contextFormat}. */
export interface ContextFormatOptions {
  /** Names of the fields that are put on the line. @default all */
  readonly keys?: readonly string[] | undefined;
  /**
   * The name of one field that holds them all; a line that has a field of that name keeps its own.
   * @default none: they stand beside the line's own fields
   */
  readonly under?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const owner = 'contextFormat';
const unbound = "while a transport is slow, lines show another request's context";

/**
 * A format that puts the context's fields on each line, those of the moment of the call. Where several give a field,
 * in every call style: call > context > child logger > defaultMeta. It writes onto no object of the caller's.
 *
 * Put it into the logger's own format, before `redactFormat()` and what prints; and call {@link bindContext} unless
 * the logger has a Tocsin transport.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` for a wrong option
 */
export function contextFormat(options: ContextFormatOptions = {}): Format {
  const { keys, under } = readOptions(owner, () => resolve(options));
  return lineFormat((info) => withContext(info, keys, under));
}

function resolve(options: ContextFormatOptions): ContextFormatOptions {
  if (typeof options !== 'object' || options === null)
    throw configError(owner, 'options', options, 'an object');
  refuseUnknownOptions(owner, '', Object.keys(options), ['keys', 'under']);
  const { keys, under } = options;
  if (
    keys !== undefined &&
    (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string' && key !== ''))
  )
    throw configError(owner, 'keys', keys, 'an array of names');
  if (under !== undefined && (typeof under !== 'string' || reserved.has(under) || under === ''))
    throw configError(owner, 'under', under, "a name other than 'level', 'message' and '__proto__'");
  return { ...(keys === undefined ? {} : { keys: [...keys] }), ...(under === undefined ? {} : { under }) };
}

/** Names that are the line's alone. */
const reserved: ReadonlySet<string> = new Set(['level', 'message', '__proto__']);

function withContext(
  info: TransformableInfo,
  keys: readonly string[] | undefined,
  under: string | undefined,
): TransformableInfo {
  const { captured, underWay } = findLine(info);
  if (captured === undefined && isToBeLeft(owner, unbound)) return info;
  const context = captured === undefined ? processContext.current() : captured.context;
  const { restored, overwritten } = captured ?? {};
  if (context === undefined && restored === undefined && overwritten === undefined) return info;

  const line = ownLine(info);
  assign(line, restored);
  assign(line, overwritten);
  if (context === undefined) return line;
  const names = keys ?? Object.keys(context);
  // A field that already has the name is not given up.
  if (under !== undefined && Object.hasOwn(line, under)) return line;
  if (under !== undefined) line[under] = chosenFrom(context, names);
  else addContext(line, context, names, captured === undefined ? Object.keys(line) : captured.called);
  // From here on the line has them for its alerts too, so that later formats can mask or delete them.
  if (captured !== undefined && underWay?.formatting === true) {
    captured.shown = [...(captured.shown ?? []), { names, under }];
  }
  return line;
}

function chosenFrom(context: Fields, names: readonly string[]): Fields {
  const chosen: Record<string, unknown> = {};
  for (const name of names) if (isGiven(context, name)) chosen[name] = context[name];
  return chosen;
}

function isGiven(context: Fields, name: string): boolean {
  return name !== '__proto__' && Object.hasOwn(context, name) && context[name] !== undefined;
}

function assign(line: TransformableInfo, fields: Fields = {}): void {
  for (const key of Object.keys(fields)) if (!reserved.has(key)) line[key] = fields[key];
}

function addContext(
  line: TransformableInfo,
  context: Fields,
  names: readonly string[],
  called: readonly string[] | undefined,
): void {
  for (const name of names) {
    if (!isGiven(context, name)) continue;
    const value = context[name];
    if (name === 'tags') line[name] = unionOfTags(line[name], value);
    else if (!reserved.has(name) && called?.includes(name) !== true && !dropsLine(name, value))
      line[name] = value;
  }
}

/** Whether winston would take the line for an uncaught exception, and keep it from most transports. */
function dropsLine(key: string, value: unknown): boolean {
  return key === 'exception' && value === true;
}
