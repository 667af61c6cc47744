import type { LogEvent } from '@tocsin/event';
import type { AlertPolicy } from './alert-policy.js';
import type {
  Claim,
  ErrorKey,
  ErrorRecord,
  NotifierOutcome,
  Sighting,
  TrackerState,
  Verdict,
} from './records.js';

/** A claim taken over from a process that is gone. */
export interface RecoveredClaim {
  readonly record: ErrorRecord;
  readonly claim: Claim;
  readonly sample: LogEvent;
  /** True when this was the claim's last attempt: it has ended, and nothing may be sent. */
  readonly dead: boolean;
}

/** Which records are wanted; all parts must hold. */
export interface ErrorQuery {
  readonly service?: string;
  readonly environment?: string;
  readonly state?: 'open' | 'muted' | 'resolved' | 'ignored';
  /** Only records seen after this time (milliseconds since the epoch, the store's clock). */
  readonly seenAfter?: number;
  /** @default 100 */
  readonly limit?: number;
  /** The fingerprint that ended the page before. */
  readonly after?: string;
}

/** What people and trackers say of an error; parts that are not given stay as they are. */
export interface RecordChange {
  /** Milliseconds since the epoch; `null` unmutes. */
  readonly mutedUntil?: number | null;
  readonly resolved?: boolean;
  readonly ignored?: boolean;
  /** What a tracker's `check` said. */
  readonly tracker?: TrackerState;
  /** New refs of one notifier. */
  readonly refs?: { readonly notifier: string; readonly refs: ErrorRecord['refs'][string] };
}

/** Where records and claims live. All stores run the same decision; none has a rule of its own. */
export interface AlertStore {
  /** One atomic step: count, decide, and claim if an alert is due. Idempotent by sighting id. */
  record(
    sighting: Sighting,
    policy: AlertPolicy,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Verdict>;
  /** Lengthen the lease; false when the token is stale. Called before each send and while waiting. */
  renew(key: ErrorKey, token: string): Promise<boolean>;
  /**
   * Write one notifier's outcome into the claim; `done` ends it. False when the token is stale: another
   * token, or no claim. A lease that is merely over is not stale.
   */
  settle(
    key: ErrorKey,
    token: string,
    notifier: string,
    outcome: NotifierOutcome,
    done: boolean,
  ): Promise<boolean>;
  /** Take over claims whose lease has ended, in one service and environment, one for each token given. */
  recover(
    scope: { readonly service: string; readonly environment: string },
    tokens: readonly string[],
  ): Promise<RecoveredClaim[]>;
  /** A permit from a budget of the whole fleet: `limit` per `windowMs` under `key`. */
  permit(key: string, limit: number, windowMs: number): Promise<{ granted: boolean; retryAfterMs: number }>;
  get(key: ErrorKey): Promise<ErrorRecord | undefined>;
  /**
   * Records in the order of their fingerprints, digests (`digest:<minute>`) among them, a page at a time. A page
   * may be longer than `limit` by records that share its last fingerprint, so that `after` skips none.
   */
  list(query: ErrorQuery): Promise<ErrorRecord[]>;
  /** What people and trackers say of an error. Gives the new record, or undefined where there is none. */
  update(key: ErrorKey, change: RecordChange): Promise<ErrorRecord | undefined>;
  close(): Promise<void>;
}
