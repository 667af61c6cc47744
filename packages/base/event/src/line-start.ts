import { types } from 'node:util';
import { type FirstSight, seenErrors } from './capture-registry.js';
import { isError } from './is-error.js';
import { safeKeys, safeRead } from './safe-read.js';

/** What is known of a line from the method that logs it, until the `write` that follows in the same call. */
export interface LineStart {
  /** The logger whose method was called: the root, or a child. */
  readonly logger: object;
  /**
   * What winston is about to write defaultMeta onto: the caller's own object or Error, or winston's new info. Absent
   * where the call has several arguments: there, winston puts the caller's fields onto an info of its own.
   */
  readonly info?: object;
  readonly error?: FirstSight;
  readonly metaKeys?: readonly string[];
  /** What defaultMeta is about to hide. */
  readonly overwritten?: Readonly<Record<string, unknown>>;
}

/** Takes down what defaultMeta is about to hide on the info. */
export function lineStart(logger: object, info: object, defaultMeta: unknown): LineStart {
  const metaKeys = typeof defaultMeta === 'object' && defaultMeta !== null ? Object.keys(defaultMeta) : [];
  const overwritten = valuesUnder(info, metaKeys);
  if (!isError(info)) return overwritten === undefined ? { logger, info } : { logger, info, overwritten };

  // Logged before: by now winston's and the formats' keys stand on it beside its own.
  let error = seenErrors.get(info);
  if (error === undefined) {
    const ownKeys = safeKeys(info).filter((key) => key !== 'level');
    error = overwritten === undefined ? { ownKeys } : { ownKeys, overwritten };
    seenErrors.set(info, error);
  }
  return { logger, info, error, metaKeys };
}

function valuesUnder(info: object, keys: readonly string[]): Record<string, unknown> | undefined {
  let values: Record<string, unknown> | undefined;
  for (const key of keys) if (Object.hasOwn(info, key)) (values ??= {})[key] = safeRead(info, key);
  return values;
}

/** Whether `info` is the object that the line began with, or the plain copy that a child's `write` made of it. */
export function isLineOf(start: LineStart, info: object): boolean {
  const { info: begun } = start;
  if (begun === undefined || begun === info) return true;
  if (types.isProxy(begun)) return false;
  return (['level', 'message', 'stack'] as const).every(
    (key) => safeRead(info, key) === safeRead(begun, key),
  );
}
