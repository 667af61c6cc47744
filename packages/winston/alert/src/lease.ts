import type { AlertStore, ErrorKey } from '@tocsin/decision';

/**
 * The hold on one claim: renewed in the background while somebody waits, and before each send. Once the
 * token is stale, `signal` is aborted and nothing more may be sent.
 */
export class Lease {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;

  constructor(
    private readonly store: AlertStore,
    private readonly key: ErrorKey,
    private readonly token: string,
    leaseMs: number,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.timer = setInterval(() => void this.holds(), leaseMs / 3);
    this.timer.unref();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Renews. True while the claim is ours; a store that cannot be asked does not take it from us. */
  async holds(): Promise<boolean> {
    if (this.signal.aborted) return false;
    try {
      if (await this.store.renew(this.key, this.token)) return true;
    } catch (error) {
      this.onFailure(error);
      return true;
    }
    this.controller.abort();
    return false;
  }

  lose(): void {
    this.controller.abort();
  }

  end(): void {
    clearInterval(this.timer);
  }
}
