import {
  type AlertPolicy,
  type AlertStore,
  MemoryStore,
  type Sighting,
  type Verdict,
} from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { asTocsinError, type Reporter } from '@tocsin/transport';
import { Debts } from './debts.js';
import { OpenWindows } from './open-windows.js';
import type { StoreHealth } from './store-health.js';

/** A verdict, and the store that gave it. */
export interface Decision {
  readonly verdict: Verdict;
  readonly store: AlertStore;
  /** This process decided alone, because the store could not be asked. */
  readonly degraded: boolean;
}

/**
 * Asks the store. When it cannot be asked, this process decides alone with a memory of its own, and tells the
 * store when it is back: counts are caught up and nothing is alerted twice.
 */
export class Decisions {
  /** What this process decides with while it is alone. Its digests are sent like the store's. */
  readonly fallback = new MemoryStore();
  private readonly debts = new Debts();
  private readonly windows: OpenWindows;
  /** Decisions made without the store. */
  degraded = 0;

  constructor(
    private readonly store: AlertStore,
    private readonly policy: AlertPolicy,
    private readonly health: StoreHealth,
    private readonly reporter: Reporter,
  ) {
    this.windows = new OpenWindows(policy.cooldownMs);
  }

  async record(sighting: Sighting): Promise<Decision> {
    if (this.health.isDown) return this.decideAlone(sighting, false);
    let asked = false;
    try {
      // What is owed for this key is older: the store knows a repeated id only while it is the newest.
      await this.pay(sighting.fingerprint);
      asked = true;
      const verdict = await this.ask(sighting);
      this.health.works();
      this.windows.note(verdict);
      return { verdict, store: this.store, degraded: false };
    } catch (error) {
      if (isRefusal(error)) return this.decideRefused(sighting, error);
      this.health.fails(error);
      return this.decideAlone(sighting, asked);
    }
  }

  /** Tells the store what it missed. Does nothing while it is down. */
  async catchUp(): Promise<void> {
    for (const fingerprint of this.debts.fingerprints) {
      if (this.health.isDown) return;
      try {
        await this.pay(fingerprint);
        this.health.works();
      } catch (error) {
        this.debts.putLast(fingerprint);
        this.health.fails(error);
      }
    }
  }

  async close(): Promise<void> {
    const untold = this.debts.occurrences + this.debts.forgotten;
    if (untold > 0) {
      const message = `${untold} occurrences could not be told to the store, which stayed away until the end`;
      this.reporter.failed('catch-up', new TocsinError(message, { code: 'TOCSIN_STORE_UNAVAILABLE' }));
    }
    await this.fallback.close();
  }

  private async ask(sighting: Sighting): Promise<Verdict> {
    const verdict: Partial<Verdict> | undefined = await this.store.record(sighting, this.policy);
    if (typeof verdict?.alert !== 'boolean' || verdict.record === undefined) {
      throw new TocsinError('The store gave no verdict', { code: 'TOCSIN_STORE_UNAVAILABLE' });
    }
    return verdict as Verdict;
  }

  private async decideAlone(sighting: Sighting, wasSent: boolean): Promise<Decision> {
    this.degraded += 1;
    this.debts.owe(sighting, wasSent);
    const verdict =
      this.windows.find(sighting.fingerprint) ?? (await this.fallback.record(sighting, this.policy));
    return { verdict, store: this.fallback, degraded: true };
  }

  /** The store is there and does not take this one sighting: it would not take it later either. */
  private async decideRefused(sighting: Sighting, error: unknown): Promise<Decision> {
    this.degraded += 1;
    this.debts.forgotten += sighting.count;
    this.reporter.failed(
      'sighting',
      asTocsinError(error, 'TOCSIN_INTERNAL', 'The store refused an occurrence'),
    );
    return {
      verdict: await this.fallback.record(sighting, this.policy),
      store: this.fallback,
      degraded: true,
    };
  }

  private pay(fingerprint: string): Promise<void> {
    return this.debts.pay(fingerprint, async (sighting) => {
      try {
        await this.ask({ ...sighting, alertedLocally: true });
      } catch (error) {
        if (!isRefusal(error)) throw error;
        this.debts.forgotten += sighting.count;
      }
    });
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof TocsinError && error.code === 'TOCSIN_CONFIG_INVALID';
}
