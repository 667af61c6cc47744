import type { AlertPolicy } from './alert-policy.js';
import { describeSighting } from './describe-sighting.js';
import type { ErrorRecord, Sighting } from './records.js';

const maxReleases = 16;
const maxInstances = 64;

/** The record of an error never seen before: counted, its window open, one alert due; no claim yet. */
export function newRecord(sighting: Sighting, now: number): ErrorRecord {
  const { service, environment, fingerprint, id, instance, release, count } = sighting;
  const { type, title, location, severity } = describeSighting(sighting);
  return {
    schema: 1,
    key: { service, environment, fingerprint },
    type,
    title,
    ...(location === undefined ? {} : { location }),
    severity,
    firstSeen: now,
    lastSeen: now,
    releases: release === undefined ? [] : [release],
    occurrences: count,
    windowOpenedAt: now,
    lastAlertAt: now,
    occurrencesAtLastAlert: count,
    alertCount: 1,
    countAlertsInARow: 0,
    refs: {},
    links: {},
    lastIds: [{ instance, id }],
  };
}

/** The record with one more sighting counted; what every sighting of a known error changes first. */
export function countSighting(
  record: ErrorRecord,
  sighting: Sighting,
  policy: AlertPolicy,
  now: number,
): ErrorRecord {
  const wasQuiet = now - record.lastSeen >= 2 * policy.cooldownMs;
  return {
    ...record,
    countAlertsInARow: wasQuiet ? 0 : record.countAlertsInARow,
    occurrences: record.occurrences + sighting.count,
    lastSeen: now,
    releases: withRelease(record.releases, sighting.release),
    lastIds: withId(record.lastIds, sighting),
  };
}

/** Whether this sighting is in the record already: a call that timed out and was repeated. */
export function isCounted(record: ErrorRecord, id: string): boolean {
  return record.claim?.token === id || record.lastIds.some((last) => last.id === id);
}

function withRelease(releases: readonly string[], release: string | undefined): readonly string[] {
  if (release === undefined || releases.at(-1) === release) return releases;
  return [...releases.filter((known) => known !== release), release].slice(-maxReleases);
}

function withId(lastIds: ErrorRecord['lastIds'], { instance, id }: Sighting): ErrorRecord['lastIds'] {
  return [...lastIds.filter((last) => last.instance !== instance), { instance, id }].slice(-maxInstances);
}
