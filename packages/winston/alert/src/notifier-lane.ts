import type { Alert, AlertStore, Delivery, Notifier, Pace } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { asTocsinError, nextTry, type Reporter, sleep, withDeadline } from '@tocsin/transport';
import { WaitingLine } from './waiting-line.js';

/** What one notifier has done so far. */
export interface NotifierStats {
  delivered: number;
  /** Counters brought up to date in what was sent before. */
  updated: number;
  /** Alerts that were refused for good or given up. */
  failed: number;
  /** Tries after the first. */
  retried: number;
  /** Alerts on their way. */
  waiting: number;
}

/** One thing to be told. */
export interface Errand {
  readonly call: 'notify' | 'update';
  readonly alert: Alert;
  /** Aborted, with the reason, when the claim is lost or the transport closes. */
  readonly signal: AbortSignal;
  /** Asked before each try: whether the claim still holds. */
  readonly mayShip: () => Promise<boolean>;
  /** Told at the moment of the first try. */
  readonly onFirstTry?: () => void;
}

export interface LaneLimits {
  /** Longest wait for one answer. */
  readonly requestTimeoutMs: number;
  /** Errands at the service at one time. */
  readonly concurrency: number;
  /** Errands that wait; more are refused. */
  readonly maxWaiting: number;
  /** Longest life of an alert, from when it is due: waits for a place, a permit and the service included. */
  readonly maxAgeMs: number;
  /** Longest life of an update: the next one tells a later count. */
  readonly maxUpdateAgeMs: number;
}

export const defaultLaneLimits: LaneLimits = {
  requestTimeoutMs: 10_000,
  concurrency: 4,
  maxWaiting: 1_000,
  maxAgeMs: 3_600_000,
  maxUpdateAgeMs: 60_000,
};

/** Between two questions for a permit: at least, and where the store does not say a time. */
const leastPermitWaitMs = 10;
const unknownPermitWaitMs = 1_000;

/**
 * The way to one notifier: pace, deadline, retries and waits are here and nowhere else. One notifier's
 * waits do not delay another's.
 */
export class NotifierLane {
  readonly stats: NotifierStats = { delivered: 0, updated: 0, failed: 0, retried: 0, waiting: 0 };
  private readonly line: WaitingLine;
  /** Until when the service asked us to wait, by `performance.now()`. */
  private pausedUntil = 0;

  constructor(
    readonly notifier: Notifier,
    private readonly store: AlertStore,
    private readonly reporter: Reporter,
    private readonly limits: LaneLimits = defaultLaneLimits,
  ) {
    this.line = new WaitingLine(limits.concurrency);
  }

  /** Tells the notifier, again where that may help. Rejects with a TocsinError when it is given up. */
  async ship(errand: Errand): Promise<Delivery> {
    const urgent = errand.call === 'notify';
    const { maxWaiting, maxAgeMs, maxUpdateAgeMs } = this.limits;
    if (this.line.waiting(urgent) >= maxWaiting)
      throw this.giveUp(full(this.notifier.name, maxWaiting), errand);
    const giveUpAt = performance.now() + (urgent ? maxAgeMs : maxUpdateAgeMs);
    this.stats.waiting += 1;
    try {
      await this.line.enter(urgent);
      try {
        const delivery = await this.tryUntilDone(errand, giveUpAt);
        this.stats[errand.call === 'update' ? 'updated' : 'delivered'] += 1;
        this.reporter.works(this.part);
        return delivery;
      } finally {
        this.line.leave();
      }
    } catch (error) {
      throw this.giveUp(asTocsinError(error, 'TOCSIN_NOTIFY_REJECTED', this.notifier.name), errand);
    } finally {
      this.stats.waiting -= 1;
    }
  }

  private get part(): string {
    return `notifier:${this.notifier.name}`;
  }

  private giveUp(error: TocsinError, { call, signal }: Errand): TocsinError {
    if (signal.aborted) return error;
    if (call === 'notify') this.stats.failed += 1;
    this.reporter.failed(this.part, error);
    return error;
  }

