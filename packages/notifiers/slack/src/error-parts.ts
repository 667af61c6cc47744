import { callChain, causeLines, type ErrorDetails, type Location, type LogEvent } from '@tocsin/event';
import { section } from './blocks.js';
import { codeLine, codeLines, isBlank } from './escape.js';
import type { Part } from './fit.js';
import { preview } from './preview.js';
import { grouped } from './words.js';

const maxEntries = 10;
const maxBreadcrumbs = 3;
const maxCauses = 4;

/** Type, code, message and causes. Both messages where the logged line says something that the error does not. */
export function whatPart(event: LogEvent): Part {
  const { error } = event;
  const type = error === undefined || isBlank(error.type) ? undefined : codeLine(error.type, 200);
  const code = error?.code === undefined || isBlank(error.code) ? undefined : codeLine(error.code, 100);
  const title = [type, code].filter((text) => text !== undefined).map((text) => `\`${text}\``);
  const causes = error === undefined ? [] : causeLines(error, maxCauses);
  const message = [
    ...messages(event).map((text) => codeLines(text, 700)),
    ...causes.map((text) => codeLine(text, 200)),
  ];
  const body = message.length === 0 ? '_(no message)_' : `\`\`\`${message.join('\n')}\`\`\``;
  return {
    name: 'message',
    blocks: [section([title.join(' '), body].filter((line) => line !== '').join('\n'))],
    dropOrder: 0,
  };
}

/** What was logged and what was thrown; once, where the one says the other too, as winston's joining does. */
function messages({ message, error }: LogEvent): string[] {
  const logged = message.slice(0, 2000);
  const thrown = error?.message.slice(0, 2000) ?? '';
  if (isBlank(thrown) || logged.includes(thrown)) return isBlank(logged) ? [] : [message];
  return isBlank(logged) || thrown.includes(logged) ? [error!.message] : [message, error!.message];
}

/** `client.ts:145` in `charge()`. */
export function locationPart(location: Location | undefined): Part[] {
  if (location === undefined || isBlank(location.file)) return [];
  const place = `\`${codeLine(location.file, 200)}${location.line === undefined ? '' : `:${location.line}`}\``;
  const name = location.function;
  const within = name === undefined || isBlank(name) ? '' : ` in \`${codeLine(name, 100)}()\``;
  return [{ name: 'location', blocks: [section(`*Location*\n${place}${within}`)], dropOrder: 0 }];
}

/** The first 10 fields of the context, then of the error, as a list. */
export function contextPart(event: LogEvent): Part[] {
  const { context } = event;
  const own = event.error?.own ?? {};
  const names = [
    ...Object.keys(context),
    ...Object.keys(own).filter((name) => !Object.hasOwn(context, name)),
  ];
  const lines = names.slice(0, maxEntries).map((name) => {
    const value = preview((Object.hasOwn(context, name) ? context : own)[name], 160);
    const shown = isBlank(value) ? '(empty)' : codeLine(value, 160);
    return `• \`${isBlank(name) ? '(empty)' : codeLine(name, 60)}: ${shown}\``;
  });
  if (lines.length === 0) return [];
  const more = names.length - lines.length;
  if (more > 0) lines.push(`… and ${grouped(more)} more`);
  return [{ name: 'context', blocks: [section(`*Context*\n${lines.join('\n')}`)], dropOrder: 2 }];
}

/** `webhooks.ts:23 → engine.ts:89 → client.ts:145`; nothing for a chain of one, which is the location. */
export function callChainPart(event: LogEvent): Part[] {
  const chain = callChain(event);
  if (!chain.includes('→')) return [];
  return [
    { name: 'call chain', blocks: [section(`*Call chain*\n\`${codeLine(chain, 400)}\``)], dropOrder: 3 },
  ];
}

/** The line of source at the location. */
export function sourcePart(event: LogEvent): Part[] {
  const { location } = event;
  const text = location === undefined ? undefined : sourceLine(event.error, location, 0);
  if (text === undefined || isBlank(text)) return [];
  const line = `\`\`\`${location?.line} │ ${codeLine(text.trim(), 250)}\`\`\``;
  return [{ name: 'source line', blocks: [section(line)], dropOrder: 4 }];
}

/** The last three earlier lines of the same request. */
export function breadcrumbsPart(event: LogEvent): Part[] {
  const lines = (event.breadcrumbs ?? []).slice(-maxBreadcrumbs).map((breadcrumb) => {
    const time = new Date(breadcrumb.timestamp);
    const clock = Number.isNaN(time.getTime()) ? '--:--:--' : time.toISOString().slice(-13, -5);
    return `${clock} ${codeLine(breadcrumb.level, 20)} ${codeLine(breadcrumb.message, 200)}`;
  });
  if (lines.length === 0) return [];
  const text = `*Before it*\n\`\`\`${lines.join('\n')}\`\`\``;
  return [{ name: 'earlier lines', blocks: [section(text)], dropOrder: 5 }];
}

/** Looks through the frames of the error, then of its causes, for the one at the location. */
function sourceLine(error: ErrorDetails | undefined, location: Location, depth: number): string | undefined {
  if (error === undefined || depth > 10) return undefined;
  const frame = error.frames.find(
    (each) => each.source !== undefined && each.file === location.file && each.line === location.line,
  );
  if (frame?.source === undefined || frame.line === undefined)
    return sourceLine(error.cause, location, depth + 1);
  return frame.source.lines[frame.line - frame.source.startLine];
}
