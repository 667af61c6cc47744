import type { Alert, AlertStore, ErrorKey, ErrorRecord } from '@tocsin/decision';
import { asTocsinError, type Reporter, withDeadline } from '@tocsin/transport';
import type { AlertedError, AlertedErrors } from './alerted-errors.js';
import type { NotifierLane } from './notifier-lane.js';

const updateEveryMs = 60_000;
const checkEveryMs = 5 * 60_000;
const checkTimeoutMs = 10_000;

/**
 * What follows an alert: the counts in what was sent are kept right, and trackers are asked whether the
 * issue was closed. Each under a permit of the whole fleet.
 */
export class Aftercare {
  constructor(
    private readonly alerted: AlertedErrors,
    private readonly lanes: readonly NotifierLane[],
    private readonly store: AlertStore,
    private readonly reporter: Reporter,
  ) {}

  /** Brings the counters up to date, each error's at most once a minute for the whole fleet. */
  async updateCounters(): Promise<void> {
    await this.forEach(this.outdated(), async (error) => {
      const permit = await this.store.permit(`update:${nameOf(error.key)}`, 1, updateEveryMs);
      if (permit.granted) await this.updateOne(error);
    });
  }

  /** Brings all counters up to date now. */
  async updateCountersNow(): Promise<void> {
    await this.forEach(this.outdated(), (error) => this.updateOne(error));
  }

  /** Asks the trackers about the errors that are still being seen, each at most once in five minutes. */
  async checkTrackers(): Promise<void> {
    const seen = this.alerted.all().filter((error) => error.seen);
    await this.forEach(seen, async (error) => {
      error.seen = false;
      const permit = await this.store.permit(`check:${nameOf(error.key)}`, 1, checkEveryMs);
      if (permit.granted) await this.checkOne(error);
      // Whoever got the permit has asked; this process may still be the next to.
      else error.seen = true;
    });
  }

  private outdated(): readonly AlertedError[] {
    const canUpdate = this.lanes.some(({ notifier }) => notifier.update !== undefined);
    return canUpdate ? this.alerted.all().filter((error) => error.told < error.occurrences) : [];
  }

  private async updateOne(error: AlertedError): Promise<void> {
    const record = await this.store.get(error.key);
    if (record === undefined) return;
    const targets = this.lanes.filter(
      ({ notifier }) => notifier.update !== undefined && record.refs[notifier.name] !== undefined,
    );
    if (targets.length === 0) return;
    await Promise.all(targets.map((lane) => this.updateThrough(lane, error, record)));
    error.told = Math.max(error.told, record.occurrences);
  }

  private async updateThrough(lane: NotifierLane, error: AlertedError, record: ErrorRecord): Promise<void> {
    const { name } = lane.notifier;
    const alert: Alert = {
      kind: 'error',
      reason: 'count',
      record,
      event: error.event,
      suppressedSince: record.occurrences - record.occurrencesAtLastAlert,
      links: record.links,
      degraded: false,
    };
    const { refs, tracker } = await lane.ship({
      call: 'update',
      alert,
      signal: new AbortController().signal,
      mayShip: () => Promise.resolve(true),
    });
    if (refs === undefined && tracker === undefined) return;
    await this.store.update(error.key, {
      ...(refs === undefined ? {} : { refs: { notifier: name, refs } }),
      ...(tracker === undefined ? {} : { tracker }),
    });
  }

  private async checkOne(error: AlertedError): Promise<void> {
    const record = await this.store.get(error.key);
    for (const { notifier } of this.lanes) {
      const refs = record?.refs[notifier.name];
      if (refs === undefined || notifier.check === undefined) continue;
      const tracker = await withDeadline(checkTimeoutMs, 'TOCSIN_NOTIFY_TIMEOUT', notifier.name, (signal) =>
        notifier.check!(refs, { signal }),
      );
      await this.store.update(error.key, { tracker });
    }
  }

  /** One failure does not keep the others from being cared for. */
  private async forEach(
    errors: readonly AlertedError[],
    care: (error: AlertedError) => Promise<void>,
  ): Promise<void> {
    await Promise.all(
      errors.map(async (error) => {
        try {
          await care(error);
        } catch (failure) {
          this.reporter.failed(
            'aftercare',
            asTocsinError(failure, 'TOCSIN_NOTIFY_UNREACHABLE', 'A count could not be brought up to date'),
          );
        }
      }),
    );
  }
}

function nameOf({ service, environment, fingerprint }: ErrorKey): string {
  return JSON.stringify([service, environment, fingerprint]);
}
