import type { Alert, Delivery, Json, Notifier, TrackerState } from '@tocsin/decision';

/** A notifier that keeps what it is told; each part of its answer can be set. */
export class RecordingNotifier implements Notifier {
  readonly told: Alert[] = [];
  readonly updated: Alert[] = [];
  readonly checked: Json[] = [];
  closed = 0;
  /** What `notify` gives or throws, by the number of the call, from 1. */
  answer: (call: number, alert: Alert, signal: AbortSignal) => Promise<Delivery> | Delivery = () => ({});
  state: TrackerState = { state: 'open' };
  private calls = 0;

  constructor(
    readonly name: string = 'recorder',
    readonly kind: 'tracker' | 'channel' = 'channel',
    readonly extra: Pick<Notifier, 'minSeverity' | 'paces' | 'onAmbiguous'> = {},
  ) {}

  get minSeverity(): Notifier['minSeverity'] & {} {
    return this.extra.minSeverity ?? 'debug';
  }

  get paces(): NonNullable<Notifier['paces']> {
    return this.extra.paces ?? [];
  }

  get onAmbiguous(): 'retry' | 'drop' {
    return this.extra.onAmbiguous ?? 'retry';
  }

  async notify(alert: Alert, { signal }: { readonly signal: AbortSignal }): Promise<Delivery> {
    this.calls += 1;
    const delivery = await this.answer(this.calls, alert, signal);
    this.told.push(alert);
    return delivery;
  }

  async update(alert: Alert): Promise<Delivery> {
    this.updated.push(alert);
    return {};
  }

  async check(refs: Json): Promise<TrackerState> {
    this.checked.push(refs);
    return this.state;
  }

  async close(): Promise<void> {
    this.closed += 1;
  }

  get messages(): readonly string[] {
    return this.told.map(({ event }) => event.message);
  }
}
