/**
 * Calls `work` again and again, `everyMs` apart give or take a fifth, so that a fleet does not sweep in
 * step. One run at a time; the timer does not keep the process alive.
 *
 * @returns Stops it; resolves when the run under way has ended.
 */
export function sweepEvery(
  everyMs: number,
  work: () => Promise<void>,
  onFailure: (error: unknown) => void,
): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  let stopped = false;
  const plan = (): void => {
    timer = setTimeout(
      () => {
        running = work()
          .catch(onFailure)
          .finally(() => {
            if (!stopped) plan();
          });
      },
      everyMs * (0.8 + 0.4 * Math.random()),
    );
    timer.unref();
  };
  plan();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
