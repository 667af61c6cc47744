import { isAtLeast } from '@tocsin/event';
import type { AlertPolicy } from './alert-policy.js';
import { describeSighting } from './describe-sighting.js';
import type { ErrorKey, ErrorRecord, Sighting, StoredClaim } from './records.js';

const minuteMs = 60_000;
const maxMembers = 50;

/** The minute that a time falls in, counted from the epoch; the new-error cap and the digest go by it. */
export function minuteOf(now: number): number {
  return Math.floor(now / minuteMs);
}

/** The key of the digest into which a new error of this service and environment goes at this time. */
export function digestKey(
  { service, environment }: Pick<ErrorKey, 'service' | 'environment'>,
  now: number,
): ErrorKey {
  return { service, environment, fingerprint: `digest:${minuteOf(now)}` };
}

/**
 * The digest of this minute with one more error in it; to be called once for each verdict `digested`.
 *
 * `occurrences` counts the errors, `members` names the first 50. Its claim's lease ends with the minute, so
 * that the first sweep after it takes the digest and sends it.
 */
export function addToDigest(
  digest: ErrorRecord | undefined,
  sighting: Sighting,
  policy: AlertPolicy,
  now: number,
): ErrorRecord {
  const known = digest ?? emptyDigest(sighting, policy, now);
  const members = known.members ?? [];
  const occurrences = known.occurrences + 1;
  return {
    ...known,
    title: `${occurrences} new ${occurrences === 1 ? 'error' : 'errors'} within a minute`,
    severity: isAtLeast(sighting.severity, known.severity) ? sighting.severity : known.severity,
    lastSeen: now,
    occurrences,
    occurrencesAtLastAlert: occurrences,
    members: members.length < maxMembers ? [...members, describeSighting(sighting)] : members,
  };
}

function emptyDigest(sighting: Sighting, policy: AlertPolicy, now: number): ErrorRecord {
  return {
    schema: 1,
    key: digestKey(sighting, now),
    type: 'digest',
    title: '',
    severity: sighting.severity,
    firstSeen: now,
    lastSeen: now,
    releases: [],
    occurrences: 0,
    windowOpenedAt: now,
    lastAlertAt: now,
    occurrencesAtLastAlert: 0,
    alertCount: 1,
    countAlertsInARow: 0,
    refs: {},
    links: {},
    claim: unheldClaim(sighting.id, policy, now),
    lastIds: [],
    members: [],
  };
}

/** Nobody sends under this claim: no attempt has been made until the first sweep takes it over. */
function unheldClaim(token: string, { leaseMs }: AlertPolicy, now: number): StoredClaim {
  const leaseUntil = (minuteOf(now) + 1) * minuteMs;
  return { token, leaseUntil, reason: 'digest', suppressedSince: 0, settled: {}, attempts: 0, leaseMs };
}
