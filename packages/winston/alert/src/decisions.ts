import {
  type AlertPolicy,
  type AlertStore,
  MemoryStore,
  type Sighting,
  type Verdict,
} from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { asTocsinError, type Reporter, withDeadline } from '@tocsin/transport';

/** A verdict, and the store that gave it. */
export interface Decision {
  readonly verdict: Verdict;
  readonly store: AlertStore;
  /** This process decided alone, because the store could not be asked. */
  readonly degraded: boolean;
}

/** What one key has yet to tell the store, oldest first. */
interface Debt {
  /** Sent once without an answer: it goes again under the same id, unchanged, before anything newer. */
  uncertain: Sighting | undefined;
  /** Never sent; further sightings are added to it. */
  unsent: Sighting | undefined;
}

const deadlineMs = 2_000;
const maxDebts = 10_000;

/**
 * Asks the store, with a deadline. When it cannot be asked, this process decides alone with a memory of
 * its own, and tells the store when it is back: counts are caught up and nothing is alerted twice.
 */
export class Decisions {
  private fallback: MemoryStore | undefined;
  private readonly debts = new Map<string, Debt>();
  private downUntil = 0;
  private failuresInARow = 0;
  /** Decisions made without the store. */
  degraded = 0;
  /** Occurrences that could not be kept for a store that stayed away. */
  forgotten = 0;

  constructor(
    private readonly store: AlertStore,
    private readonly policy: AlertPolicy,
    private readonly reporter: Reporter,
  ) {}

  async record(sighting: Sighting): Promise<Decision> {
    if (performance.now() < this.downUntil) return this.decideAlone(sighting, 'unsent');
    try {
      // What is owed for this key is older: the store knows a repeated id only while it is the newest.
      await this.pay(sighting.fingerprint);
      const verdict = await this.ask(sighting);
      this.works();
      return { verdict, store: this.store, degraded: false };
    } catch (error) {
      this.fails(error);
      return this.decideAlone(sighting, 'uncertain');
    }
  }

  /** Tells the store what it missed. Does nothing while it is down. */
  async catchUp(): Promise<void> {
    for (const fingerprint of [...this.debts.keys()]) {
      if (performance.now() < this.downUntil) return;
      try {
        await this.pay(fingerprint);
        this.works();
      } catch (error) {
        this.fails(error);
      }
    }
  }

  async close(): Promise<void> {
    await this.fallback?.close();
  }

  private ask(sighting: Sighting): Promise<Verdict> {
    return withDeadline(deadlineMs, 'TOCSIN_STORE_TIMEOUT', 'The store', (signal) =>
      this.store.record(sighting, this.policy, { signal }),
    );
  }

  private async decideAlone(sighting: Sighting, certainty: 'uncertain' | 'unsent'): Promise<Decision> {
    this.degraded += 1;
    this.fallback ??= new MemoryStore();
    const verdict = await this.fallback.record(sighting, this.policy);
    this.owe(sighting, certainty);
    return { verdict, store: this.fallback, degraded: true };
  }

  private owe(sighting: Sighting, certainty: 'uncertain' | 'unsent'): void {
    let debt = this.debts.get(sighting.fingerprint);
    if (debt === undefined) {
      if (this.debts.size >= maxDebts) {
        this.forgotten += sighting.count;
        return;
      }
      debt = { uncertain: undefined, unsent: undefined };
      this.debts.set(sighting.fingerprint, debt);
    }
    if (certainty === 'uncertain' && debt.uncertain === undefined && debt.unsent === undefined)
      debt.uncertain = sighting;
    else debt.unsent = { ...sighting, count: sighting.count + (debt.unsent?.count ?? 0) };
  }

  /** Sends what is owed for a key. Rejects, still owing, when the store does not take it. */
  private async pay(fingerprint: string): Promise<void> {
    const debt = this.debts.get(fingerprint);
    if (debt === undefined) return;
    for (const part of ['uncertain', 'unsent'] as const) {
      const sighting = debt[part];
      if (sighting === undefined) continue;
      await this.ask({ ...sighting, alertedLocally: true });
      debt[part] = undefined;
    }
    this.debts.delete(fingerprint);
  }

  private fails(error: unknown): void {
    this.failuresInARow += 1;
    this.downUntil = performance.now() + Math.min(30_000, 500 * 2 ** this.failuresInARow);
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

  private works(): void {
    this.failuresInARow = 0;
    this.downUntil = 0;
    this.reporter.works('store');
  }
}
