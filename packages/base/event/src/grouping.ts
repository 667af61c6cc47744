import { inAppFrames } from './locate.js';
import type { ErrorDetails, LogEvent, StackFrame } from './log-event.js';
import { messageTemplate } from './message-template.js';
import { safeRead } from './safe-read.js';
import { type RootCause, rootCause } from './root-cause.js';

/**
 * What makes two errors the same (fingerprint.md):
 *
 * - `'function'`: root type, code, file and function of the top in-app frame; holds over deploys.
 * - `'line'`: root type, file and line.
 * - `'stack'`: root type, the top five in-app frames, message template.
 * - `'message'`: root type, message template.
 * - a function: whatever it returns. It gets the parts of the default key; `'{{default}}'` stands for them.
 */
export type Grouping =
  | 'function'
  | 'line'
  | 'stack'
  | 'message'
  | ((event: LogEvent, defaults: readonly string[]) => string | string[]);

/** Types that say nothing by themselves. */
const plainTypes: ReadonlySet<string> = new Set(['Error', 'AggregateError']);
const stackFrames = 5;
/** Bounds of a key of the user's own: parts, and characters of a part. */
const maxParts = 20;
const maxPart = 1_024;
const token = '{{default}}';

/** The parts of the key that a grouping makes, without the version. */
export function defaultParts(
  event: LogEvent,
  grouping: Exclude<Grouping, (...args: never[]) => unknown>,
): readonly string[] {
  const { error } = event;
  const cause = error === undefined ? undefined : rootCause(error);
  const type = cause?.type ?? 'log';
  const template = templateOf(event, cause);
  if (grouping === 'message') return [type, template];

  const frames = inAppFrames(error);
  const code = cause?.code ?? '';
  const place = frames[0] ?? calledFrom(event);
  if (place?.file === undefined) {
    return [type, code, packageOf(cause), '', template];
  }
  switch (grouping) {
    case 'line':
      return [type, `${place.file}:${place.line ?? ''}`];
    case 'stack':
      return [type, ...(frames.length > 0 ? frames : [place]).slice(0, stackFrames).map(frameKey), template];
    case 'function': {
      const parts = [type, code, place.file, place.function ?? ''];
      const vague = (place.function ?? '') === '' || plainTypes.has(type) || cause?.root.isError !== true;
      return vague ? [...parts, template] : parts;
    }
  }
}

/** The key that the user chose; `undefined` where it is no text and no list of texts. */
export function customKey(given: unknown, parts: readonly string[]): readonly string[] | undefined {
  const list: unknown = typeof given === 'string' ? [given] : given;
  if (!Array.isArray(list)) return undefined;
  const texts = list.slice(0, maxParts).filter((part) => typeof part === 'string');
  if (texts.length === 0 || texts.every((text) => text === '')) return undefined;
  return texts.flatMap((text) => {
    if (text === token) return parts;
    const cut = text.slice(0, maxPart);
    return cut.includes(token) ? [cut.replace(token, () => parts.join('|'))] : [cut];
  });
}

/** The log call, where the line carries no Error that could say more. */
function calledFrom(event: LogEvent): LogEvent['location'] {
  return event.error?.isError === true ? undefined : event.location;
}

function frameKey(frame: Pick<StackFrame, 'file' | 'function'> | NonNullable<LogEvent['location']>): string {
  return `${frame.file ?? ''}:${frame.function ?? ''}`;
}

/** The package of the first `node_modules` frame, of the root or else of the nearest wrapper. */
function packageOf(cause: RootCause | undefined): string {
  for (const link of cause?.chain.toReversed() ?? []) {
    const found = link.frames.find((frame) => frame.package !== undefined);
    if (found?.package !== undefined) return found.package;
  }
  return '';
}

function templateOf(event: LogEvent, cause: RootCause | undefined): string {
  if (cause === undefined) return messageTemplate(event.message);
  const templates = new Set(cause.sources.map((error) => messageTemplate(withoutFolder(error))));
  return [...templates].sort().slice(0, stackFrames).join('\n');
}

/** Node's system errors name a file: the folder it lies in differs by machine, build and request. */
function withoutFolder(error: ErrorDetails): string {
  let { message } = error;
  for (const key of ['path', 'dest']) {
    const path = safeRead(error.own, key);
    if (typeof path !== 'string' || !/[/\\]./.test(path.slice(0, maxPart))) continue;
    const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    message = message.replace(`'${path}'`, () => `'${name}'`);
  }
  return message;
}
