import type { RecordChange } from './alert-store.js';
import type { ErrorRecord } from './records.js';
import { applyTrackerState, unresolved } from './tracker-state.js';

/** The record after what people and trackers say of an error. Of a change that says nothing: as it was. */
export function applyChange(record: ErrorRecord, change: RecordChange, now: number): ErrorRecord {
  let changed = record;
  if (change.tracker !== undefined) changed = applyTrackerState(changed, change.tracker, now);
  if (change.mutedUntil !== undefined) changed = withMute(changed, change.mutedUntil);
  if (change.resolved !== undefined) {
    changed = change.resolved
      ? { ...changed, resolvedAt: now, resolvedReleases: changed.releases }
      : unresolved(changed);
  }
  if (change.ignored !== undefined) changed = withIgnored(changed, change.ignored);
  if (change.refs !== undefined) {
    changed = { ...changed, refs: { ...changed.refs, [change.refs.notifier]: change.refs.refs } };
  }
  return changed;
}

function withMute(record: ErrorRecord, mutedUntil: number | null): ErrorRecord {
  const { mutedUntil: _until, ...rest } = record;
  return mutedUntil === null ? rest : { ...rest, mutedUntil };
}

function withIgnored(record: ErrorRecord, ignored: boolean): ErrorRecord {
  const { ignored: _ignored, ...rest } = record;
  return ignored ? { ...rest, ignored } : rest;
}
