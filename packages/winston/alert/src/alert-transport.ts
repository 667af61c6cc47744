import { type AlertReason, type ErrorRecord, type Sighting } from '@tocsin/decision';
import {
  type Captured,
  type Snapshot,
  type LogEvent,
  findError,
  runQuietly,
  snapshot,
  toSample,
  uuidv7,
} from '@tocsin/event';
import { asTocsinError, type Counts, NonBlockingTransport, type TransportStats } from '@tocsin/transport';
import { Aftercare } from './aftercare.js';
import { AlertedErrors } from './alerted-errors.js';
import { type Batch, Coalescer } from './coalescer.js';
import { Decisions } from './decisions.js';
import { Dispatcher, type DueAlert } from './dispatcher.js';
import { EventMaker } from './event-maker.js';
import { compileIgnore } from './ignore.js';
import { instanceName } from './instance.js';
import { NotifierLane, type NotifierStats } from './notifier-lane.js';
import { type AlertTransportOptions, resolveOptions, type ResolvedAlertOptions } from './options.js';
import { sweepEvery } from './sweep.js';

/** What became of the lines, and of the alerts made of them. */
export interface AlertTransportStats extends TransportStats {
  /** Alerts sent by this process, by reason. */
  readonly alerts: Counts;
  readonly notifiers: Readonly<Record<string, Readonly<NotifierStats>>>;
  /** Decisions made without the store while it could not be asked. */
  readonly degraded: number;
}

/** Claims taken over in one sweep. */
const maxRecovered = 20;

/**
 * Sends one alert for one error.
 *
 * Each line at `level` or worse becomes an event with a fingerprint; equal errors are added up; the store
 * decides, once for all processes that share it, whether an alert is due; trackers are told first, then
 * channels with the trackers' links. `log()` only takes a snapshot: all of this happens in the background
 * and none of its failures reaches the application.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` that names the option, what came and what is allowed.
 */
export class AlertTransport extends NonBlockingTransport<Snapshot> {
  private readonly resolved: ResolvedAlertOptions;
  private readonly events: EventMaker;
  private readonly ignored: ReturnType<typeof compileIgnore>;
  private readonly lanes: readonly NotifierLane[];
  private readonly coalescer: Coalescer;
  private readonly decisions: Decisions;
  private readonly dispatcher: Dispatcher;
  private readonly alerted = new AlertedErrors();
  private readonly aftercare: Aftercare;
  private readonly dispatching = new Set<Promise<void>>();
  private readonly instance = instanceName();
  private readonly alertsBy = new Map<AlertReason, number>();
  private readonly disabled: boolean;
  private readonly stopSweeps: (() => Promise<void>)[] = [];

  constructor(private readonly options: AlertTransportOptions) {
    const resolved = resolveOptions(options);
    super('AlertTransport', { ...options, level: options.level ?? 'error' });
    this.resolved = resolved;
    const { service, environment, store, policy, notifiers, routes, coalesceMs, ignore } = resolved;
    this.ignored = compileIgnore(ignore);
    this.events = new EventMaker(options, { service, environment }, this.ignored.event, this.reporter);
    this.decisions = new Decisions(store, policy, this.reporter);
    this.lanes = notifiers.map((notifier) => new NotifierLane(notifier, store, this.reporter));
    this.dispatcher = new Dispatcher({
      lanes: this.lanes,
      routes,
      beforeAlert: options.beforeAlert,
      leaseMs: policy.leaseMs,
      reporter: this.reporter,
    });
    this.aftercare = new Aftercare(this.alerted, this.lanes, store, this.reporter);
    this.coalescer = new Coalescer(coalesceMs, (batch) => this.decide(batch));
    this.disabled = isDisabled();
    if (this.disabled) {
      process.emitWarning('Tocsin sends no alerts: TOCSIN_DISABLED is set', {
        type: 'TocsinWarning',
        code: 'TOCSIN_DISABLED',
      });
    } else {
      // Two rounds: a notifier that hangs in the aftercare must not keep claims from being taken over.
      this.stopSweeps.push(
        sweepEvery(policy.sweepMs, () => runQuietly(() => this.takeOver())),
        sweepEvery(policy.sweepMs, () => runQuietly(() => this.careForAlerted())),
      );
    }
  }

  override stats(): AlertTransportStats {
    return {
      ...super.stats(),
      alerts: Object.fromEntries(this.alertsBy),
      notifiers: Object.fromEntries(this.lanes.map(({ notifier, stats }) => [notifier.name, { ...stats }])),
      degraded: this.decisions.degraded,
    };
  }

  protected override take(
    info: unknown,
    captured: Captured | undefined,
  ): { item: Snapshot; bytes: number } | undefined {
    if (this.disabled) return this.leave('disabled');
    if (this.ignored.error?.(captured?.error ?? findError(info)) === true) return this.leave('ignored');
    const item = snapshot(info, captured);
    return { item, bytes: item.bytes };
  }

