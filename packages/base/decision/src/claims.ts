import type { AlertReason, Claim, ErrorRecord, NotifierOutcome, StoredClaim } from './records.js';
import { applyTrackerState } from './tracker-state.js';

/** How often an alert is tried, over all processes, before it is dead. */
export const maxAttempts = 5;

/** A claim granted for an alert that has just become due. */
export function newClaim(
  reason: AlertReason,
  suppressedSince: number,
  token: string,
  leaseMs: number,
  now: number,
): StoredClaim {
  return { token, leaseUntil: now + leaseMs, reason, settled: {}, suppressedSince, attempts: 1, leaseMs };
}

/** While a claim is alive there is no other on its error. */
export function isAlive(claim: StoredClaim, now: number): boolean {
  return now < claim.leaseUntil;
}

/**
 * The claim under a new token and lease, with its old reason and what was settled. Undefined while its
 * lease runs, and after its last attempt.
 */
export function takeOverClaim(
  claim: StoredClaim,
  token: string,
  leaseMs: number,
  now: number,
): StoredClaim | undefined {
  if (isAlive(claim, now) || claim.attempts >= maxAttempts) return undefined;
  return { ...claim, token, leaseUntil: now + leaseMs, attempts: claim.attempts + 1, leaseMs };
}

/** The record with its claim ended. */
export function withoutClaim(record: ErrorRecord): ErrorRecord {
  const { claim: _claim, ...rest } = record;
  return rest;
}

/**
 * The record with the lease lengthened; undefined when the token is stale (another token, or no claim).
 * A lease that is merely over is not stale: nobody has taken the claim, so its holder may go on.
 */
export function renewClaim(record: ErrorRecord, token: string, now: number): ErrorRecord | undefined {
  const { claim } = record;
  if (claim?.token !== token) return undefined;
  return { ...record, claim: { ...claim, leaseUntil: Math.max(claim.leaseUntil, now + claim.leaseMs) } };
}

/**
 * The record with one notifier's outcome written: into the claim, its refs and link, and what a tracker
 * said. `done` ends the claim. Undefined when the token is stale, as in {@link renewClaim}.
 */
export function settleClaim(
  record: ErrorRecord,
  token: string,
  notifier: string,
  outcome: NotifierOutcome,
  done: boolean,
  now: number,
): ErrorRecord | undefined {
  const { claim } = record;
  if (claim?.token !== token) return undefined;
  const settled: ErrorRecord = {
    ...record,
    claim: { ...claim, settled: { ...claim.settled, [notifier]: outcome } },
  };
  const told = outcome.state === 'delivered' ? withDelivery(settled, notifier, outcome, now) : settled;
  return done ? withoutClaim(told) : told;
}

/** What became of a claim whose lease had ended. */
export interface ClaimRecovery {
  readonly record: ErrorRecord;
  /** As it was taken over, or, when dead, as it was when it ended. */
  readonly claim: Claim;
  /** This was its last attempt: the claim has ended, and nothing may be sent. */
  readonly dead: boolean;
}

/**
 * A claim whose lease has ended, taken over under the caller's token; after five attempts it ends as dead.
 * Undefined where there is no claim, or its lease still runs.
 */
export function recoverClaim(record: ErrorRecord, token: string, now: number): ClaimRecovery | undefined {
  const { claim } = record;
  if (claim === undefined || isAlive(claim, now)) return undefined;
  const takenOver = takeOverClaim(claim, token, claim.leaseMs, now);
  if (takenOver === undefined) return { record: withoutClaim(record), claim, dead: true };
  return { record: { ...record, claim: takenOver }, claim: takenOver, dead: false };
}

function withDelivery(
  record: ErrorRecord,
  notifier: string,
  { refs, link, tracker }: Extract<NotifierOutcome, { state: 'delivered' }>,
  now: number,
): ErrorRecord {
  const delivered: ErrorRecord = {
    ...record,
    ...(refs === undefined ? {} : { refs: { ...record.refs, [notifier]: refs } }),
    ...(link === undefined ? {} : { links: { ...record.links, [notifier]: link } }),
  };
  return tracker === undefined ? delivered : applyTrackerState(delivered, tracker, now);
}
