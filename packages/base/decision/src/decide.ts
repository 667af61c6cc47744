import type { AlertPolicy } from './alert-policy.js';
import { isAlive, newClaim, takeOverClaim, withoutClaim } from './claims.js';
import { countSighting, isCounted, newRecord } from './count-sighting.js';
import { isMuted } from './record-state.js';
import type { ErrorRecord, Sighting, StoredClaim, SuppressReason, Verdict } from './records.js';

/** The record as it must be stored, and what the caller is told. `verdict.record` is `record`. */
export interface Decision {
  readonly record: ErrorRecord;
  readonly verdict: Verdict;
}

/** Why an alert is due for an error that is known already, in the order in which the reasons are tried. */
type DueReason = 'regression' | 'cooldown' | 'count';

/**
 * Whether an alert is due: the one rule of the whole project. Each store runs it atomically.
 *
 * Pure: it changes nothing that it is given. A repeated sighting gives back the very same `record` object,
 * so that a store may skip the write.
 *
 * @param record what the store holds under the sighting's key; undefined where it holds nothing
 * @param newThisMinute new errors of this service and environment that have alerted on their own in this
 *   minute so far, in the whole fleet
 * @param now milliseconds since the epoch by the store's clock
 */
export function decide(
  record: ErrorRecord | undefined,
  sighting: Sighting,
  policy: AlertPolicy,
  newThisMinute: number,
  now: number,
): Decision {
  if (record === undefined) return decideNew(sighting, policy, newThisMinute, now);
  if (isCounted(record, sighting.id)) return decideRepeated(record, sighting, policy, now);

  const seen = countSighting(record, sighting, policy, now);
  if (sighting.alertedLocally) return decideAlertedLocally(seen, policy, now);

  if (seen.ignored) return suppress(seen, 'ignored');
  if (isMuted(seen, now)) return suppress(seen, 'muted', dueAt(seen, policy));
  if (seen.claim !== undefined) return decideClaimed(seen, seen.claim, sighting, policy, now);

  const due = dueReason(seen, sighting, policy, now);
  if (due === undefined) return suppress(seen, 'cooldown', dueAt(seen, policy));
  const suppressedSince = seen.occurrences - seen.occurrencesAtLastAlert - 1;
  return alert(markAlerted(seen, due, now), newClaim(due, suppressedSince, sighting.id, policy.leaseMs, now));
}

/** The rule itself: the first that holds. What is due stays due until an alert is granted for it. */
function dueReason(
  record: ErrorRecord,
  sighting: Sighting,
  policy: AlertPolicy,
  now: number,
): DueReason | undefined {
  if (hasRegressed(record, sighting)) return 'regression';
  if (now >= windowEnd(record, policy)) return 'cooldown';
  if (hasCrossedMultiple(record, policy) && now >= gapEnd(record, policy)) return 'count';
  return undefined;
}

/** It was resolved, and, where releases are known, this release was not seen before that. */
function hasRegressed(record: ErrorRecord, { release }: Sighting): boolean {
  if (record.resolvedAt === undefined) return false;
  return release === undefined || !(record.resolvedReleases ?? []).includes(release);
}

/** `cooldownMs` after the alert that opened the window: `first`, `cooldown` or `regression`, not `count`. */
function windowEnd(record: ErrorRecord, { cooldownMs }: AlertPolicy): number {
  return record.windowOpenedAt + cooldownMs;
}

/** A multiple of `everyNth` was crossed since the last alert; never before the first alert of its own. */
function hasCrossedMultiple(record: ErrorRecord, { everyNth }: AlertPolicy): boolean {
  if (record.alertCount === 0) return false;
  return Math.floor(record.occurrences / everyNth) > Math.floor(record.occurrencesAtLastAlert / everyNth);
}

/** The gap keeps "every tenth" from being an alarm of its own: it doubles with every `count` alert. */
function gapEnd(record: ErrorRecord, { countGapMs, cooldownMs }: AlertPolicy): number {
  // The exponent is bounded because 0 × Infinity is NaN, which would end `count` alerts for ever.
  const doubled = countGapMs * 2 ** Math.min(record.countAlertsInARow, 40);
  return record.lastAlertAt + Math.min(doubled, cooldownMs);
}

