/** What a full queue gives up. */
export type QueuePolicy = 'drop-oldest' | 'drop-newest';

interface Entry<T> {
  readonly item: T;
  readonly bytes: number;
  readonly place: number;
}

/** A first-in, first-out queue bounded by number and bytes. */
export class BoundedQueue<T> {
  private entries: (Entry<T> | undefined)[] = [];
  private head = 0;
  private totalBytes = 0;
  /** The place of the newest item that was let in; places rise by one. */
  lastPlace = 0;

  constructor(
    private readonly maxEvents: number,
    private readonly maxBytes: number,
    private readonly policy: QueuePolicy,
  ) {}

  get size(): number {
    return this.entries.length - this.head;
  }

  /** Estimated bytes of what waits. */
  get bytes(): number {
    return this.totalBytes;
  }

  /** Adds the item. Gives how many had to go for it: older items, or the item itself. */
  push(item: T, bytes: number): number {
    if (bytes > this.maxBytes) return 1;
    let dropped = 0;
    while (this.size > 0 && !this.hasRoom(bytes)) {
      if (this.policy === 'drop-newest') return 1;
      this.take();
      dropped += 1;
    }
    this.lastPlace += 1;
    this.entries.push({ item, bytes, place: this.lastPlace });
    this.totalBytes += bytes;
    return dropped;
  }

  /** Takes the oldest item. */
  take(): { readonly item: T; readonly place: number } | undefined {
    const entry = this.entries[this.head];
    if (entry === undefined) return undefined;
    this.entries[this.head] = undefined;
    this.head += 1;
    this.totalBytes -= entry.bytes;
    // Amortised: the emptied front is given back once it is half of the array.
    if (this.head > 64 && this.head * 2 > this.entries.length) {
      this.entries = this.entries.slice(this.head);
      this.head = 0;
    }
    return entry;
  }

  private hasRoom(bytes: number): boolean {
    return this.size < this.maxEvents && this.totalBytes + bytes <= this.maxBytes;
  }
}
