import type { LogEvent, Severity } from '@tocsin/event';
import type { AlertReason, DigestMember, ErrorRecord, Json, TrackerState } from './records.js';

/** What a notifier is given to tell. */
export interface Alert {
  readonly kind: 'error' | 'digest';
  readonly reason: AlertReason;
  /** As it was after the decision: counts, first seen, refs of what was sent before. */
  readonly record: ErrorRecord;
  readonly event: LogEvent;
  /** Occurrences since the last alert that nobody was told about, this one not counted. */
  readonly suppressedSince: number;
  /** Links of the trackers that have already answered, by notifier name. */
  readonly links: Readonly<Record<string, string>>;
  /** This process decided alone, because the store could not be reached. */
  readonly degraded: boolean;
  /** How late the alert is, in milliseconds, when it is delivered by another process or start than decided it. */
  readonly delayedMs?: number;
  /** Of a digest: the errors in it. */
  readonly members?: readonly DigestMember[];
  /** An earlier try of the same alert may have been accepted (a 5xx or a timeout after sending). */
  readonly possibleRepeat?: true;
}

/** What a notifier says when the service has accepted. */
export interface Delivery {
  /** What it needs to find again what it sent; kept in the record under the notifier's name. */
  readonly refs?: Json;
  /** A link for people, shown by the channels. */
  readonly link?: string;
  readonly tracker?: TrackerState;
}

/** A budget of the whole fleet. */
export interface Pace {
  /** Names the budget; no secret in it. */
  readonly key: string;
  readonly limit: number;
  readonly windowMs: number;
}

/**
 * One service that is told. It does no retries, queues or timers of its own: the transport has them.
 * It rejects with a `TocsinError` that says `code`, `retryable`, `ambiguous` and, where the service told,
 * `retryAfterMs`, and that carries no secret.
 */
export interface Notifier {
  /** Unique within a transport; the key of its refs. */
  readonly name: string;
  /** Trackers go first; their links and states reach the channels. */
  readonly kind: 'tracker' | 'channel';
  readonly minSeverity?: Severity;
  /** The transport gets a permit from each before it calls `notify` or `update`. */
  readonly paces?: readonly Pace[];
  /** What to do when the service may have accepted although no success was seen. @default 'retry' */
  readonly onAmbiguous?: 'retry' | 'drop';
  notify(alert: Alert, options: { readonly signal: AbortSignal }): Promise<Delivery>;
  /** Counters in what was sent before. */
  update?(alert: Alert, options: { readonly signal: AbortSignal }): Promise<Delivery>;
  /** Trackers: the state of the issue behind `refs`; writes nothing. */
  check?(refs: Json, options: { readonly signal: AbortSignal }): Promise<TrackerState>;
  /** Credentials and reachability; sends nothing. Rejects with what is wrong. */
  verify?(options: { readonly signal: AbortSignal }): Promise<void>;
  close?(): Promise<void>;
}
