/** What {@link Permits.take} answers. */
export interface Permit {
  readonly granted: boolean;
  /** 0 when granted; else how long until the next could be granted, if nobody else takes it. */
  readonly retryAfterMs: number;
}

/** Most grants remembered under all keys together. */
const maxGrants = 100_000;

/**
 * Budgets with a sliding window: in any span of `windowMs` at most `limit` permits are granted under one
 * key. Keys are bounded; the one least recently granted is forgotten first, and its budget begins anew.
 */
export class Permits {
  /** Times of the grants that may still count, oldest first; the keys by their last grant, oldest first. */
  readonly #grants = new Map<string, readonly number[]>();
  readonly #maxKeys: number;
  #total = 0;

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
  }

  take(key: string, limit: number, windowMs: number, now: number): Permit {
    const before = this.#grants.get(key) ?? [];
    // A grant of the future comes from a clock that was set back: it may not block until that time returns.
    const recent = before.filter((time) => time > now - windowMs && time <= now);
    const granted = recent.length < limit;
    const grants = granted ? [...recent, now] : recent;
    this.#total += grants.length - before.length;
    if (granted) this.#grants.delete(key);
    this.#grants.set(key, grants);
    this.#forget();
    if (granted) return { granted, retryAfterMs: 0 };
    return { granted, retryAfterMs: (recent[recent.length - limit] ?? now) + windowMs - now };
  }

  #forget(): void {
    for (const [key, grants] of this.#grants) {
      if (this.#grants.size <= this.#maxKeys && (this.#total <= maxGrants || this.#grants.size === 1)) return;
      this.#grants.delete(key);
      this.#total -= grants.length;
    }
  }
}
