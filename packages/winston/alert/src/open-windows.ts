import type { Verdict } from '@tocsin/decision';

type Suppressed = Extract<Verdict, { alert: false }>;

interface OpenWindow {
  /** By `performance.now()`. */
  readonly until: number;
  readonly verdict: Suppressed;
}

/**
 * What the store last said of each error: until when none is due. When the store cannot be asked, an error that
 * was alerted, muted or ignored just before must not begin anew.
 */
export class OpenWindows {
  private readonly byFingerprint = new Map<string, OpenWindow>();

  constructor(
    private readonly cooldownMs: number,
    private readonly maxWindows = 2_000,
  ) {}

  note(verdict: Verdict): void {
    const { record } = verdict;
    const { fingerprint } = record.key;
    const reason = verdict.alert ? 'cooldown' : verdict.reason;
    this.byFingerprint.delete(fingerprint);
    this.byFingerprint.set(fingerprint, {
      until: performance.now() + this.openFor(verdict),
      verdict: { alert: false, reason: reason === 'claimed' ? 'cooldown' : reason, record },
    });
    if (this.byFingerprint.size > this.maxWindows) {
      const [longestUnseen] = this.byFingerprint.keys();
      this.byFingerprint.delete(longestUnseen!);
    }
  }

  /** The verdict on a sighting while the window is open. */
  find(fingerprint: string): Suppressed | undefined {
    const known = this.byFingerprint.get(fingerprint);
    return known !== undefined && performance.now() < known.until ? known.verdict : undefined;
  }

  /** A length, not a time: the store's clock need not be ours. `lastSeen` is its time of the decision. */
  private openFor(verdict: Verdict): number {
    const { lastSeen, windowOpenedAt } = verdict.record;
    if (!verdict.alert && verdict.reason === 'ignored') return Number.POSITIVE_INFINITY;
    if (!verdict.alert && verdict.nextAlertAt !== undefined) return verdict.nextAlertAt - lastSeen;
    return windowOpenedAt + this.cooldownMs - lastSeen;
  }
}
