import { inAppFrames } from './locate.js';
import type { LogEvent, StackFrame } from './log-event.js';

/**
 * The way to the error through the application's own files, outermost first:
 * `webhooks.ts:23 → engine.ts:89 → client.ts:145`.
 *
 * Of more than `max` frames the innermost stay, after `…`. Without in-app frames it is the event's location,
 * without one the packages' frames; the empty string where nothing is known.
 */
export function callChain(event: LogEvent, max = 5): string {
  const own = inAppFrames(event.error).map(label);
  if (own.length > 0) return join(own, max);
  if (event.location !== undefined) return label(event.location);
  const frames = (event.error?.frames ?? []).filter((frame) => frame.package !== undefined);
  return join(frames.map(whole), max);
}

function join(innermostFirst: readonly string[], max: number): string {
  // Recursion says the same over and over.
  const steps = innermostFirst.filter((step, index) => step !== innermostFirst[index - 1]);
  const kept = steps.slice(0, Math.max(1, max)).reverse();
  return [...(kept.length < steps.length ? ['…'] : []), ...kept].join(' → ');
}

function label(place: Pick<StackFrame, 'file' | 'line'>): string {
  const segments = (place.file ?? '').split('/');
  // Every folder has an index.
  const generic = /^index\.\w{1,4}$/.test(segments.at(-1) ?? '');
  return withLine(segments.slice(generic ? -2 : -1).join('/'), place.line);
}

function whole(frame: StackFrame): string {
  return withLine(frame.file ?? '', frame.line);
}

function withLine(file: string, line: number | undefined): string {
  return line === undefined ? file : `${file}:${line}`;
}
