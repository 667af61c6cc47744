import type { Alert, AlertStore, Delivery, Notifier } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { asTocsinError, nextTry, type Reporter, sleep, withDeadline } from '@tocsin/transport';

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
  /** Aborted when the claim is lost. */
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
  /** Longest life of an errand, waits that the service asked for included. */
  readonly maxAgeMs: number;
}

export const defaultLaneLimits: LaneLimits = {
  requestTimeoutMs: 10_000,
  concurrency: 4,
  maxWaiting: 1_000,
  maxAgeMs: 3_600_000,
};

/**
 * The way to one notifier: pace, deadline, retries and waits are here and nowhere else. One notifier's
 * waits do not delay another's.
 */
export class NotifierLane {
  readonly stats: NotifierStats = { delivered: 0, updated: 0, failed: 0, retried: 0, waiting: 0 };
  private running = 0;
  private readonly line: (() => void)[] = [];
  /** Until when the service asked us to wait, by `performance.now()`. */
  private pausedUntil = 0;

  constructor(
    readonly notifier: Notifier,
    private readonly store: AlertStore,
    private readonly reporter: Reporter,
    private readonly limits: LaneLimits = defaultLaneLimits,
  ) {}

  /** Tells the notifier, again where that may help. Rejects with a TocsinError when it is given up. */
  async ship(errand: Errand): Promise<Delivery> {
    if (this.line.length >= this.limits.maxWaiting)
      throw this.giveUp(full(this.notifier.name, this.limits.maxWaiting));
    this.stats.waiting += 1;
    try {
      await this.enter();
      try {
        const delivery = await this.tryUntilDone(errand);
        this.stats[errand.call === 'update' ? 'updated' : 'delivered'] += 1;
        this.reporter.works(this.part);
        return delivery;
      } finally {
        this.leave();
      }
    } catch (error) {
      throw this.giveUp(asTocsinError(error, 'TOCSIN_NOTIFY_REJECTED', this.notifier.name));
    } finally {
      this.stats.waiting -= 1;
    }
  }

  private get part(): string {
    return `notifier:${this.notifier.name}`;
  }

  private giveUp(error: TocsinError): TocsinError {
    if (error.code === 'TOCSIN_CLAIM_LOST') return error;
    this.stats.failed += 1;
    this.reporter.failed(this.part, error);
    return error;
  }

  private async tryUntilDone(errand: Errand): Promise<Delivery> {
    const startedAt = performance.now();
    let { alert } = errand;
    let tried = 0;
    for (;;) {
      await this.pace(errand.signal);
      if (errand.signal.aborted || !(await errand.mayShip())) throw lost(this.notifier.name);
      if (tried === 0) errand.onFirstTry?.();
      tried += 1;
      try {
        return await this.tryOnce(errand, alert);
      } catch (thrown) {
        if (errand.signal.aborted) throw lost(this.notifier.name);
        const error = asTocsinError(thrown, 'TOCSIN_NOTIFY_REJECTED', this.notifier.name);
        const next = nextTry(error, tried, this.notifier.onAmbiguous ?? 'retry');
        const age = performance.now() - startedAt;
        if (!next.again || age + next.delayMs > this.limits.maxAgeMs) throw error;
        if (!next.counts) {
          tried -= 1;
          this.pausedUntil = performance.now() + next.delayMs;
        }
        if (error.ambiguous) alert = { ...alert, possibleRepeat: true };
        this.stats.retried += 1;
        await sleep(next.delayMs, errand.signal);
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

  /** Waits for what the service asked for, then for a permit from each budget. */
  private async pace(signal: AbortSignal): Promise<void> {
    while (this.pausedUntil > performance.now() && !signal.aborted) {
      await sleep(this.pausedUntil - performance.now(), signal);
    }
    for (const { key, limit, windowMs } of this.notifier.paces ?? []) {
      while (!signal.aborted) {
        const permit = await this.store.permit(key, limit, windowMs);
        if (permit.granted) break;
        await sleep(Math.max(permit.retryAfterMs, 1), signal);
      }
    }
  }

  private async enter(): Promise<void> {
    if (this.running >= this.limits.concurrency)
      await new Promise<void>((resolve) => this.line.push(resolve));
    else this.running += 1;
  }

  /** Hands the place to the next in line, if there is one. */
  private leave(): void {
    const next = this.line.shift();
    if (next === undefined) this.running -= 1;
    else next();
  }
}

function full(name: string, maxWaiting: number): TocsinError {
  return new TocsinError(`${name}: ${maxWaiting} alerts are waiting already`, {
    code: 'TOCSIN_QUEUE_FULL',
    context: { name },
  });
}

function lost(name: string): TocsinError {
  return new TocsinError(`${name}: another process has taken the alert over`, {
    code: 'TOCSIN_CLAIM_LOST',
    context: { name },
  });
}
