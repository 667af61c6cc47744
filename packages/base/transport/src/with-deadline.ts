import { TocsinError, type TocsinErrorCode } from '@tocsin/event';

/**
 * Runs `work` with a signal that is aborted after `ms` or when `outer` is. Settles at that moment at the
 * latest, also when `work` ignores its signal; what `work` does afterwards is not heard. The deadline is
 * ambiguous: the work may have taken effect.
 */
export async function withDeadline<T>(
  ms: number,
  code: TocsinErrorCode,
  what: string,
  work: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  const controller = new AbortController();
  return new Promise<T>((resolve, reject) => {
    const stop = (error: TocsinError): void => {
      finish();
      controller.abort(error);
      reject(error);
    };
    const timer = setTimeout(() => {
      stop(
        new TocsinError(`${what} did not answer within ${ms} ms`, {
          code,
          retryable: true,
          ambiguous: true,
          context: { ms },
        }),
      );
    }, ms);
    timer.unref();
    const onOuter = (): void => {
      stop(new TocsinError(`${what} was called off`, { code, ambiguous: true }));
    };
    const finish = (): void => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', onOuter);
    };
    if (outer?.aborted === true) {
      onOuter();
      return;
    }
    outer?.addEventListener('abort', onOuter, { once: true });
    // The extra then() also turns a synchronous throw into a rejection.
    Promise.resolve()
      .then(() => work(controller.signal))
      .then(
        (value) => {
          finish();
          resolve(value);
        },
        (error: unknown) => {
          finish();
          reject(errorOf(error));
        },
      );
  });
}

function errorOf(thrown: unknown): Error {
  try {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  } catch {
    // An object without a toString, a Proxy: a throw in here would be a rejection that nobody hears.
    return new Error('what was thrown cannot be read');
  }
}
