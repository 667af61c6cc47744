import {
  type AlertStore,
  type ErrorKey,
  type ErrorRecord,
  MemoryStore,
  type RecoveredClaim,
  type Sighting,
  type Verdict,
} from '@tocsin/decision';

/** Keeps no record: every sighting alerts as `first`. Only the pace of the notifiers is kept. */
export class NoStore implements AlertStore {
  private readonly paces = new MemoryStore();

  async record(sighting: Sighting): Promise<Verdict> {
    const claim = {
      token: sighting.id,
      leaseUntil: Number.MAX_SAFE_INTEGER,
      reason: 'first',
      settled: {},
      suppressedSince: 0,
    } as const;
    return { alert: true, reason: 'first', claim, record: recordOf(sighting) };
  }

  async renew(): Promise<boolean> {
    return true;
  }

  async settle(): Promise<boolean> {
    return true;
  }

  async recover(): Promise<RecoveredClaim[]> {
    return [];
  }

  permit(key: string, limit: number, windowMs: number): Promise<{ granted: boolean; retryAfterMs: number }> {
    return this.paces.permit(key, limit, windowMs);
  }

  async get(_key: ErrorKey): Promise<undefined> {
    return undefined;
  }

  async list(): Promise<ErrorRecord[]> {
    return [];
  }

  async update(): Promise<undefined> {
    return undefined;
  }

  close(): Promise<void> {
    return this.paces.close();
  }
}

function recordOf(sighting: Sighting): ErrorRecord {
  const { service, environment, fingerprint, sample, occurredAt, count, severity, release } = sighting;
  return {
    schema: 1,
    key: { service, environment, fingerprint },
    type: sample.error?.type ?? 'log',
    title: sample.error?.message ?? sample.message,
    ...(sample.location === undefined ? {} : { location: sample.location }),
    severity,
    firstSeen: occurredAt,
    lastSeen: occurredAt,
    releases: release === undefined ? [] : [release],
    occurrences: count,
    windowOpenedAt: occurredAt,
    lastAlertAt: occurredAt,
    occurrencesAtLastAlert: count,
    alertCount: 1,
    countAlertsInARow: 0,
    refs: {},
    links: {},
    lastIds: [],
  };
}
