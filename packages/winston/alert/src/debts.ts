import type { Sighting } from '@tocsin/decision';

/** What one key has yet to tell the store, oldest first. */
interface Debt {
  /** Sent once without an answer: it goes again under the same id, unchanged, before anything newer. */
  uncertain: Sighting | undefined;
  /** Never sent; further sightings are added to it. */
  unsent: Sighting | undefined;
  /** The payment that is under way. The store knows a repeated id only while it is the newest of this process. */
  paying: Promise<void> | undefined;
}

/** Sightings that the store has missed. */
export class Debts {
  private readonly byFingerprint = new Map<string, Debt>();
  /** Occurrences that could not be kept for a store that stayed away, or that it refused. */
  forgotten = 0;

  constructor(private readonly maxDebts = 10_000) {}

  get fingerprints(): readonly string[] {
    return [...this.byFingerprint.keys()];
  }

  /** Occurrences that wait to be told. */
  get occurrences(): number {
    let sum = 0;
    for (const { uncertain, unsent } of this.byFingerprint.values())
      sum += (uncertain?.count ?? 0) + (unsent?.count ?? 0);
    return sum;
  }

  /** @param wasSent Whether the store may have counted it already. */
  owe(sighting: Sighting, wasSent: boolean): void {
    let debt = this.byFingerprint.get(sighting.fingerprint);
    if (debt === undefined) {
      if (this.byFingerprint.size >= this.maxDebts) {
        this.forgotten += sighting.count;
        return;
      }
      debt = { uncertain: undefined, unsent: undefined, paying: undefined };
      this.byFingerprint.set(sighting.fingerprint, debt);
    }
    if (wasSent && debt.uncertain === undefined) debt.uncertain = sighting;
    else debt.unsent = { ...sighting, count: sighting.count + (debt.unsent?.count ?? 0) };
  }

  /** Sends what is owed for a key, for all who ask at once. Rejects, still owing, when `send` does. */
  async pay(fingerprint: string, send: (sighting: Sighting) => Promise<void>): Promise<void> {
    const debt = this.byFingerprint.get(fingerprint);
    if (debt === undefined) return;
    debt.paying ??= this.payAll(fingerprint, debt, send).finally(() => {
      debt.paying = undefined;
    });
    await debt.paying;
  }

  /** Puts a key behind all others, so that one that the store chokes on does not keep them from being paid. */
  putLast(fingerprint: string): void {
    const debt = this.byFingerprint.get(fingerprint);
    if (debt === undefined) return;
    this.byFingerprint.delete(fingerprint);
    this.byFingerprint.set(fingerprint, debt);
  }

  private async payAll(
    fingerprint: string,
    debt: Debt,
    send: (sighting: Sighting) => Promise<void>,
  ): Promise<void> {
    for (;;) {
      // Once it is on its way nothing may be added to it any more.
      if (debt.uncertain === undefined) {
        debt.uncertain = debt.unsent;
        debt.unsent = undefined;
      }
      if (debt.uncertain === undefined) break;
      await send(debt.uncertain);
      debt.uncertain = undefined;
    }
    this.byFingerprint.delete(fingerprint);
  }
}
