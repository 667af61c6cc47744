import Transport from 'winston-transport';

/** How a {@link SlowTransport} takes its time. */
export interface SlowTransportOptions extends Transport.TransportStreamOptions {
  /** Milliseconds for each line: from 1 to this many, most of them few. @default 50 */
  readonly longestMs?: number;
  /** Whether lines that wait are given to it all at once, as winston does for its own. @default false */
  readonly inBatches?: boolean;
  /** Of the delays. @default 1 */
  readonly seed?: number;
}

/** Takes 1 to 50 ms for each line, and only then looks at it. */
export class SlowTransport<Seen> extends Transport {
  readonly seen: Seen[] = [];
  private readonly look: (info: object) => Seen;
  private readonly delayMs: () => number;

  constructor(look: (info: object) => Seen, options: SlowTransportOptions = {}) {
    const { longestMs = 50, inBatches = false, seed = 1, ...rest } = options;
    super(rest);
    this.look = look;
    const random = seeded(seed);
    this.delayMs = () => 1 + (longestMs - 1) * random() ** 4;
    // Without it, the stream gives one line after the other.
    if (!inBatches) Object.defineProperty(this, '_writev', { value: null });
  }

  override log(info: object, callback: () => void): void {
    setTimeout(() => {
      this.seen.push(this.look(info));
      callback();
    }, this.delayMs());
  }

  /** Resolves when that many lines were seen; rejects with what came when no line follows for two seconds. */
  async until(count: number): Promise<void> {
    for (let idleMs = 0, last = this.seen.length; this.seen.length < count; idleMs += 5) {
      if (this.seen.length > last) idleMs = 0;
      last = this.seen.length;
      if (idleMs > 2_000) throw new Error(`${last} of ${count} lines came`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    // One too many would come now.
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
}

/** Numbers from 0 to 1 that are the same in each run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
