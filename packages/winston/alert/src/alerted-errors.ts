import type { ErrorKey, ErrorRecord } from '@tocsin/decision';
import type { LogEvent } from '@tocsin/event';

/** An error that people were told of and that this process still sees. */
export interface AlertedError {
  readonly key: ErrorKey;
  /** The event that people were last told of. */
  event: LogEvent;
  /** Occurrences of the fleet, as last seen here. */
  occurrences: number;
  /** Occurrences that people were last told of, as far as this process knows. */
  told: number;
  /** Seen since its issue was last checked. */
  seen: boolean;
  /** When the fleet may be asked again for a permit to care for it, by `performance.now()`. */
  readonly nextAt: { update: number; check: number };
  /** The update of its counts that is under way. */
  updating: Promise<void> | undefined;
}

/** The alerted errors that this process sees; the longest unseen go first when there are too many. */
export class AlertedErrors {
  private readonly byFingerprint = new Map<string, AlertedError>();

  constructor(private readonly maxErrors = 1_000) {}

  /** Takes note of a sighting, and of whether people are told of this very event. */
  saw(record: ErrorRecord, event: LogEvent, alerted: boolean): void {
    if (record.alertCount === 0) return;
    const { key, occurrences } = record;
    const known = this.byFingerprint.get(key.fingerprint);
    const entry: AlertedError = known ?? {
      key,
      event,
      occurrences,
      told: 0,
      seen: true,
      nextAt: { update: 0, check: 0 },
      updating: undefined,
    };
    if (alerted) entry.event = event;
    entry.occurrences = Math.max(entry.occurrences, occurrences);
    entry.seen = true;
    this.byFingerprint.delete(key.fingerprint);
    this.byFingerprint.set(key.fingerprint, entry);
    if (this.byFingerprint.size > this.maxErrors) {
      const [longestUnseen] = this.byFingerprint.keys();
      this.byFingerprint.delete(longestUnseen!);
    }
  }

  /** Takes note that people were told this count. */
  told(key: ErrorKey, occurrences: number): void {
    const entry = this.byFingerprint.get(key.fingerprint);
    if (entry !== undefined) entry.told = Math.max(entry.told, occurrences);
  }

  all(): readonly AlertedError[] {
    return [...this.byFingerprint.values()];
  }
}
