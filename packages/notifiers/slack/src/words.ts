import type { Alert } from '@tocsin/decision';
import type { Severity } from '@tocsin/event';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How a message lives on, which decides how its counts are worded. */
export type MessageLife =
  /** It stays as it is: "1 so far". */
  | 'fixed'
  /** It is posted now and its counts are edited later. */
  | 'edited later'
  /** It was posted before, and its counts are edited now. */
  | 'edit';

/** The emoji of a severity: what a person sees first. */
export const severityMarks: Readonly<Record<Severity, string>> = {
  critical: '🔥',
  error: '🚨',
  warning: '⚠️',
  info: 'ℹ️',
  debug: '🐛',
};

/** `1,234`. Short for any number: a count that came from outside may be none. */
export function grouped(count: number): string {
  return Number.isSafeInteger(count) ? count.toLocaleString('en-US') : String(count);
}

/** `1 occurrence`, `1,234 occurrences`. */
export function counted(count: number, singular: string, plural = `${singular}s`): string {
  return `${grouped(count)} ${count === 1 ? singular : plural}`;
}

/** A span of time in its largest whole unit: `2 hours`. */
export function span(ms: number): string {
  if (ms < minuteMs) return counted(Math.max(0, Math.round(ms / 1000)), 'second');
  if (ms < hourMs) return counted(Math.floor(ms / minuteMs), 'minute');
  if (ms < 2 * dayMs) return counted(Math.floor(ms / hourMs), 'hour');
  return counted(Math.floor(ms / dayMs), 'day');
}

/** `2024-01-28 10:00:00 UTC`; `unknown time` for what is no date. */
export function utc(ms: number): string {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return 'unknown time';
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Why the message is sent, as a sentence. `release` is escaped. */
export function reasonInWords(alert: Alert, release: string | undefined): string {
  switch (alert.reason) {
    case 'first':
      return 'New error.';
    case 'regression':
      return `It came back after it had been resolved${release === undefined ? '' : `, in release ${release}`}.`;
    case 'cooldown':
      return 'Still happening: the quiet time after the last alert is over.';
    case 'count':
      return 'Still happening, and often: there were enough new occurrences to tell it again.';
    case 'digest':
      return 'More new errors within a minute than are told one by one.';
  }
}

/** Whether the message tells of an error that came back, or, being edited, has told of one. */
export function isBack({ reason, record }: Alert, life: MessageLife): boolean {
  return reason === 'regression' || (life === 'edit' && record.regressedFrom !== undefined);
}

/** What the reader has to know about the delivery itself; mostly nothing. */
export function deliveryNotes(alert: Alert): string[] {
  const notes: string[] = [];
  if (alert.degraded)
    notes.push(
      'The store could not be reached: one process decided alone, with its own counts. Other processes may tell the same.',
    );
  if (alert.delayedMs !== undefined && alert.delayedMs >= 1000)
    notes.push(`Delivered ${span(alert.delayedMs)} late.`);
  if (alert.possibleRepeat === true) notes.push('Possibly a repeat: the answer to an earlier try was lost.');
  return notes;
}
