import type { AlertStore, ErrorKey } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { setMaxListeners } from 'node:events';

/**
 * The hold on one claim: renewed in the background while somebody waits, and before each send. Once the
 * token is stale or the transport closes, `signal` is aborted with the reason and nothing more may be sent.
 */
export class Lease {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private failing = false;
  private readonly onClosing = (): void => this.controller.abort(this.closing.reason);

  constructor(
    private readonly store: AlertStore,
    private readonly key: ErrorKey,
    private currentToken: string,
    leaseMs: number,
    private readonly closing: AbortSignal,
    private readonly onFailure: (error: unknown) => void,
  ) {
    setMaxListeners(0, this.signal);
    this.timer = setInterval(() => void this.holds(), leaseMs / 3);
    this.timer.unref();
    if (closing.aborted) this.onClosing();
    else closing.addEventListener('abort', this.onClosing, { once: true });
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get token(): string {
    return this.currentToken;
  }

  /** Goes on under a token under which this process has taken its own claim over, after an outage of the store. */
  adopt(token: string): void {
    this.currentToken = token;
  }

  /** Renews. True while the claim is ours; a store that cannot be asked does not take it from us. */
  async holds(): Promise<boolean> {
    if (this.signal.aborted) return false;
    const { token } = this;
    try {
      const renewed = await this.store.renew(this.key, token);
      this.failing = false;
      if (renewed) return true;
    } catch (error) {
      // Told once for each outage: a lease is renewed again and again.
      if (!this.failing) this.onFailure(error);
      this.failing = true;
      return true;
    }
    if (token === this.token) this.lose();
    return !this.signal.aborted;
  }

  lose(): void {
    this.controller.abort(
      new TocsinError('Another process has taken the alert over', { code: 'TOCSIN_CLAIM_LOST' }),
    );
  }

  end(): void {
    clearInterval(this.timer);
    this.closing.removeEventListener('abort', this.onClosing);
  }
}
