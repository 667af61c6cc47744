import type { Alert, ErrorRecord, Sighting } from '@tocsin/decision';
import { toLogEvent, type LogEvent } from '@tocsin/event';
import fc from 'fast-check';
import { sampleAlert, sampleEvent, sampleRecord } from '../services/sample-event.js';
import { hostileTexts, hostileValues, Recipe } from './values.js';

const times = fc.constantFrom(-8.64e15, -1, 0, 1.5, 1_706_443_200_000, 8.64e15, Number.MAX_SAFE_INTEGER);
const counts = fc.constantFrom(1, 2, 10, 1_000_000_000);
const severities = fc.constantFrom(
  'debug' as const,
  'warning' as const,
  'error' as const,
  'critical' as const,
);

/** What {@link toLogEvent} makes of hostile values, and events whose texts are hostile. */
export const hostileEvents: fc.Arbitrary<LogEvent> = fc.oneof(
  fc
    .tuple(hostileValues, hostileValues, hostileTexts)
    .map(([error, meta, message]) =>
      toLogEvent({ level: 'error', message, error: error.make(), meta: meta.make() }),
    ),
  fc
    .record({
      message: hostileTexts,
      level: hostileTexts,
      release: hostileTexts,
      severity: severities,
      timestamp: times,
      context: fc.dictionary(hostileTexts, fc.oneof(hostileTexts, fc.jsonValue()), { maxKeys: 6 }),
      fingerprint: fc.oneof(hostileTexts, fc.array(hostileTexts, { maxLength: 3 })),
      tags: fc.array(hostileTexts, { maxLength: 3 }),
      location: fc.record({ file: hostileTexts, line: fc.nat(), function: hostileTexts }),
      type: hostileTexts,
      said: hostileTexts,
      code: hostileTexts,
      stack: hostileTexts,
      name: hostileTexts,
      own: fc.dictionary(hostileTexts, fc.jsonValue(), { maxKeys: 4 }),
    })
    .map(({ type, said, code, stack, name, own, ...event }) =>
      sampleEvent({
        ...event,
        error: {
          type,
          message: said,
          code,
          stack,
          own,
          isError: true,
          frames: [{ file: event.location.file, line: 1, function: name, inApp: true }],
          cause: { type: said, message: type, isError: true, frames: [], own: {} },
        },
      }),
    ),
);

/** As `assertSighting` lets them through. */
export const hostileSightings: fc.Arbitrary<Sighting> = fc
  .record({
    sample: hostileEvents,
    severity: severities,
    occurredAt: times,
    count: counts,
    names: fc.array(
      hostileTexts.map((text) => `x${text}`.slice(0, 1_000)),
      { minLength: 6, maxLength: 6 },
    ),
  })
  .map(({ names: [service, environment, fingerprint, id, instance, release], ...rest }) => ({
    ...rest,
    service: service!,
    environment: environment!,
    fingerprint: fingerprint!,
    id: id!,
    instance: instance!,
    release: release!,
  }));

export const hostileRecords: fc.Arbitrary<ErrorRecord> = fc
  .record({
    key: fc.record({ service: hostileTexts, environment: hostileTexts, fingerprint: hostileTexts }),
    type: hostileTexts,
    title: hostileTexts,
    occurrences: counts,
    firstSeen: times,
    lastSeen: times,
    releases: fc.array(hostileTexts, { maxLength: 16 }),
    refs: fc.dictionary(hostileTexts, fc.jsonValue() as fc.Arbitrary<null>, { maxKeys: 3 }),
    resolvedAt: times,
    mutedUntil: times,
  })
  .map((record) =>
    sampleRecord({
      ...record,
      claim: {
        token: 'token',
        leaseUntil: 0,
        leaseMs: 1,
        attempts: 1,
        reason: 'first',
        suppressedSince: 0,
        settled: {},
      },
    }),
  );

/** Alerts, and what is none. */
export const hostileAlerts: fc.Arbitrary<Recipe<Alert>> = fc.oneof(
  fc
    .tuple(hostileEvents, hostileRecords, hostileTexts, fc.boolean())
    .map(([event, record, link, isDigest]) => {
      const alert = sampleAlert({
        event,
        record,
        links: { tracker: link },
        kind: isDigest ? 'digest' : 'error',
        members: [{ fingerprint: link, type: link, title: link, severity: 'error' }],
      });
      return new Recipe(fc.stringify(alert).slice(0, 4_000), () => alert);
    }),
  hostileValues as fc.Arbitrary<Recipe<Alert>>,
  fc.tuple(fc.constantFrom('event', 'record', 'links', 'reason', 'members'), hostileValues).map(
    ([part, value]) =>
      new Recipe(`an alert whose ${part} is ${value.text}`, () => ({
        ...sampleAlert(),
        [part]: value.make(),
      })),
  ),
);