  protected override async handle(item: Snapshot): Promise<void> {
    const made = await this.events.make(item, this.levels);
    if (made === undefined) {
      this.counters.suppress('ignored', 1);
      return;
    }
    // Without a store each error is an alert of its own: nothing is added up.
    const { event, fingerprint } = made;
    await this.coalescer.add(this.options.store === 'none' ? event.id : fingerprint, fingerprint, event);
  }

  protected override async settle(): Promise<void> {
    await this.coalescer.flush();
    await Promise.all(this.dispatching);
    await this.aftercare.updateCountersNow();
  }

  protected override async release(): Promise<void> {
    await Promise.all(this.stopSweeps.map((stop) => stop()));
    await this.decisions.close();
    await Promise.all([
      this.closeOne('store', () => this.resolved.store.close()),
      ...this.lanes.map(({ notifier }) => this.closeOne(notifier.name, () => notifier.close?.())),
    ]);
  }

  /** Counts a line for which nothing is to be done. */
  private leave(reason: string): undefined {
    this.counters.accepted += 1;
    this.counters.suppress(reason, 1);
    return undefined;
  }

  private async decide({ fingerprint: hash, count, event }: Batch): Promise<void> {
    const { service, environment } = this.resolved;
    const sighting: Sighting = {
      id: uuidv7(),
      instance: this.instance,
      service,
      environment,
      fingerprint: hash,
      count,
      occurredAt: event.timestamp,
      ...(event.release === undefined ? {} : { release: event.release }),
      severity: event.severity,
      sample: toSample(event),
    };
    try {
      const { verdict, store, degraded } = await this.decisions.record(sighting);
      this.alerted.saw(verdict.record, event, verdict.alert);
      if (verdict.alert) this.dispatch({ ...verdict, event, store, degraded }, count);
      else this.counters.suppress(verdict.reason, count);
    } catch (error) {
      this.counters.drop('internal-error', count);
      this.reporter.failed(
        'decide',
        asTocsinError(error, 'TOCSIN_INTERNAL', 'An error could not be decided on'),
      );
    }
  }

  /** Sends a due alert; `lines` of this process are settled with it. */
  private dispatch(due: DueAlert, lines: number): void {
    const dispatching = this.send(due, lines).finally(() => this.dispatching.delete(dispatching));
    this.dispatching.add(dispatching);
  }

  private async send(due: DueAlert, lines: number): Promise<void> {
    try {
      const result = await this.dispatcher.dispatch(due);
      if (result === 'delivered') {
        this.counters.deliver(lines);
        this.alertsBy.set(due.claim.reason, (this.alertsBy.get(due.claim.reason) ?? 0) + 1);
        this.alerted.told(due.record.key, due.record.occurrences);
      } else if (result === 'failed') {
        this.counters.drop('undelivered', lines);
      } else {
        this.counters.suppress(result === 'lost' ? 'claimed' : 'silenced', lines);
      }
    } catch (error) {
      this.counters.drop('internal-error', lines);
      this.reporter.failed('dispatch', asTocsinError(error, 'TOCSIN_INTERNAL', 'An alert could not be sent'));
    }
  }

  /** What others, or an outage of the store, left behind. */
  private async takeOver(): Promise<void> {
    await this.decisions.catchUp();
    await this.recover();
  }

  private async careForAlerted(): Promise<void> {
    await this.aftercare.updateCounters();
    await this.aftercare.checkTrackers();
  }

  private async recover(): Promise<void> {
    const { service, environment, store } = this.resolved;
    try {
      const tokens = Array.from({ length: maxRecovered }, () => uuidv7());
      const recovered = await store.recover({ service, environment }, tokens);
      for (const { record, claim, sample, dead } of recovered) {
        if (dead) this.reportDead(record);
        else
          this.dispatch(
            { record, claim, event: sample, store, degraded: false, ...delay(record, sample) },
            0,
          );
      }
    } catch (error) {
      this.reporter.failed('store', asTocsinError(error, 'TOCSIN_STORE_UNAVAILABLE', 'The store failed'));
    }
  }

  private reportDead(record: ErrorRecord): void {
    const what = `The alert for "${record.title}" was taken over too often and is given up`;
    this.reporter.failed('recover', asTocsinError(undefined, 'TOCSIN_NOTIFY_UNREACHABLE', what));
  }

  private async closeOne(name: string, close: () => Promise<void> | void): Promise<void> {
    try {
      await close();
    } catch (error) {
      this.reporter.failed(
        `close:${name}`,
        asTocsinError(error, 'TOCSIN_INTERNAL', `${name} could not be closed`),
      );
    }
  }
}

/** A digest is due when its minute is over, so that it is never late. */
function delay(record: ErrorRecord, sample: LogEvent): { readonly delayedMs?: number } {
  return record.members === undefined ? { delayedMs: Math.max(0, Date.now() - sample.timestamp) } : {};
}

function isDisabled(): boolean {
  const value = process.env['TOCSIN_DISABLED'];
  return value === '1' || value === 'true';
}
