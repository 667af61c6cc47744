import type { Location, LogEvent, Severity } from '@tocsin/event';

/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Why an alert is sent. */
export type AlertReason = 'first' | 'regression' | 'cooldown' | 'count' | 'digest';
/** Why none is, in the order in which the reasons are tried. */
export type SuppressReason = 'ignored' | 'muted' | 'claimed' | 'digested' | 'cooldown';

/** What identifies a record: staging never silences production, nor one service another. */
export interface ErrorKey {
  readonly service: string;
  readonly environment: string;
  /** Lower-case hex SHA-256 with its version, or `digest:<minute>`. */
  readonly fingerprint: string;
}

/** One or more equal occurrences, seen by one process. */
export interface Sighting extends ErrorKey {
  /** UUIDv7; the token of the claim, if one is granted. */
  readonly id: string;
  /** This process: host, pid and start, short. */
  readonly instance: string;
  /** Occurrences added up in this process; at least 1. */
  readonly count: number;
  /** Milliseconds since the epoch by the process's clock; for display only. */
  readonly occurredAt: number;
  readonly release?: string;
  readonly severity: Severity;
  /** Redacted, at most 8 KiB as JSON; kept apart from the deciding fields. */
  readonly sample: LogEvent;
  /** The store was down and this process has already alerted. */
  readonly alertedLocally?: true;
}

/** What a tracker says of an issue. */
export interface TrackerState {
  readonly state: 'open' | 'closed' | 'ignored';
  /** Milliseconds since the epoch, by the tracker's clock. Tells a new closing from one that is known. */
  readonly closedAt?: number;
}

/** How one notifier ended for one claim. */
export type NotifierOutcome =
  | {
      readonly state: 'delivered';
      readonly refs?: Json;
      readonly link?: string;
      readonly tracker?: TrackerState;
    }
  | { readonly state: 'failed'; readonly code: string };

/** The right to send one alert, held by one process at a time. */
export interface Claim {
  readonly token: string;
  /** Milliseconds since the epoch by the store's clock. */
  readonly leaseUntil: number;
  readonly reason: AlertReason;
  /** Occurrences since the last alert that nobody was told about, the one that alerts now not counted. */
  readonly suppressedSince: number;
  /** By notifier name. Whoever takes the claim over sends only to the rest. */
  readonly settled: Readonly<Record<string, NotifierOutcome>>;
}

/** A claim as the record keeps it. */
export interface StoredClaim extends Claim {
  /** How often it was granted or taken over, from 1; after five it ends. */
  readonly attempts: number;
  readonly leaseMs: number;
}

/** A member of a digest. */
export interface DigestMember {
  readonly fingerprint: string;
  readonly type: string;
  readonly title: string;
  readonly location?: Location;
  readonly severity: Severity;
}

/** What the fleet knows of one error. All times are milliseconds since the epoch by the store's clock. */
export interface ErrorRecord {
  readonly schema: 1;
  readonly key: ErrorKey;
  readonly type: string;
  readonly title: string;
  readonly location?: Location;
  readonly severity: Severity;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** The last 16 seen, oldest first. */
  readonly releases: readonly string[];
  readonly occurrences: number;
  readonly windowOpenedAt: number;
  readonly lastAlertAt: number;
  readonly occurrencesAtLastAlert: number;
  readonly alertCount: number;
  /** `count` alerts since the last quiet spell; doubles the gap. */
  readonly countAlertsInARow: number;
  /** The store's time of learning that the issue was closed. */
  readonly resolvedAt?: number;
  readonly resolvedReleases?: readonly string[];
  /** `closedAt` of the issue that the last regression followed. */
  readonly regressedFrom?: number;
  /** What the tracker last said of the issue. */
  readonly tracker?: TrackerState;
  readonly ignored?: true;
  readonly mutedUntil?: number;
  /** What each notifier needs to find again what it sent, by notifier name. */
  readonly refs: Readonly<Record<string, Json>>;
  /** Links to what the notifiers sent, by notifier name. */
  readonly links: Readonly<Record<string, string>>;
  readonly claim?: StoredClaim;
  /** The last sighting id of each process; at most 64, least recent first. */
  readonly lastIds: readonly { readonly instance: string; readonly id: string }[];
  /** Of a digest: what went into it; at most 50. */
  readonly members?: readonly DigestMember[];
}

/** What the store answers to a sighting: an alert and the claim to send it, or why there is none. */
export type Verdict =
  | {
      readonly alert: true;
      readonly reason: AlertReason;
      readonly claim: Claim;
      readonly record: ErrorRecord;
    }
  | {
      readonly alert: false;
      readonly reason: SuppressReason;
      /**
       * From this time on the next sighting alerts, whatever its count (`count` and `regression` may come sooner).
       * Absent where time alone brings no alert: ignored, or while a claim is held.
       */
      readonly nextAlertAt?: number;
      readonly record: ErrorRecord;
    };
