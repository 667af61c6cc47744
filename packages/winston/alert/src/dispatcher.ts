import type {
  Alert,
  AlertStore,
  Claim,
  Delivery,
  ErrorRecord,
  Notifier,
  NotifierOutcome,
} from '@tocsin/decision';
import { type LogEvent, TocsinError } from '@tocsin/event';
import { asTocsinError, type Reporter, sleep, withDeadline } from '@tocsin/transport';
import { Lease } from './lease.js';
import type { NotifierLane } from './notifier-lane.js';
import type { Route } from './options.js';
import { route } from './routes.js';

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

/** How a due alert ended: `silenced` by `beforeAlert`, routes or a tracker; `lost` to another process. */
export type DispatchResult = 'delivered' | 'failed' | 'silenced' | 'lost';

export interface DispatcherOptions {
  readonly lanes: readonly NotifierLane[];
  readonly routes: readonly Route[];
  readonly beforeAlert: ((alert: Alert) => Alert | null | Promise<Alert | null>) | undefined;
  readonly leaseMs: number;
  readonly reporter: Reporter;
  /** How long channels wait for a tracker's link, from its send. @default 15_000 */
  readonly trackerWaitMs?: number;
}

const beforeAlertTimeoutMs = 5_000;

/** Sends one alert: trackers first, then channels with their links; each outcome is settled as it comes. */
export class Dispatcher {
  constructor(private readonly options: DispatcherOptions) {}

  async dispatch(due: DueAlert): Promise<DispatchResult> {
    const lease = new Lease(due.store, due.record.key, due.claim.token, this.options.leaseMs, (error) =>
      this.storeFailed(error),
    );
    try {
      return await this.send(due, lease);
    } finally {
      lease.end();
    }
  }

  private async send(due: DueAlert, lease: Lease): Promise<DispatchResult> {
    const alert = isSilenced(due.record) ? null : await this.askUser(alertOf(due));
    const lanes = alert === null ? [] : this.lanesFor(due);
    const books = new Settlement(due, lease, lanes.length, (error) => this.storeFailed(error));
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
    return books.result(lease.signal.aborted);
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
      const { code } = asTocsinError(error, 'TOCSIN_INTERNAL', name);
      if (code !== 'TOCSIN_CLAIM_LOST') await books.settle(name, { state: 'failed', code });
    }
  }

  /** Who has still to be told: the routes, less those that a former holder of the claim has settled. */
  private lanesFor({ record, claim, event }: DueAlert): readonly NotifierLane[] {
    const { lanes, routes, reporter } = this.options;
    const notifiers: readonly Notifier[] = lanes.map(({ notifier }) => notifier);
    const told = isDigest(record)
      ? notifiers.filter(({ kind }) => kind === 'channel')
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

  private async askUser(alert: Alert): Promise<Alert | null> {
    const { beforeAlert, reporter } = this.options;
    if (beforeAlert === undefined) return alert;
    try {
      const answer: unknown = await withDeadline(
        beforeAlertTimeoutMs,
        'TOCSIN_USER_CODE_FAILED',
        'beforeAlert',
        async () => beforeAlert(alert),
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

/** Writes the outcomes of one alert into its claim; the last one ends it. */
class Settlement {
  ignoredByTracker = false;
  private delivered = 0;
  private failed = 0;
  private ended = 0;

  constructor(
    private readonly due: DueAlert,
    private readonly lease: Lease,
    private readonly expected: number,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  async settle(name: string, outcome: NotifierOutcome): Promise<void> {
    if (outcome.state === 'delivered') this.delivered += 1;
    else if (outcome.code !== 'TRACKER_IGNORED') this.failed += 1;
    if (outcome.state === 'delivered' && outcome.tracker?.state === 'ignored') this.ignoredByTracker = true;
    this.ended += 1;
    await this.write(name, outcome, this.ended >= this.expected);
  }

  /** Ends a claim for which nobody is told. */
  async end(): Promise<void> {
    await this.write('none', { state: 'failed', code: 'SILENCED' }, true);
  }

  result(claimLost: boolean): DispatchResult {
    if (this.delivered > 0) return 'delivered';
    if (claimLost) return 'lost';
    return this.failed > 0 ? 'failed' : 'silenced';
  }

  /** Tries a few times: an outcome that is not written is sent again by whoever takes the claim over. */
  private async write(name: string, outcome: NotifierOutcome, done: boolean): Promise<void> {
    for (let tried = 1; ; tried += 1) {
      try {
        const { record, claim, store } = this.due;
        if (!(await store.settle(record.key, claim.token, name, outcome, done))) this.lease.lose();
        return;
      } catch (error) {
        this.onFailure(error);
        if (tried >= 5) return;
        await sleep(200 * 2 ** tried);
      }
    }
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

/** A claim that is taken over may belong to a record that was silenced since. */
function isSilenced({ ignored, mutedUntil }: ErrorRecord): boolean {
  return ignored === true || (mutedUntil !== undefined && mutedUntil > Date.now());
}

function isDigest(record: ErrorRecord): boolean {
  return record.key.fingerprint.startsWith('digest:');
}

function isAlert(value: unknown): value is Alert {
  return (
    typeof value === 'object' && value !== null && 'record' in value && 'event' in value && 'reason' in value
  );
}

function outcomeOf({ refs, link, tracker }: Delivery): NotifierOutcome {
  return {
    state: 'delivered',
    ...(refs === undefined ? {} : { refs }),
    ...(link === undefined ? {} : { link }),
    ...(tracker === undefined ? {} : { tracker }),
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
