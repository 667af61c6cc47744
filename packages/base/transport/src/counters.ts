/** Counts under a name each. */
export type Counts = Readonly<Record<string, number>>;

/** What became of the lines. `accepted = delivered + suppressed + dropped + pending`, at every moment. */
export interface TransportStats {
  /** Lines that passed level and filters. */
  readonly accepted: number;
  readonly delivered: number;
  /** Lines that need no sending, by reason. */
  readonly suppressed: Counts;
  /** Lines that were lost, by reason. */
  readonly dropped: Counts;
  readonly pending: number;
  /** Lines waiting in the queue, and their estimated bytes. */
  readonly queue: { readonly events: number; readonly bytes: number };
  /** Failures told to `'warn'` and `onError`. */
  readonly failures: number;
}

/** Keeps the books of one transport. */
export class Counters {
  accepted = 0;
  delivered = 0;
  private readonly suppressedBy = new Map<string, number>();
  private readonly droppedBy = new Map<string, number>();
  private settled = 0;

  get pending(): number {
    return this.accepted - this.settled;
  }

  get suppressed(): Counts {
    return Object.fromEntries(this.suppressedBy);
  }

  get dropped(): Counts {
    return Object.fromEntries(this.droppedBy);
  }

  deliver(lines: number): void {
    this.delivered += lines;
    this.settled += lines;
  }

  suppress(reason: string, lines: number): void {
    add(this.suppressedBy, reason, lines);
    this.settled += lines;
  }

  drop(reason: string, lines: number): void {
    add(this.droppedBy, reason, lines);
    this.settled += lines;
  }

  get droppedTotal(): number {
    let total = 0;
    for (const count of this.droppedBy.values()) total += count;
    return total;
  }
}

function add(counts: Map<string, number>, reason: string, lines: number): void {
  counts.set(reason, (counts.get(reason) ?? 0) + lines);
}