  private async tryUntilDone(errand: Errand, giveUpAt: number): Promise<Delivery> {
    const { signal } = errand;
    let { alert } = errand;
    let tried = 0;
    for (;;) {
      await this.pace(signal, giveUpAt);
      if (!signal.aborted && !(await errand.mayShip()) && !signal.aborted) throw lost(this.notifier.name);
      signal.throwIfAborted();
      if (tried === 0) errand.onFirstTry?.();
      tried += 1;
      try {
        return await this.tryOnce(errand, alert);
      } catch (thrown) {
        signal.throwIfAborted();
        const error = asTocsinError(thrown, 'TOCSIN_NOTIFY_REJECTED', this.notifier.name);
        const next = nextTry(error, tried, this.notifier.onAmbiguous ?? 'retry');
        if (!next.again) throw error;
        const againAt = performance.now() + next.delayMs;
        if (!next.counts) {
          tried -= 1;
          // However long the service asks for: no alert is given up for it without having been tried.
          const longest = performance.now() + this.limits.maxAgeMs;
          this.pausedUntil = Math.max(this.pausedUntil, Math.min(againAt, longest));
        }
        if (againAt > giveUpAt) throw error;
        if (error.ambiguous) alert = { ...alert, possibleRepeat: true };
        this.stats.retried += 1;
        await sleep(next.delayMs, signal);
      }
    }
  }

  private async tryOnce(errand: Errand, alert: Alert): Promise<Delivery> {
    const { notifier } = this;
    const answer: Delivery | null | undefined = await withDeadline(
      this.limits.requestTimeoutMs,
      'TOCSIN_NOTIFY_TIMEOUT',
      notifier.name,
      (signal) =>
        errand.call === 'update' ? notifier.update!(alert, { signal }) : notifier.notify(alert, { signal }),
      errand.signal,
    );
    // The service has accepted: an answer of the wrong shape is no reason to send again.
    return typeof answer === 'object' && answer !== null ? answer : {};
  }

  /** Waits for what the service asked for, and for a permit from each budget. */
  private async pace(signal: AbortSignal, giveUpAt: number): Promise<void> {
    await this.waitAsAsked(signal, giveUpAt);
    for (const pace of this.notifier.paces ?? []) await this.getPermit(pace, signal, giveUpAt);
    // The service may have asked for a wait in the meantime, of another alert.
    await this.waitAsAsked(signal, giveUpAt);
  }

  private async waitAsAsked(signal: AbortSignal, giveUpAt: number): Promise<void> {
    while (this.pausedUntil > performance.now() && !signal.aborted) {
      if (this.pausedUntil > giveUpAt) throw tooOld(this.notifier.name);
      await sleep(this.pausedUntil - performance.now(), signal);
    }
  }

  private async getPermit(
    { key, limit, windowMs }: Pace,
    signal: AbortSignal,
    giveUpAt: number,
  ): Promise<void> {
    while (!signal.aborted) {
      const { granted, retryAfterMs } = await this.store.permit(key, limit, windowMs);
      if (granted) return;
      const waitMs = Number.isFinite(retryAfterMs)
        ? Math.max(leastPermitWaitMs, retryAfterMs)
        : unknownPermitWaitMs;
      if (performance.now() + waitMs > giveUpAt) throw tooOld(this.notifier.name);
      await sleep(waitMs, signal);
    }
  }
}

function full(name: string, maxWaiting: number): TocsinError {
  return new TocsinError(`${name}: ${maxWaiting} alerts are waiting already`, {
    code: 'TOCSIN_QUEUE_FULL',
    context: { name },
  });
}

function tooOld(name: string): TocsinError {
  return new TocsinError(`${name}: given up, because its turn would have come too late`, {
    code: 'TOCSIN_NOTIFY_LIMITED',
    context: { name },
  });
}

function lost(name: string): TocsinError {
  return new TocsinError(`${name}: another process has taken the alert over`, {
    code: 'TOCSIN_CLAIM_LOST',
    context: { name },
  });
}
