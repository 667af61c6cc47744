import { type AlertReason, type AlertStore, type Sighting } from '@tocsin/decision';
import {
  type Captured,
  type Snapshot,
  findError,
  runQuietly,
  snapshot,
  TocsinError,
  toSample,
  uuidv7,
  warnOnce,
} from '@tocsin/event';
import { asTocsinError, type Counts, NonBlockingTransport, type TransportStats } from '@tocsin/transport';
import { setMaxListeners } from 'node:events';
import { Aftercare } from './aftercare.js';
import { AlertedErrors } from './alerted-errors.js';
import { type Batch, Coalescer } from './coalescer.js';
import { Decisions } from './decisions.js';
import { Dispatcher, type DueAlert } from './dispatcher.js';
import { EventMaker } from './event-maker.js';
import { guardStore } from './guarded-store.js';
import { hold, letGo } from './holders.js';
import { compileIgnore } from './ignore.js';
import { instanceName } from './instance.js';
import { isDisabled } from './kill-switch.js';
import { NotifierLane, type NotifierStats } from './notifier-lane.js';
import { type AlertTransportOptions, resolveOptions, type ResolvedAlertOptions } from './options.js';
import { recoverClaims } from './recovery.js';
import { StoreHealth } from './store-health.js';
import { sweepEvery } from './sweep.js';

