import type { ErrorQuery } from './alert-store.js';
import type { ErrorRecord } from './records.js';

/** The state by which people look errors up: the first of ignored, muted, resolved that holds, else open. */
export function recordState(record: ErrorRecord, now: number): NonNullable<ErrorQuery['state']> {
  if (record.ignored) return 'ignored';
  if (isMuted(record, now)) return 'muted';
  return record.resolvedAt === undefined ? 'open' : 'resolved';
}

/** Whether the error is muted at this time. The time at which a mute ends is no longer in it. */
export function isMuted(record: ErrorRecord, now: number): boolean {
  return record.mutedUntil !== undefined && now < record.mutedUntil;
}
