import { TocsinError } from '@tocsin/event';
import { asTocsinError, type Reporter } from '@tocsin/transport';

const shortestMs = 1_000;
const longestMs = 30_000;

/** Whether the store can be asked, as far as this process knows. After a failure it is left alone for a while. */
export class StoreHealth {
  private downUntil = 0;
  private failuresInARow = 0;

  /** @param closing Aborted when the transport closes: what it then calls off is no failure. */
  constructor(
    private readonly reporter: Reporter,
    private readonly closing: AbortSignal,
  ) {}

  get isDown(): boolean {
    return performance.now() < this.downUntil;
  }

  /** The store did not answer. Calls that were under way together and fail together are one failure. */
  fails(error: unknown): void {
    if (this.isDown || this.closing.aborted) return;
    this.downUntil = performance.now() + Math.min(longestMs, shortestMs * 2 ** this.failuresInARow);
    this.failuresInARow += 1;
    const failure = asTocsinError(error, 'TOCSIN_STORE_UNAVAILABLE', 'The store failed');
    this.reporter.failed(
      'store',
      new TocsinError(failure.message, {
        code: failure.code,
        retryable: true,
        context: failure.context,
        userMessage: `${failure.userMessage}. Until it is back this process decides alone, so that each process may alert once.`,
      }),
    );
  }

  works(): void {
    this.failuresInARow = 0;
    this.downUntil = 0;
    this.reporter.works('store');
  }
}
