import type { AlertStore, Delivery, ErrorKey, Json, NotifierOutcome, TrackerState } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { sleep } from '@tocsin/transport';
import type { Lease } from './lease.js';

/**
 * How a due alert ended: `silenced` by `beforeAlert`, routes or a tracker; `lost` to another process; `closed`
 * with the transport, for whoever takes the claim over.
 */
export type DispatchResult = 'delivered' | 'failed' | 'silenced' | 'lost' | 'closed';

/** Between the tries to write an outcome, doubling. */
const firstPauseMs = 200;
const longestPauseMs = 10_000;
/** How long it is tried: as long as an alert may live. */
const maxAgeMs = 3_600_000;

/** Writes the outcomes of one alert into its claim; the last one ends it. */
export class Settlement {
  ignoredByTracker = false;
  private delivered = 0;
  private failed = 0;
  private ended = 0;
  private written = 0;
  /** One write at a time: the one that ends the claim comes after all others. */
  private writing = Promise.resolve();

  /** @param expected Outcomes that will come. */
  constructor(
    private readonly store: AlertStore,
    private readonly key: ErrorKey,
    private readonly lease: Lease,
    private readonly expected: number,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  /** Resolves when the outcome is written, or cannot be. */
  settle(name: string, outcome: NotifierOutcome): Promise<void> {
    if (outcome.state === 'delivered') this.delivered += 1;
    else if (outcome.code !== 'TRACKER_IGNORED') this.failed += 1;
    if (outcome.state === 'delivered' && outcome.tracker?.state === 'ignored') this.ignoredByTracker = true;
    this.ended += 1;
    this.writing = this.writing.then(() => {
      this.written += 1;
      return this.write(name, outcome, this.written >= this.expected);
    });
    return this.writing;
  }

  /** Ends a claim for which nobody is told. */
  end(): Promise<void> {
    return this.write('none', { state: 'failed', code: 'SILENCED' }, true);
  }

  result(): DispatchResult {
    if (this.delivered > 0) return 'delivered';
    const { reason } = this.lease.signal as { reason: unknown };
    if (this.ended < this.expected) return isClosing(reason) ? 'closed' : 'lost';
    return this.failed > 0 ? 'failed' : 'silenced';
  }

  /**
   * Tries until it is written, the claim is another's or the transport closes, and holds the claim meanwhile: an
   * outcome that is not written is sent again by whoever takes the claim over.
   */
  private async write(name: string, told: NotifierOutcome, done: boolean): Promise<void> {
    const giveUpAt = performance.now() + maxAgeMs;
    let outcome = told;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, pauseMs * 2)) {
      try {
        if (!(await this.store.settle(this.key, this.lease.token, name, outcome, done))) this.lease.lose();
        return;
      } catch (error) {
        if (pauseMs === firstPauseMs) this.onFailure(error);
        // What the store refuses it would refuse again; that it was delivered it can take.
        if (error instanceof TocsinError && error.code === 'TOCSIN_CONFIG_INVALID') {
          outcome =
            told.state === 'delivered'
              ? { state: 'delivered' }
              : { state: 'failed', code: 'TOCSIN_INTERNAL' };
        }
        await sleep(pauseMs, this.lease.signal);
        if (this.lease.signal.aborted || performance.now() > giveUpAt) return;
      }
    }
  }
}

/** What a notifier answered, as far as it can be kept: notifiers are other people's code. */
export function outcomeOf(delivery: Delivery): NotifierOutcome {
  const { refs, link, tracker }: { refs?: unknown; link?: unknown; tracker?: unknown } = delivery;
  const kept = jsonOf(refs);
  return {
    state: 'delivered',
    ...(kept === undefined ? {} : { refs: kept }),
    ...(typeof link === 'string' ? { link } : {}),
    ...(isTrackerState(tracker) ? { tracker } : {}),
  };
}

export function isTrackerState(value: unknown): value is TrackerState {
  if (typeof value !== 'object' || value === null) return false;
  const { state, closedAt } = value as { state?: unknown; closedAt?: unknown };
  if (state !== 'open' && state !== 'closed' && state !== 'ignored') return false;
  return closedAt === undefined || Number.isFinite(closedAt);
}

function jsonOf(value: unknown): Json | undefined {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text === undefined ? undefined : (JSON.parse(text) as Json);
  } catch {
    // Cycles and BigInt cannot be stored: without its refs the message stands as it is, but it is not sent again.
    return undefined;
  }
}

function isClosing(reason: unknown): boolean {
  return reason instanceof TocsinError && reason.code === 'TOCSIN_CLOSED';
}
