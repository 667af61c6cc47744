import type { Alert, AlertStore, Claim, Delivery, ErrorRecord, Notifier } from '@tocsin/decision';
import { isAtLeast, type LogEvent, TocsinError } from '@tocsin/event';
import { asTocsinError, type Reporter, withDeadline } from '@tocsin/transport';
import { Lease } from './lease.js';
import type { NotifierLane } from './notifier-lane.js';
import type { Route } from './options.js';
import { route } from './routes.js';
import { type DispatchResult, outcomeOf, Settlement } from './settlement.js';

/** An alert that is due, and the claim to send it. */
export interface DueAlert {
  readonly record: ErrorRecord;
  readonly claim: Claim;
  readonly event: LogEvent;
  /** The store that granted the claim. */
  readonly store: AlertStore;
  readonly degraded: boolean;
  /** Set when it was taken over from another process or start. */
  readonly delayedMs?: number;
}

export interface DispatcherOptions {
  readonly lanes: readonly NotifierLane[];
  readonly routes: readonly Route[];
  readonly beforeAlert: ((alert: Alert) => Alert | null | Promise<Alert | null>) | undefined;
  readonly leaseMs: number;
  readonly reporter: Reporter;
  /** Aborted with a reason when the transport closes: what is under way is given up. */
  readonly closing: AbortSignal;
  /** How long channels wait for a tracker's link, from its send. @default 15_000 */
  readonly trackerWaitMs?: number;
}

const beforeAlertTimeoutMs = 5_000;

/** Sends one alert: trackers first, then channels with their links; each outcome is settled as it comes. */
export class Dispatcher {
  /** The alerts under way, by fingerprint. */
  private readonly underWay = new Map<string, { readonly due: DueAlert; readonly lease: Lease }>();

  constructor(private readonly options: DispatcherOptions) {}

  async dispatch(due: DueAlert): Promise<DispatchResult> {
    const { fingerprint } = due.record.key;
    const known = this.underWay.get(fingerprint);
    if (known !== undefined && !known.lease.signal.aborted && isSameAlert(known.due, due)) {
      // The lease ran out while the store could not be asked, and this very process has taken the claim over.
      known.lease.adopt(due.claim.token);
      return 'lost';
    }
    const lease = new Lease(
      due.store,
      due.record.key,
      due.claim.token,
      this.options.leaseMs,
      this.options.closing,
      (error) => this.storeFailed(error),
    );
    const entry = { due, lease };
    this.underWay.set(fingerprint, entry);
    try {
      return await this.send(due, lease);
    } finally {
      lease.end();
      if (this.underWay.get(fingerprint) === entry) this.underWay.delete(fingerprint);
    }
  }

  private async send(due: DueAlert, lease: Lease): Promise<DispatchResult> {
    const alert = isSilenced(due) ? null : await this.askUser(alertOf(due), lease.signal);
    const lanes = alert === null ? [] : this.lanesFor(due);
    const books = new Settlement(due.store, due.record.key, lease, lanes.length, (error) =>
      this.storeFailed(error),
    );
    if (alert === null || lanes.length === 0) {
      await books.end();
      return 'silenced';
    }
    const trackers = lanes.filter(({ notifier }) => notifier.kind === 'tracker');
    const channels = lanes.filter(({ notifier }) => notifier.kind === 'channel');
    const links: Record<string, string> = { ...alert.links };
    const sent = trackers.map((lane) => this.shipTracker(lane, alert, lease, books, links));
    await Promise.all(sent.map(({ answeredOrLate }) => answeredOrLate));
    if (books.ignoredByTracker) {
      await Promise.all(
        channels.map(({ notifier }) =>
          books.settle(notifier.name, { state: 'failed', code: 'TRACKER_IGNORED' }),
        ),
      );
    } else {
      const withLinks: Alert = { ...alert, links: { ...links } };
      await Promise.all(channels.map((lane) => this.ship(lane, withLinks, lease, books)));
    }
    await Promise.all(sent.map(({ done }) => done));
    return books.result();
  }

