/** GitHub's lists may be a little behind; after this long they are not. */
const settledAfterMs = 60_000;
const maxSuspects = 500;

/**
 * Errors for which two issues may have been made: a create failed without telling whether it made one, or
 * another process may have made one at the same time. The list of issues may not have
 * it yet when it is looked for at once, so these errors are looked for again later, until the list is sure to
 * be complete.
 */
export interface Suspects {
  add(error: string, now: number): void;
  has(error: string): boolean;
  /** The list was read and duplicates are closed. */
  looked(error: string, now: number): void;
}

export function suspects(): Suspects {
  const since = new Map<string, number>();
  return {
    add(error, now) {
      since.delete(error);
      since.set(error, now);
      const [oldest] = since.keys();
      if (since.size > maxSuspects && oldest !== undefined) since.delete(oldest);
    },
    has: (error) => since.has(error),
    looked(error, now) {
      if (now - (since.get(error) ?? now) >= settledAfterMs) since.delete(error);
    },
  };
}
