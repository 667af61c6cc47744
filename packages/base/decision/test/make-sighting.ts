import type { AlertPolicy, Sighting } from '@tocsin/decision';

export const minute = 60_000;
/** 2026-11-20T10:00:00Z, the start of a minute. */
export const ten = Date.UTC(2026, 10, 20, 10);

export const policy: AlertPolicy = {
  cooldownMs: 15 * minute,
  everyNth: 10,
  countGapMs: minute,
  newPerMinute: 20,
  leaseMs: 30_000,
  sweepMs: 10_000,
};

let made = 0;

/** A sighting with an id of its own; any field can be given. */
export function makeSighting(fields: Partial<Sighting> = {}): Sighting {
  made += 1;
  return {
    id: `sighting-${made}`,
    instance: 'host:1:0',
    service: 'checkout',
    environment: 'production',
    fingerprint: 'f1',
    count: 1,
    occurredAt: 0,
    severity: 'error',
    sample: {
      id: 'event-1',
      timestamp: 0,
      level: 'error',
      severity: 'error',
      message: 'charge failed',
      location: { file: 'src/charge.ts', line: 7 },
      error: {
        type: 'ChargeError',
        message: 'charge failed\nat the bank',
        isError: true,
        frames: [],
        own: {},
      },
      context: {},
      process: { host: 'host', pid: 1 },
    },
    ...fields,
  };
}
