/** When an alert is due. Users may give any part of it; the rest is the default. */
export interface AlertPolicy {
  /** Length of a window, in milliseconds. @default 900_000 (15 minutes) */
  readonly cooldownMs: number;
  /** An alert at each multiple of this many occurrences (and when the gap has passed). @default 10 */
  readonly everyNth: number;
  /** Shortest time between an alert and the next `count` alert, doubling with each; 0 is the plain rule. @default 60_000 */
  readonly countGapMs: number;
  /** New errors alerted on their own per minute, service and environment; the rest go into a digest. @default 20 */
  readonly newPerMinute: number;
  /** How long a claim lives without being renewed, in milliseconds. @default 30_000 */
  readonly leaseMs: number;
  /** How often each process looks for claims whose holder is gone, in milliseconds. @default 10_000 */
  readonly sweepMs: number;
}

/** What holds where a user gives no policy, or only a part of one. */
export const defaultPolicy: AlertPolicy = {
  cooldownMs: 900_000,
  everyNth: 10,
  countGapMs: 60_000,
  newPerMinute: 20,
  leaseMs: 30_000,
  sweepMs: 10_000,
};