/** From when on the next sighting alerts, by time alone. */
function dueAt(record: ErrorRecord, policy: AlertPolicy): number {
  const end = windowEnd(record, policy);
  const due = hasCrossedMultiple(record, policy) ? Math.min(end, gapEnd(record, policy)) : end;
  return Math.max(due, record.mutedUntil ?? due);
}

/** `first`, unless this minute has had its share of new errors: then it goes into the minute's digest. */
function decideNew(sighting: Sighting, policy: AlertPolicy, newThisMinute: number, now: number): Decision {
  const record = newRecord(sighting, now);
  if (sighting.alertedLocally) return suppress(record, 'cooldown', dueAt(record, policy));
  if (newThisMinute >= policy.newPerMinute) {
    return suppress({ ...record, alertCount: 0 }, 'digested', dueAt(record, policy));
  }
  return alert(record, newClaim('first', sighting.count - 1, sighting.id, policy.leaseMs, now));
}

/** The same call again, after a timeout: it counts nothing, and is answered as before while its claim lives. */
function decideRepeated(record: ErrorRecord, sighting: Sighting, policy: AlertPolicy, now: number): Decision {
  const claim = record.claim?.token === sighting.id ? record.claim : undefined;
  if (sighting.alertedLocally) {
    // The claim was granted too late: its process had already alerted, so nobody may alert for it again.
    const ended = claim === undefined ? record : withoutClaim(record);
    return suppress(openIfOver(ended, policy, now), 'claimed');
  }
  return claim !== undefined && isAlive(claim, now) ? alert(record, claim) : suppress(record, 'claimed');
}

/** The process was cut off from the store and has alerted: the window opens without an alert. */
function decideAlertedLocally(seen: ErrorRecord, policy: AlertPolicy, now: number): Decision {
  const record = openIfOver(seen, policy, now);
  if (record.ignored) return suppress(record, 'ignored');
  if (isMuted(record, now)) return suppress(record, 'muted', dueAt(record, policy));
  if (record.claim !== undefined) return suppress(record, 'claimed');
  return suppress(record, 'cooldown', dueAt(record, policy));
}

/** While a claim is alive there is no other; when its lease is over, this sighting's process takes it over. */
function decideClaimed(
  seen: ErrorRecord,
  claim: StoredClaim,
  sighting: Sighting,
  policy: AlertPolicy,
  now: number,
): Decision {
  const takenOver = takeOverClaim(claim, sighting.id, policy.leaseMs, now);
  // Undefined after its last attempt too: `recover` ends such a claim, because its alert must be kept as dead.
  return takenOver === undefined ? suppress(seen, 'claimed') : alert(seen, takenOver);
}

function openIfOver(record: ErrorRecord, policy: AlertPolicy, now: number): ErrorRecord {
  return now >= windowEnd(record, policy) ? markAlerted(record, 'cooldown', now) : record;
}

/** The fields that an alert for this reason sets, but for its claim. */
function markAlerted(record: ErrorRecord, reason: DueReason, now: number): ErrorRecord {
  const marked = {
    ...record,
    lastAlertAt: now,
    occurrencesAtLastAlert: record.occurrences,
    alertCount: record.alertCount + 1,
  };
  if (reason === 'count') return { ...marked, countAlertsInARow: record.countAlertsInARow + 1 };
  if (reason === 'cooldown') return { ...marked, windowOpenedAt: now };
  const { resolvedAt: _at, resolvedReleases: _releases, ...open } = marked;
  const closedAt = record.tracker?.closedAt;
  return {
    ...open,
    windowOpenedAt: now,
    countAlertsInARow: 0,
    ...(closedAt === undefined ? {} : { regressedFrom: closedAt }),
  };
}

function alert(record: ErrorRecord, claim: StoredClaim): Decision {
  const holding = record.claim === claim ? record : { ...record, claim };
  return { record: holding, verdict: { alert: true, reason: claim.reason, claim, record: holding } };
}

function suppress(record: ErrorRecord, reason: SuppressReason, nextAlertAt?: number): Decision {
  const known = nextAlertAt === undefined ? {} : { nextAlertAt };
  return { record, verdict: { alert: false, reason, ...known, record } };
}
