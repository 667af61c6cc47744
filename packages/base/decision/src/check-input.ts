import { configError, readOptions, severities } from '@tocsin/event';
import type { ErrorQuery, RecordChange } from './alert-store.js';
import type { ErrorKey, NotifierOutcome, Sighting, TrackerState } from './records.js';
import { wholeNumber } from './whole-number.js';

/** Longest name, id or release, so that what a store keeps is bounded. */
const maxText = 1_000;
/** Most occurrences in one sighting; sums stay exact for 9 million of such sightings. */
const maxCount = 1_000_000_000;

/** Checks a key given to a store. Throws TocsinError `TOCSIN_CONFIG_INVALID`, as all functions here do. */
export function assertKey(owner: string, key: ErrorKey): void {
  readOptions(owner, () => checkKey(owner, key));
}

function checkKey(owner: string, key: ErrorKey): void {
  assertObject(owner, 'key', key);
  assertText(owner, 'key.service', key.service);
  assertText(owner, 'key.environment', key.environment);
  assertText(owner, 'key.fingerprint', key.fingerprint);
}

/** Checks a sighting given to `record`. */
export function assertSighting(owner: string, sighting: Sighting): void {
  readOptions(owner, () => checkSighting(owner, sighting));
}

function checkSighting(owner: string, sighting: Sighting): void {
  assertObject(owner, 'sighting', sighting);
  assertText(owner, 'sighting.service', sighting.service);
  assertText(owner, 'sighting.environment', sighting.environment);
  assertText(owner, 'sighting.fingerprint', sighting.fingerprint);
  if (sighting.fingerprint.startsWith('digest:')) {
    throw configError(owner, 'sighting.fingerprint', sighting.fingerprint, 'not the key of a digest');
  }
  assertText(owner, 'sighting.id', sighting.id);
  assertText(owner, 'sighting.instance', sighting.instance);
  wholeNumber(owner, 'sighting.count', sighting.count, 1, maxCount);
  assertTime(owner, 'sighting.occurredAt', sighting.occurredAt);
  if (sighting.release !== undefined) assertText(owner, 'sighting.release', sighting.release);
  if (!severities.includes(sighting.severity)) {
    throw configError(owner, 'sighting.severity', sighting.severity, severities.join(', '));
  }
  assertObject(owner, 'sighting.sample', sighting.sample);
  const { message, error } = sighting.sample;
  if (typeof (error?.message ?? message) !== 'string' || typeof (error?.type ?? '') !== 'string') {
    throw configError(owner, 'sighting.sample', sighting.sample, 'a LogEvent');
  }
}

/** Checks the outcome given to `settle`. */
export function assertOutcome(owner: string, outcome: NotifierOutcome): void {
  readOptions(owner, () => checkOutcome(owner, outcome));
}

function checkOutcome(owner: string, outcome: NotifierOutcome): void {
  assertObject(owner, 'outcome', outcome);
  if (outcome.state === 'failed') {
    assertText(owner, 'outcome.code', outcome.code);
    return;
  }
  if (outcome.state !== 'delivered') {
    throw configError(owner, 'outcome.state', (outcome as { state: unknown }).state, 'delivered, failed');
  }
  if (outcome.link !== undefined && typeof outcome.link !== 'string') {
    throw configError(owner, 'outcome.link', outcome.link, 'text');
  }
  if (outcome.tracker !== undefined) assertTracker(owner, 'outcome.tracker', outcome.tracker);
}

/** Checks a change given to `update`. */
export function assertChange(owner: string, change: RecordChange): void {
  readOptions(owner, () => checkChange(owner, change));
}

function checkChange(owner: string, change: RecordChange): void {
  assertObject(owner, 'change', change);
  const { mutedUntil, resolved, ignored, tracker, refs } = change;
  if (mutedUntil !== undefined && mutedUntil !== null) assertTime(owner, 'change.mutedUntil', mutedUntil);
  for (const [name, value] of Object.entries({ resolved, ignored })) {
    if (value !== undefined && typeof value !== 'boolean') {
      throw configError(owner, `change.${name}`, value, 'true, false');
    }
  }
  if (tracker !== undefined) assertTracker(owner, 'change.tracker', tracker);
  if (refs === undefined) return;
  assertObject(owner, 'change.refs', refs);
  assertText(owner, 'change.refs.notifier', refs.notifier);
}

/** Checks a query given to `list`. */
export function assertQuery(owner: string, query: ErrorQuery): void {
  readOptions(owner, () => checkQuery(owner, query));
}

function checkQuery(owner: string, query: ErrorQuery): void {
  assertObject(owner, 'query', query);
  if (query.service !== undefined) assertText(owner, 'query.service', query.service);
  if (query.environment !== undefined) assertText(owner, 'query.environment', query.environment);
  if (query.after !== undefined) assertText(owner, 'query.after', query.after);
  if (query.seenAfter !== undefined) assertTime(owner, 'query.seenAfter', query.seenAfter);
  if (query.limit !== undefined) wholeNumber(owner, 'query.limit', query.limit, 1, 100_000);
  const states = ['open', 'muted', 'resolved', 'ignored'];
  if (query.state !== undefined && !states.includes(query.state)) {
    throw configError(owner, 'query.state', query.state, states.join(', '));
  }
}

/** Checks a name, an id or a token: text of 1 to 1,000 characters. */
export function assertText(owner: string, option: string, value: unknown): void {
  if (typeof value === 'string' && value !== '' && value.length <= maxText) return;
  throw configError(owner, option, value, 'text of 1 to 1,000 characters');
}

function assertTracker(owner: string, option: string, tracker: TrackerState): void {
  assertObject(owner, option, tracker);
  if (!['open', 'closed', 'ignored'].includes(tracker.state)) {
    throw configError(owner, `${option}.state`, tracker.state, 'open, closed, ignored');
  }
  if (tracker.closedAt !== undefined) assertTime(owner, `${option}.closedAt`, tracker.closedAt);
}

function assertTime(owner: string, option: string, value: unknown): void {
  if (typeof value === 'number' && Number.isFinite(value)) return;
  throw configError(owner, option, value, 'milliseconds since the epoch');
}

function assertObject(owner: string, option: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) throw configError(owner, option, value, 'an object');
}
