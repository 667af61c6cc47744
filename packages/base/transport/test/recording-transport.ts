import { type Captured, type Snapshot, snapshot } from '@tocsin/event';
import { NonBlockingTransport, type NonBlockingTransportOptions } from '@tocsin/transport';

/** Delivers messages into an array, each after `deliver` has resolved. */
export class RecordingTransport extends NonBlockingTransport<Snapshot> {
  readonly messages: string[] = [];
  releases = 0;

  constructor(
    options: NonBlockingTransportOptions = {},
    private readonly deliver: () => Promise<void> | void = () => undefined,
  ) {
    super('RecordingTransport', options);
  }

  protected override take(info: unknown, captured: Captured | undefined): { item: Snapshot; bytes: number } {
    const item = snapshot(info, captured);
    return { item, bytes: item.bytes };
  }

  protected override async handle(item: Snapshot): Promise<void> {
    await this.deliver();
    this.messages.push(item.message);
    this.counters.deliver(1);
  }

  protected override settle(): Promise<void> {
    return Promise.resolve();
  }

  protected override release(): Promise<void> {
    this.releases += 1;
    return Promise.resolve();
  }
}
