/**
 * Resolves after `ms`, or at once when `signal` is aborted. The timer does not keep the process alive.
 */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) {
      resolve();
      return;
    }
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    // Longer waits than setTimeout can take (24.8 days) would fire at once.
    const timer = setTimeout(finish, Math.min(ms, 2_147_483_647));
    timer.unref();
    signal?.addEventListener('abort', finish, { once: true });
  });
}
