import type { TocsinError } from '@tocsin/event';
import { rejected } from './failure.js';
import type { Issue } from './issue.js';

const dayMs = 86_400_000;

/** Counts the new issues of the last 24 hours. */
export interface DayCap {
  /**
   * Makes an issue where one more may be made: gives what `make` gives. Rejects when the issues that this
   * process made, or is making, and those that others made, as far as they are in the list, have reached the
   * limit.
   */
  within(listed: readonly Issue[], make: () => Promise<Issue | undefined>): Promise<Issue | undefined>;
}

export function dayCap(max: number): DayCap {
  const own = new Map<number, number>();
  let underway = 0;
  return {
    async within(listed, make) {
      const now = Date.now();
      const numbers = new Set<number>();
      for (const [number, at] of own) {
        if (now - at < dayMs) numbers.add(number);
        else own.delete(number);
      }
      for (const { number, createdAt } of listed) {
        if (createdAt !== undefined && now - createdAt < dayMs) numbers.add(number);
      }
      if (numbers.size + underway >= max) throw full(max);
      underway += 1;
      try {
        const made = await make();
        if (made !== undefined) own.set(made.number, now);
        return made;
      } finally {
        underway -= 1;
      }
    },
  };
}

function full(max: number): TocsinError {
  return rejected(
    `${max} issues were made within 24 hours`,
    `${max} new issues were made within 24 hours, and no more may be (option maxNewPerDay of GitHubNotifier). No issue was made for this error; the channels still tell of it.`,
    { limit: max },
  );
}
