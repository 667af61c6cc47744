import { LEVEL } from 'triple-beam';
import type { CapturedLine } from './captured.js';
import { textOf } from './error-snapshot.js';
import { type HiddenSlot, createHiddenSlot } from './hidden-slot.js';
import { isError } from './is-error.js';
import type { Breadcrumb } from './log-event.js';
import { type CopyHook, plainCopy } from './plain-copy.js';
import { redactText } from './redact-text.js';
import { safeKeys, safeRead } from './safe-read.js';
import { stripAnsi } from './strip-ansi.js';
import { truncate } from './truncate.js';

/** Lines of a request that are kept. */
const maxLines = 20;
const maxMessage = 500;
const maxFields = 12;
const fieldLimits = { maxDepth: 2, maxKeys: 10, maxStringLength: 200, maxTotal: 1_000 };

/** How far past the cut a text is looked through for secrets: of one that is cut in two the rest might be told. */
const margin = 4_096;
const hook: CopyHook = {
  entry: (_key, value) => value,
  member: (value) => value,
  key: (name) => name,
  text: (text) => (text.length > fieldLimits.maxStringLength ? redactText(text) : text),
};

const key = Symbol.for('tocsin.capture.trails');
const holder = globalThis as { [key]?: HiddenSlot<readonly Breadcrumb[]> };
/** On what stands for the request: they go with it. */
const trails = (holder[key] ??= createHiddenSlot());

/** The last lines of a request, the oldest first; not redacted yet. Later lines do not change the list. */
export function trailOf(request: object): readonly Breadcrumb[] | undefined {
  return trails.get(request);
}

/** Adds a line, as the logger's formats left it, to its request's trail. */
export function leaveTrail(request: object, info: object, captured: CapturedLine): void {
  const lines = trails.get(request) ?? [];
  const kept = lines.length < maxLines ? lines : lines.slice(1 - maxLines);
  trails.set(request, [...kept, breadcrumbOf(info, captured)]);
}

function breadcrumbOf(info: object, { timestamp = Date.now(), context }: CapturedLine): Breadcrumb {
  const level = safeRead(info, LEVEL) ?? safeRead(info, 'level');
  const message = safeRead(info, 'message');
  const fields: Record<string, unknown> = {};
  let count = 0;
  for (const name of safeKeys(info)) {
    const value = safeRead(info, name);
    if (isToldElsewhere(name, value) || (context !== undefined && Object.is(context[name], value))) continue;
    if (count === maxFields) break;
    count += 1;
    fields[truncate(name, 64)] = plainCopy(messageOf(value), fieldLimits, hook);
  }
  return {
    timestamp,
    level: typeof level === 'string' ? stripAnsi(truncate(level, 64)) : 'info',
    message: shortMessage(textOf(message)),
    ...(count === 0 ? {} : { context: fields }),
  };
}

function shortMessage(text: string): string {
  const message = stripAnsi(text.slice(0, maxMessage + margin));
  const unread = Math.max(0, text.length - maxMessage - margin);
  if (message.length <= maxMessage) return truncate(message, maxMessage, unread);
  return truncate(redactText(message), maxMessage, unread);
}

function isToldElsewhere(name: string, value: unknown): boolean {
  return (
    value === undefined ||
    name === 'level' ||
    name === 'message' ||
    name === 'stack' ||
    name === '__proto__' ||
    (name === 'timestamp' && typeof value === 'string')
  );
}

/** Of an Error its message: the trail tells what happened before, not each stack. */
function messageOf(value: unknown): unknown {
  return isError(value) ? safeRead(value, 'message') : value;
}
