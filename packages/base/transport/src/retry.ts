import { TocsinError } from '@tocsin/event';

/** How often and how long to try again what was not answered. */
export interface RetryRules {
  /** Tries in all, the first included. A wait that the service asked for is not counted. */
  readonly tries: number;
  /** Upper bound of the first wait, doubling with each try. */
  readonly baseMs: number;
  readonly maxMs: number;
}

/** Exponential from 1 s to 60 s, five tries. */
export const defaultRetryRules: RetryRules = { tries: 5, baseMs: 1000, maxMs: 60_000 };

/** What to do after a failure. */
export type NextTry =
  | { readonly again: false }
  | {
      readonly again: true;
      readonly delayMs: number;
      /** Whether it uses up one of the tries. */ readonly counts: boolean;
    };

/** Least wait that a service can ask for: one that says "now" with every answer is not to be hammered. */
const leastWaitMs = 100;
/** Where a service asks for a wait, but for none that can be understood. */
const unknownWaitMs = 60_000;

/**
 * Whether and when to try again after `error`, when `tried` counted tries (this one included) have failed.
 * The wait is drawn between nothing and the bound ("full jitter", AWS Architecture Blog, "Exponential
 * Backoff And Jitter"), so that a fleet does not come back in step.
 */
export function nextTry(
  error: TocsinError,
  tried: number,
  onAmbiguous: 'retry' | 'drop',
  random: () => number = Math.random,
  rules: RetryRules = defaultRetryRules,
): NextTry {
  if (error.retryAfterMs !== undefined)
    return { again: true, delayMs: waitFor(error.retryAfterMs), counts: false };
  if (!error.retryable || tried >= rules.tries) return { again: false };
  if (error.ambiguous && onAmbiguous === 'drop') return { again: false };
  const bound = Math.min(rules.maxMs, rules.baseMs * 2 ** (tried - 1));
  return { again: true, delayMs: Math.floor(random() * bound), counts: true };
}

function waitFor(askedMs: number): number {
  return Number.isFinite(askedMs) ? Math.max(leastWaitMs, askedMs) : unknownWaitMs;
}
