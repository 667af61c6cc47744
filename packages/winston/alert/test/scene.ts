import { AlertTransport, type AlertTransportOptions } from '@tocsin/alert';
import type { AlertStore } from '@tocsin/decision';
import type { TocsinError } from '@tocsin/event';
import winston from 'winston';

/** A logger with an AlertTransport, and the failures that the transport told. */
export interface Scene {
  readonly logger: winston.Logger;
  readonly transport: AlertTransport;
  readonly failures: TocsinError[];
}

const open: AlertTransport[] = [];

export function scene(
  options: Partial<AlertTransportOptions> & Pick<AlertTransportOptions, 'notifiers'>,
): Scene {
  const failures: TocsinError[] = [];
  const transport = new AlertTransport({
    service: 'checkout',
    environment: 'test',
    grouping: 'message',
    onError: (error) => void failures.push(error),
    ...options,
  });
  open.push(transport);
  return { logger: winston.createLogger({ transports: [transport] }), transport, failures };
}

/** To be called after each test. */
export async function closeScenes(): Promise<void> {
  await Promise.all(open.splice(0).map((transport) => transport.close(100)));
}

/** The store with some of its methods replaced. */
export function storeWith(store: AlertStore, methods: Partial<AlertStore>): AlertStore {
  const all = {
    record: store.record.bind(store),
    renew: store.renew.bind(store),
    settle: store.settle.bind(store),
    recover: store.recover.bind(store),
    permit: store.permit.bind(store),
    get: store.get.bind(store),
    list: store.list.bind(store),
    update: store.update.bind(store),
    close: store.close.bind(store),
  };
  return { ...all, ...methods };
}

export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((a, b) => a + b, 0);
}

export async function until(holds: () => boolean, withinMs = 4_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`still not so: ${holds.toString()}`);
    await pause(5);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export const never = <T>(): Promise<T> => new Promise<T>(() => undefined);
