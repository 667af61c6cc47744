/** How long something took. */
export interface Duration {
  /** In milliseconds, to the microsecond. */
  readonly ms: number;
  /** For people: `0.15 s`. */
  readonly text: string;
}

/**
 * Starts measuring, by the monotonic clock.
 *
 * @returns a function that tells the time since; `undefined` where the clock fails: a time is not worth an error
 */
export function startStopwatch(): () => Duration | undefined {
  const startMs = now();
  return () => {
    const ms = Math.round((now() - startMs) * 1000) / 1000;
    return ms >= 0 ? { ms, text: `${(ms / 1000).toFixed(2)} s` } : undefined;
  };
}

/** `NaN` where the clock cannot be read: an application's fake timers may stand in its place. */
function now(): number {
  try {
    return performance.now();
  } catch {
    return NaN;
  }
}
