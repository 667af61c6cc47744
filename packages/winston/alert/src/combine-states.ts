import type { TrackerState } from '@tocsin/decision';

/**
 * What several trackers together say of one error: ignored when one of them says so; closed when all do, as of
 * the last closing; else open. Undefined while one that has not answered could make the difference.
 */
export function combineStates(states: readonly (TrackerState | undefined)[]): TrackerState | undefined {
  const ignored = states.find((told) => told?.state === 'ignored');
  if (ignored !== undefined) return ignored;
  const open = states.find((told) => told?.state === 'open');
  if (open !== undefined) return states.includes(undefined) ? undefined : open;
  const closed = states.filter((told) => told !== undefined);
  if (closed.length === 0 || closed.length < states.length) return undefined;
  return closed.reduce((last, told) => ((told.closedAt ?? 0) > (last.closedAt ?? 0) ? told : last));
}