  private shipTracker(
    lane: NotifierLane,
    alert: Alert,
    lease: Lease,
    books: Settlement,
    links: Record<string, string>,
  ): { readonly done: Promise<void>; readonly answeredOrLate: Promise<void> } {
    const waitMs = this.options.trackerWaitMs ?? 15_000;
    const late = new AbortController();
    let timer = setTimeout(() => late.abort(), waitMs).unref();
    const onFirstTry = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => late.abort(), waitMs).unref();
    };
    const done = this.ship(lane, alert, lease, books, onFirstTry, (delivery) => {
      if (delivery.link !== undefined) links[lane.notifier.name] = delivery.link;
    }).finally(() => clearTimeout(timer));
    return { done, answeredOrLate: Promise.race([done, aborted(late.signal)]) };
  }

  private async ship(
    lane: NotifierLane,
    alert: Alert,
    lease: Lease,
    books: Settlement,
    onFirstTry?: () => void,
    onDelivery?: (delivery: Delivery) => void,
  ): Promise<void> {
    const { name } = lane.notifier;
    try {
      const delivery = await lane.ship({
        call: 'notify',
        alert,
        signal: lease.signal,
        mayShip: () => lease.holds(),
        ...(onFirstTry === undefined ? {} : { onFirstTry }),
      });
      onDelivery?.(delivery);
      await books.settle(name, outcomeOf(delivery));
    } catch (error) {
      // Lost or closed: whoever takes the claim over tells this notifier.
      if (lease.signal.aborted) return;
      const { code } = asTocsinError(error, 'TOCSIN_INTERNAL', name);
      await books.settle(name, { state: 'failed', code });
    }
  }

  /** Who has still to be told: the routes, less those that a former holder of the claim has settled. */
  private lanesFor({ record, claim, event }: DueAlert): readonly NotifierLane[] {
    const { lanes, routes, reporter } = this.options;
    const notifiers: readonly Notifier[] = lanes.map(({ notifier }) => notifier);
    const told = isDigest(record)
      ? notifiers.filter(
          ({ kind, minSeverity }) =>
            kind === 'channel' && (minSeverity === undefined || isAtLeast(record.severity, minSeverity)),
        )
      : route(event, routes, notifiers, (error) =>
          reporter.failed(
            'routes',
            asTocsinError(error, 'TOCSIN_USER_CODE_FAILED', "A route's `when` failed"),
          ),
        );
    return lanes.filter(
      ({ notifier }) => told.includes(notifier) && claim.settled[notifier.name] === undefined,
    );
  }

  private async askUser(alert: Alert, signal: AbortSignal): Promise<Alert | null> {
    const { beforeAlert, reporter } = this.options;
    if (beforeAlert === undefined) return alert;
    try {
      const answer: unknown = await withDeadline(
        beforeAlertTimeoutMs,
        'TOCSIN_USER_CODE_FAILED',
        'beforeAlert',
        async () => beforeAlert(alert),
        signal,
      );
      if (answer === null || isAlert(answer)) return answer;
      throw new TocsinError('beforeAlert gave neither an alert nor null; the alert is sent as it was', {
        code: 'TOCSIN_USER_CODE_FAILED',
      });
    } catch (error) {
      reporter.failed(
        'beforeAlert',
        asTocsinError(error, 'TOCSIN_USER_CODE_FAILED', 'beforeAlert failed; the alert is sent as it was'),
      );
      return alert;
    }
  }

  private storeFailed(error: unknown): void {
    this.options.reporter.failed(
      'store',
      asTocsinError(error, 'TOCSIN_STORE_UNAVAILABLE', 'The store failed'),
    );
  }
}

function alertOf({ record, claim, event, degraded, delayedMs }: DueAlert): Alert {
  return {
    kind: isDigest(record) ? 'digest' : 'error',
    reason: claim.reason,
    record,
    event,
    suppressedSince: claim.suppressedSince,
    links: record.links,
    degraded,
    ...(delayedMs === undefined ? {} : { delayedMs }),
    ...(record.members === undefined ? {} : { members: record.members }),
  };
}

/**
 * A claim that is taken over may belong to a record that was silenced since. Mutes end by the store's clock,
 * which a claim tells: its lease began when it was granted.
 */
function isSilenced({ record, claim }: DueAlert): boolean {
  const { ignored, mutedUntil } = record;
  if (ignored === true) return true;
  return mutedUntil !== undefined && mutedUntil > claim.leaseUntil - (record.claim?.leaseMs ?? 0);
}

/** Whether `later` is the claim on `earlier`, taken over. */
function isSameAlert(earlier: DueAlert, later: DueAlert): boolean {
  const attempts = later.record.claim?.attempts ?? 1;
  return (
    attempts > 1 && earlier.store === later.store && earlier.record.alertCount === later.record.alertCount
  );
}

function isDigest(record: ErrorRecord): boolean {
  return record.key.fingerprint.startsWith('digest:');
}

function isAlert(value: unknown): value is Alert {
  return (
    typeof value === 'object' && value !== null && 'record' in value && 'event' in value && 'reason' in value
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
