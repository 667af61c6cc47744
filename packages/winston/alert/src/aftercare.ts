import type { Alert, AlertStore, ErrorKey, ErrorRecord, TrackerState } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { asTocsinError, type Reporter, withDeadline } from '@tocsin/transport';
import type { AlertedError, AlertedErrors } from './alerted-errors.js';
import { combineStates } from './combine-states.js';
import { forEachOf } from './for-each-of.js';
import type { NotifierLane } from './notifier-lane.js';
import { isTrackerState } from './settlement.js';

const everyMs = { update: 60_000, check: 5 * 60_000 };
const leastWaitMs = 1_000;
const checkTimeoutMs = 10_000;
/** Errors that are cared for at one time: a thousand at once would be a storm for services and store. */
const atOnce = 4;

export interface AftercareOptions {
  readonly alerted: AlertedErrors;
  readonly lanes: readonly NotifierLane[];
  readonly store: AlertStore;
  readonly reporter: Reporter;
  /** Aborted when the transport closes. */
  readonly closing: AbortSignal;
}

/**
 * What follows an alert: the counts in what was sent are kept right, and trackers are asked whether the
 * issue was closed. Each under a permit of the whole fleet.
 */
export class Aftercare {
  constructor(private readonly options: AftercareOptions) {}

  /** Brings the counters up to date, each error's at most once a minute for the whole fleet. */
  async updateCounters(): Promise<void> {
    await this.forEach(this.outdated(), async (error) => {
      if (await this.mayCareFor(error, 'update')) await this.update(error);
    });
  }

  /** Brings all counters up to date now. */
  async updateCountersNow(): Promise<void> {
    await this.forEach(this.outdated(), (error) => this.update(error));
  }

  /** Asks the trackers about the errors that are still being seen, each at most once in five minutes. */
  async checkTrackers(): Promise<void> {
    const { alerted, lanes } = this.options;
    if (!lanes.some(({ notifier }) => notifier.check !== undefined)) return;
    const silent = new Set<NotifierLane>();
    await this.forEach(
      alerted.all().filter((error) => error.seen),
      async (error) => {
        if (!(await this.mayCareFor(error, 'check'))) return;
        error.seen = false;
        await this.checkOne(error, silent);
      },
    );
  }

  private outdated(): readonly AlertedError[] {
    const { alerted, lanes } = this.options;
    const canUpdate = lanes.some(({ notifier }) => notifier.update !== undefined);
    return canUpdate ? alerted.all().filter(isOutdated) : [];
  }

  /** Asks for the fleet's permit, and not again before it can be granted. */
  private async mayCareFor(error: AlertedError, care: 'update' | 'check'): Promise<boolean> {
    const now = performance.now();
    if (now < error.nextAt[care]) return false;
    const name = `${care}:${nameOf(error.key)}`;
    const { granted, retryAfterMs } = await this.options.store.permit(name, 1, everyMs[care]);
    const waitMs = granted || !Number.isFinite(retryAfterMs) ? everyMs[care] : retryAfterMs;
    error.nextAt[care] = now + Math.min(everyMs[care], Math.max(leastWaitMs, waitMs));
    return granted;
  }

  /** One update of an error at a time; whoever comes meanwhile waits for it, and goes on where it was not enough. */
  private async update(error: AlertedError): Promise<void> {
    if (error.updating !== undefined) {
      await error.updating;
      if (!isOutdated(error)) return;
    }
    error.updating ??= this.updateOne(error).finally(() => {
      error.updating = undefined;
    });
    await error.updating;
  }

  private async updateOne(error: AlertedError): Promise<void> {
    const record = await this.options.store.get(error.key);
    if (record === undefined) return;
    const targets = this.options.lanes.filter(
      ({ notifier }) => notifier.update !== undefined && record.refs[notifier.name] !== undefined,
    );
    if (targets.length === 0) return;
    // Each is done to its end, also when another fails.
    const results = await Promise.allSettled(targets.map((lane) => this.updateThrough(lane, error, record)));
    const failure = results.find((result) => result.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
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
      signal: this.options.closing,
      mayShip: () => Promise.resolve(true),
    });
    if (refs === undefined && tracker === undefined) return;
    await this.options.store.update(error.key, {
      ...(refs === undefined ? {} : { refs: { notifier: name, refs } }),
      ...(isTrackerState(tracker) && this.trackers === 1 ? { tracker } : {}),
    });
  }

  /** What one of several trackers says is not yet the state of the error: `check` asks them all. */
  private get trackers(): number {
    return this.options.lanes.filter(({ notifier }) => notifier.kind === 'tracker').length;
  }

  /** @param silent Trackers that did not answer in this round, and are left alone until the next. */
  private async checkOne(error: AlertedError, silent: Set<NotifierLane>): Promise<void> {
    const record = await this.options.store.get(error.key);
    const states: (TrackerState | undefined)[] = [];
    for (const lane of this.options.lanes) {
      const refs = record?.refs[lane.notifier.name];
      if (refs === undefined || lane.notifier.check === undefined) continue;
      states.push(silent.has(lane) ? undefined : await this.ask(lane, refs, silent));
    }
    const tracker = combineStates(states);
    if (tracker !== undefined) await this.options.store.update(error.key, { tracker });
  }

  private async ask(
    lane: NotifierLane,
    refs: ErrorRecord['refs'][string],
    silent: Set<NotifierLane>,
  ): Promise<TrackerState | undefined> {
    const { notifier } = lane;
    try {
      const answer: unknown = await withDeadline(
        checkTimeoutMs,
        'TOCSIN_NOTIFY_TIMEOUT',
        notifier.name,
        (signal) => notifier.check!(refs, { signal }),
        this.options.closing,
      );
      if (isTrackerState(answer)) return answer;
      throw new TocsinError(`${notifier.name} did not say whether the issue is open, closed or ignored`, {
        code: 'TOCSIN_NOTIFY_REJECTED',
      });
    } catch (thrown) {
      const error = asTocsinError(thrown, 'TOCSIN_NOTIFY_UNREACHABLE', `${notifier.name} could not be asked`);
      if (error.retryable) silent.add(lane);
      this.report(error);
      return undefined;
    }
  }

  /** One failure does not keep the others from being cared for. */
  private async forEach(
    errors: readonly AlertedError[],
    care: (error: AlertedError) => Promise<void>,
  ): Promise<void> {
    await forEachOf(errors, atOnce, async (error) => {
      if (this.options.closing.aborted) return;
      try {
        await care(error);
      } catch (failure) {
        this.report(
          asTocsinError(failure, 'TOCSIN_NOTIFY_UNREACHABLE', 'A count could not be brought up to date'),
        );
      }
    });
  }

  private report(error: TocsinError): void {
    if (!this.options.closing.aborted) this.options.reporter.failed('aftercare', error);
  }
}

function isOutdated({ told, occurrences }: AlertedError): boolean {
  return told < occurrences;
}

function nameOf({ service, environment, fingerprint }: ErrorKey): string {
  return JSON.stringify([service, environment, fingerprint]);
}
