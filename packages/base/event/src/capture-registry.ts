import type { Captured, CapturedLine } from './captured.js';
import { type HiddenSlot, createHiddenSlot } from './hidden-slot.js';

/** What an Error looked like when it was first logged, before winston wrote onto it. */
export interface FirstSight {
  readonly ownKeys: readonly string[];
  /** Values of own fields that the first line's defaultMeta overwrote. */
  readonly overwritten?: Readonly<Record<string, unknown>>;
}

const linesKey = Symbol.for('tocsin.capture');
const errorsKey = Symbol.for('tocsin.capture.errors');
const holder = globalThis as {
  [linesKey]?: HiddenSlot<CapturedLine>;
  [errorsKey]?: HiddenSlot<FirstSight>;
};

/** The captured data of each line under way, on its info. Duplicate installs of this package share it. */
export const capturedLines = (holder[linesKey] ??= createHiddenSlot());

/** The Errors that were logged as the info itself; a second log call finds winston's keys on them. */
export const seenErrors = (holder[errorsKey] ??= createHiddenSlot());

/** What was captured when the caller logged this info; a transport asks before it lets its own format clone it. */
export function capturedFor(info: unknown): Captured | undefined {
  return typeof info === 'object' && info !== null ? capturedLines.get(info) : undefined;
}

/** Makes `copy` stand for the line of `info`, so that {@link capturedFor} knows it too. */
export function carryCaptured(info: unknown, copy: unknown): void {
  if (typeof info !== 'object' || info === null || typeof copy !== 'object' || copy === null) return;
  const captured = capturedLines.get(info);
  if (captured !== undefined) capturedLines.set(copy, captured);
}
