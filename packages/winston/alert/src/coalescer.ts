import type { LogEvent } from '@tocsin/event';

/** Equal errors of this process, added up. */
export interface Batch {
  readonly fingerprint: string;
  readonly count: number;
  /** The first of them. */
  readonly event: LogEvent;
}

interface Entry {
  waiting: { -readonly [Name in keyof Batch]: Batch[Name] } | undefined;
  timer: NodeJS.Timeout | undefined;
  /** The call that is under way; there is one at a time for a key. */
  sending: Promise<void> | undefined;
  lastSentAt: number;
}

/**
 * Sends the first error of a fingerprint at once and adds up those that follow: at most one call per
 * `coalesceMs` and fingerprint, and one at a time.
 */
export class Coalescer {
  private readonly entries = new Map<string, Entry>();
  private readonly running = new Set<Promise<void>>();

  /** @param send Must not reject. */
  constructor(
    private readonly coalesceMs: number,
    private readonly send: (batch: Batch) => Promise<void>,
    private readonly maxRunning = 64,
  ) {}

  /**
   * Adds one error under `key`. Resolves at once unless too many calls are under way.
   */
  add(key: string, fingerprint: string, event: LogEvent): Promise<void> | void {
    let entry = this.entries.get(key);
    if (entry === undefined) {
      entry = {
        waiting: undefined,
        timer: undefined,
        sending: undefined,
        lastSentAt: Number.NEGATIVE_INFINITY,
      };
      this.entries.set(key, entry);
    }
    if (entry.waiting !== undefined) {
      entry.waiting.count += 1;
      return;
    }
    entry.waiting = { fingerprint, count: 1, event };
    this.plan(key, entry);
    if (this.running.size >= this.maxRunning) return Promise.race(this.running);
  }

  /** Gives up what waits, and gives how many errors that were; calls that are under way go on. */
  close(): number {
    let dropped = 0;
    for (const entry of this.entries.values()) {
      clearTimeout(entry.timer);
      dropped += entry.waiting?.count ?? 0;
      entry.waiting = undefined;
      entry.timer = undefined;
    }
    return dropped;
  }

  /** Sends what waits and resolves when all that was added before the call is sent. */
  async flush(): Promise<void> {
    await Promise.all([...this.entries].map(([key, entry]) => this.flushEntry(key, entry)));
  }

  private async flushEntry(key: string, entry: Entry): Promise<void> {
    const { waiting } = entry;
    await entry.sending;
    if (waiting === undefined) return;
    if (entry.waiting === waiting) this.sendNow(key, entry);
    await entry.sending;
  }

  /** Sends what waits as soon as it may be sent; forgets a key for which nothing comes any more. */
  private plan(key: string, entry: Entry): void {
    if (entry.sending !== undefined || entry.timer !== undefined) return;
    const wait = entry.lastSentAt + this.coalesceMs - performance.now();
    if (wait > 0) {
      entry.timer = setTimeout(() => {
        entry.timer = undefined;
        this.plan(key, entry);
      }, wait);
      entry.timer.unref();
    } else if (entry.waiting === undefined) {
      this.entries.delete(key);
    } else {
      this.sendNow(key, entry);
    }
  }

  private sendNow(key: string, entry: Entry): void {
    const batch = entry.waiting;
    if (batch === undefined || entry.sending !== undefined) return;
    clearTimeout(entry.timer);
    entry.timer = undefined;
    entry.waiting = undefined;
    entry.lastSentAt = performance.now();
    const sending = this.send(batch).finally(() => {
      this.running.delete(sending);
      entry.sending = undefined;
      this.plan(key, entry);
    });
    entry.sending = sending;
    this.running.add(sending);
  }
}
