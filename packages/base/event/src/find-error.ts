import { SPLAT } from 'triple-beam';
import { isError, isSerializedError } from './is-error.js';
import { safeKeys, safeList, safeRead } from './safe-read.js';

/**
 * The Error that a line carries, wherever winston put it; `undefined` where there is none.
 *
 * The order: the info itself, its message, what came
 * after the message, the usual fields, nest-winston's `stack: [Error]`, then any field that holds an Error.
 */
export function findError(info: unknown): Error | undefined {
  if (typeof info !== 'object' || info === null) return undefined;
  const usual = findErrorQuickly(info);
  if (usual !== undefined) return usual;
  // logform's metadata() moves every field under `metadata`.
  for (const holder of [info, ...splatOf(info), safeRead(info, 'metadata')]) {
    const found = errorInUsualFields(holder) ?? errorInAnyField(holder);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** {@link findError} in the usual places only: for the lines that are too many to look at every field. */
export function findErrorQuickly(info: object): Error | undefined {
  if (isError(info)) return info;
  const message = safeRead(info, 'message');
  if (isError(message)) return message;
  return splatOf(info).find(isError) ?? errorInUsualFields(info);
}

/** What the caller passed after the message, at most ten values. */
export function splatOf(info: object): readonly unknown[] {
  return safeList(safeRead(info, SPLAT), 10) ?? [];
}

function errorInUsualFields(holder: unknown): Error | undefined {
  if (typeof holder !== 'object' || holder === null) return undefined;
  for (const key of ['error', 'err'] as const) {
    const value = safeRead(holder, key);
    if (isError(value)) return value;
  }
  const stack = safeRead(holder, 'stack');
  const [first] = typeof stack === 'object' ? (safeList(stack, 1) ?? []) : [];
  return isError(first) ? first : undefined;
}

function errorInAnyField(holder: unknown): Error | undefined {
  if (typeof holder !== 'object' || holder === null) return undefined;
  const stack = safeRead(holder, 'stack');
  for (const key of safeKeys(holder, 50)) {
    // The cause that winston copies from an Error is not the Error.
    if (key === 'cause' && typeof stack === 'string') continue;
    const value = safeRead(holder, key);
    if (isError(value)) return value;
  }
  return undefined;
}

/**
 * What stands on the line in an Error's place, in an Error's shape: the copy that a child logger or
 * `format.errors()` made, a serialised error under `error` or `err`, nest-winston's `stack: [text]`, or the
 * fields `errorType`, `errorMessage` and `stackTrace`.
 */
export function findStandIn(info: object): object | undefined {
  for (const key of ['error', 'err']) {
    const value = safeRead(info, key);
    if (isSerializedError(value)) return value;
  }
  const given = safeRead(info, 'stack');
  const stack = safeList(given, 1)?.[0] ?? given;
  if (typeof stack === 'string' && stack !== '') {
    const cause = safeRead(info, 'cause');
    const code = safeRead(info, 'code');
    return { ...fromHeader(stack, safeRead(info, 'message')), stack, code, cause };
  }
  const type = safeRead(info, 'errorType');
  const message = safeRead(info, 'errorMessage');
  const trace = safeRead(info, 'stackTrace');
  if (typeof trace !== 'string' && (typeof type !== 'string' || typeof message !== 'string'))
    return undefined;
  const header = typeof trace === 'string' ? fromHeader(trace, message) : { name: 'Error', message: '' };
  return {
    name: typeof type === 'string' ? type : header.name,
    message: typeof message === 'string' ? message : header.message,
    stack: trace,
  };
}

const header = /^([\w$.]{1,200})(?: \[[^\]\n]{1,100}\])?(?:: ([^]*))?$/;

/** Name and message as a stack's header tells them; the line's own message where there is no header. */
function fromHeader(stack: string, message: unknown): { readonly name: string; readonly message: string } {
  const head = stack.slice(0, 4096);
  const frames = head.search(/(?:^|\n) {2,}at /);
  const match = header.exec(frames === -1 ? head : head.slice(0, frames));
  if (match === null) return { name: 'Error', message: typeof message === 'string' ? message : '' };
  return { name: match[1] ?? 'Error', message: match[2] ?? '' };
}
