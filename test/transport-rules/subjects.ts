import { AlertTransport } from '@tocsin/alert';
import type { Alert, Delivery, Notifier } from '@tocsin/decision';
import { type Captured, type Snapshot, snapshot, toLogEvent } from '@tocsin/event';
import { NonBlockingTransport } from '@tocsin/transport';
import type { MakeSubject, SubjectOptions } from './subject.js';

/** The smallest transport on the base: it delivers one line after the other. */
class PlainTransport extends NonBlockingTransport<Snapshot> {
  readonly delivered: string[] = [];
  readonly types: string[] = [];

  constructor(private readonly subject: SubjectOptions) {
    super('PlainTransport', transportOptions(subject));
  }

  protected override take(info: unknown, captured: Captured | undefined): { item: Snapshot; bytes: number } {
    const item = snapshot(info, captured);
    return { item, bytes: item.bytes };
  }

  protected override async handle(item: Snapshot): Promise<void> {
    const event = toLogEvent(item);
    await wait(this.subject.deliveryMs);
    if (this.subject.fails === true) throw new Error('the service is down');
    this.delivered.push(event.message);
    this.types.push(event.error?.type ?? '');
    this.counters.deliver(1);
  }

  protected override async settle(): Promise<void> {
    // `handle` waits for its delivery, so that nothing is under way when the queue is empty.
  }

  protected override async release(): Promise<void> {
    // It holds nothing.
  }
}

export const plain: MakeSubject = (options = {}) => {
  const transport = new PlainTransport(options);
  return { transport, delivered: () => transport.delivered, deliveredTypes: () => transport.types };
};

/** The AlertTransport with a notifier that keeps what it is told. */
export const alert: MakeSubject = (options = {}) => {
  const alerts: Alert[] = [];
  const notifier: Notifier = {
    name: 'recorder',
    kind: 'channel',
    async notify(told): Promise<Delivery> {
      await wait(options.deliveryMs);
      if (options.fails === true) throw new Error('the service is down');
      alerts.push(told);
      return {};
    },
  };
  const transport = new AlertTransport({
    ...transportOptions(options),
    service: 'rules',
    environment: 'test',
    notifiers: [notifier],
    grouping: 'message',
    policy: { newPerMinute: 1_000_000 },
  });
  return {
    transport,
    delivered: () => alerts.map(({ event }) => event.message),
    deliveredTypes: () => alerts.map(({ event }) => event.error?.type ?? ''),
  };
};

function transportOptions({ level, handleExceptions, onError }: SubjectOptions) {
  return {
    level: level ?? 'error',
    ...(handleExceptions === undefined ? {} : { handleExceptions }),
    ...(onError === undefined ? {} : { onError }),
  };
}

function wait(ms = 0): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
