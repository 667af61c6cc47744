import { inAppFrames } from './locate.js';
import type { ErrorDetails, LogEvent, StackFrame } from './log-event.js';
import { messageTemplate } from './message-template.js';
import { safeRead } from './safe-read.js';
import { type RootCause, rootCause } from './root-cause.js';

/**
 * What makes two errors the same:
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
  root: string,
): readonly string[] {
  const { error } = event;
  const cause = error === undefined ? undefined : rootCause(error);
  const type = cause?.type ?? 'log';
  const template = templateOf(event, cause, root);
  if (grouping === 'message') return [type, template];

  const frames = inAppFrames(error, isFetchFailed);
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
  if (texts.every((text) => text === '')) return undefined;
  return texts.flatMap((text) => {
    if (text === token) return parts;
    const cut = text.slice(0, maxPart);
    return cut.includes(token) ? [cut.replace(token, () => parts.join('|'))] : [cut];
  });
}

/** `fetch` says who called it up to Node 22 and has no frames at all from Node 24 on: the key does without. */
function isFetchFailed({ type, message, cause }: ErrorDetails): boolean {
  return type === 'TypeError' && message === 'fetch failed' && cause !== undefined;
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

function templateOf(event: LogEvent, cause: RootCause | undefined, root: string): string {
  if (cause === undefined) return messageTemplate(withoutRoot(event.message, root));
  const templates = new Set(cause.sources.map((error) => messageTemplate(withoutFolders(error, root))));
  return [...templates].sort().slice(0, stackFrames).join('\n');
}

/**
 * The message without what differs by machine, build and request: the application's root, and the folder of the
 * file that one of Node's system errors names (`ENOENT: no such file or directory, open '/tmp/x7Gh2/order.json'`).
 */
function withoutFolders(error: ErrorDetails, root: string): string {
  let message = withoutRoot(error.message, root);
  for (const key of ['path', 'dest']) {
    const path = safeRead(error.own, key);
    if (typeof path !== 'string' || !/[/\\]./.test(path.slice(0, maxPart))) continue;
    const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
    message = message.replace(`'${withoutRoot(path, root)}'`, () => `'${name}'`);
  }
  return message;
}

function withoutRoot(text: string, root: string): string {
  return root.length > 1 ? text.replaceAll(root.endsWith('/') ? root : `${root}/`, '') : text;
}