/** What became of the lines, and of the alerts made of them. */
export interface AlertTransportStats extends TransportStats {
  /** Alerts sent by this process, by reason. */
  readonly alerts: Counts;
  readonly notifiers: Readonly<Record<string, Readonly<NotifierStats>>>;
  /** Decisions made without the store while it could not be asked. */
  readonly degraded: number;
}

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
  private readonly store: AlertStore;
  private readonly ending = new AbortController();

  constructor(private readonly options: AlertTransportOptions) {
    const resolved = resolveOptions(options);
    super('AlertTransport', { ...options, level: options.level ?? 'error' });
    this.resolved = resolved;
    this.breadcrumbs = options.breadcrumbs === true;
    const { service, environment, policy, notifiers, routes, coalesceMs, ignore } = resolved;
    setMaxListeners(0, this.ending.signal);
    for (const shared of [resolved.store, ...notifiers]) hold(shared);
    const health = new StoreHealth(this.reporter, this.ending.signal);
    const store = guardStore(resolved.store, health, this.ending.signal);
    this.store = store;
    this.ignored = compileIgnore(ignore);
    this.events = new EventMaker(options, { service, environment }, this.ignored.event, this.reporter);
    this.decisions = new Decisions(store, policy, health, this.reporter);
    this.lanes = notifiers.map((notifier) => new NotifierLane(notifier, store, this.reporter));
    this.dispatcher = new Dispatcher({
      lanes: this.lanes,
      routes,
      beforeAlert: options.beforeAlert,
      leaseMs: policy.leaseMs,
      reporter: this.reporter,
      closing: this.ending.signal,
    });
    this.aftercare = new Aftercare({
      alerted: this.alerted,
      lanes: this.lanes,
      store,
      reporter: this.reporter,
      closing: this.ending.signal,
    });
    this.coalescer = new Coalescer(coalesceMs, (batch) => this.decide(batch));
    this.disabled = isDisabled();
    if (this.disabled) return;
    if (notifiers.length === 0) {
      warnOnce('TOCSIN_NO_NOTIFIERS', 'AlertTransport has no notifiers: nobody is told of any error');
    }
    // Two rounds: a notifier that hangs in the aftercare must not keep claims from being taken over.
    for (const work of [() => this.takeOver(), () => this.careForAlerted()])
      this.stopSweeps.push(
        sweepEvery(
          policy.sweepMs,
          () => runQuietly(work),
          (error) => this.reportInternal('sweep', error, 'A sweep failed'),
        ),
      );
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
    if (this.isIgnored(captured?.error ?? findError(info))) return this.leave('ignored');
    const item = snapshot(info, captured);
    return { item, bytes: item.bytes };
  }

  protected override async handle(item: Snapshot): Promise<void> {
    const made = await this.events.make(item, this.levels);
    if (this.ending.signal.aborted) {
      this.counters.drop('closed', 1);
      return;
    }
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
    await this.decisions.catchUp();
    await this.aftercare.updateCountersNow();
  }

  /** An alert that one notifier was not told of is not delivered, though another was. */
  protected override get lost(): number {
    return this.lanes.reduce((sum, { stats }) => sum + stats.failed, super.lost);
  }

  protected override async release(): Promise<void> {
    this.ending.abort(new TocsinError('The transport is closed', { code: 'TOCSIN_CLOSED' }));
    const waiting = this.coalescer.close();
    if (waiting > 0) this.counters.drop('closed', waiting);
    // All of it ends soon, now that it is called off.
    await Promise.all([...this.stopSweeps.map((stop) => stop()), this.coalescer.flush()]);
    await Promise.all(this.dispatching);
    await this.decisions.close();
    const { store, notifiers } = this.resolved;
    await Promise.all([
      this.closeOne('store', store, () => this.store.close()),
      ...notifiers.map((notifier) => this.closeOne(notifier.name, notifier, () => notifier.close?.())),
    ]);
  }

  private isIgnored(error: unknown): boolean {
    try {
      return this.ignored.error?.(error) === true;
    } catch (failure) {
      // `instanceof` runs code of the class's own.
      this.reporter.failed(
        'ignore',
        asTocsinError(failure, 'TOCSIN_USER_CODE_FAILED', 'A class of `ignore` failed'),
      );
      return false;
    }
  }

  /** Counts a line for which nothing is to be done. */
  private leave(reason: string): undefined {
    this.counters.accepted += 1;
    this.counters.suppress(reason, 1);
    return undefined;
  }

  private sighting({ fingerprint, count, event }: Batch): Sighting {
    const { service, environment } = this.resolved;
    return {
      id: uuidv7(),
      instance: this.instance,
      service,
      environment,
      fingerprint,
      count,
      occurredAt: event.timestamp,
      ...(event.release === undefined ? {} : { release: event.release }),
      severity: event.severity,
      sample: toSample(event),
    };
  }

  private async decide(batch: Batch): Promise<void> {
    const { count, event } = batch;
    try {
      const { verdict, store, degraded } = await this.decisions.record(this.sighting(batch));
      this.alerted.saw(verdict.record, event, verdict.alert);
      if (verdict.alert) this.dispatch({ ...verdict, event, store, degraded }, count);
      else this.counters.suppress(verdict.reason, count);
    } catch (error) {
      this.counters.drop(this.ending.signal.aborted ? 'closed' : 'internal-error', count);
      this.reportInternal('decide', error, 'An error could not be decided on');
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
      } else if (result === 'failed' || result === 'closed') {
        this.counters.drop(result === 'failed' ? 'undelivered' : 'closed', lines);
      } else {
        this.counters.suppress(result === 'lost' ? 'claimed' : 'silenced', lines);
      }
    } catch (error) {
      this.counters.drop('internal-error', lines);
      this.reportInternal('dispatch', error, 'An alert could not be sent');
    }
  }

  /** What others, or an outage of the store, left behind. */
  private async takeOver(): Promise<void> {
    await this.decisions.catchUp();
    const { service, environment } = this.resolved;
    const sources = [
      { store: this.store, degraded: false },
      { store: this.decisions.fallback, degraded: true },
    ];
    for (const source of sources)
      await recoverClaims(
        source,
        { service, environment },
        (due) => this.dispatch(due, 0),
        this.reporter,
        this.ending.signal,
      );
  }

  private async careForAlerted(): Promise<void> {
    await this.aftercare.updateCounters();
    await this.aftercare.checkTrackers();
  }

  /** Closes what no other transport uses any more. */
  private async closeOne(name: string, shared: object, close: () => Promise<void> | void): Promise<void> {
    if (!letGo(shared)) return;
    try {
      await close();
    } catch (error) {
      this.reportInternal(`close:${name}`, error, `${name} could not be closed`);
    }
  }
}
