import type { ErrorRecord, TrackerState } from './records.js';

/**
 * The record after a tracker has said whether its issue is open, closed or ignored.
 *
 * Trackers are asked again and again, so only news counts: what a tracker has said before changes nothing.
 * Otherwise each poll of a closed issue would take the releases seen since as seen before, and each poll of
 * an open issue would undo what a person has said of the error.
 */
export function applyTrackerState(record: ErrorRecord, told: TrackerState, now: number): ErrorRecord {
  if (!isNews(record.tracker, told)) return record;
  const was = record.tracker?.state;
  const { tracker: _tracker, ...known } = record;
  const tracker: TrackerState = {
    state: told.state,
    ...(told.closedAt === undefined ? {} : { closedAt: told.closedAt }),
  };
  if (told.state === 'ignored') return { ...known, tracker, ignored: true };
  const { ignored, ...rest } = known;
  const heard: ErrorRecord = was === 'ignored' || ignored === undefined ? rest : { ...rest, ignored };
  if (told.state === 'open') return { ...(was === 'closed' ? unresolved(heard) : heard), tracker };
  // An issue that stays closed because its re-creation failed must not alert again and again.
  if (isNotNewer(told.closedAt, record.regressedFrom)) return { ...heard, tracker };
  return { ...heard, tracker, resolvedAt: now, resolvedReleases: record.releases };
}

/** The record as not resolved. */
export function unresolved(record: ErrorRecord): ErrorRecord {
  const { resolvedAt: _at, resolvedReleases: _releases, ...rest } = record;
  return rest;
}

function isNews(known: TrackerState | undefined, told: TrackerState): boolean {
  if (known?.state !== told.state) return true;
  return told.state === 'closed' && told.closedAt !== undefined && !isNotNewer(told.closedAt, known.closedAt);
}

function isNotNewer(closedAt: number | undefined, than: number | undefined): boolean {
  return closedAt !== undefined && than !== undefined && closedAt <= than;
}
