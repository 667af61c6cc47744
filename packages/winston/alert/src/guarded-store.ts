import { type AlertStore, MemoryStore } from '@tocsin/decision';
import { withDeadline } from '@tocsin/transport';
import type { StoreHealth } from './store-health.js';

/** Longest wait for one answer of the store, in milliseconds. */
export const storeDeadlineMs = 2_000;

/** One call, with a deadline, or until `closing` is aborted. */
export function askStore<T>(call: (signal: AbortSignal) => Promise<T>, closing?: AbortSignal): Promise<T> {
  return withDeadline(storeDeadlineMs, 'TOCSIN_STORE_TIMEOUT', 'The store', call, closing);
}

/**
 * The store as the transport uses it: each call is answered or rejected in time, whatever the store does.
 *
 * Budgets are kept by this process alone while the store cannot be asked: an outage of the store must not
 * keep back the alerts that are decided without it. Only `recover` is handed on as it is, since its answer
 * matters also when it comes late.
 */
export function guardStore(store: AlertStore, health: StoreHealth, closing: AbortSignal): AlertStore {
  const own = new MemoryStore();
  const ask = <T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> => askStore(call, closing);
  return {
    record: (sighting, policy) => ask((signal) => store.record(sighting, policy, { signal })),
    renew: (key, token) => ask(() => store.renew(key, token)),
    settle: (...values) => ask(() => store.settle(...values)),
    recover: (scope, tokens) => store.recover(scope, tokens),
    get: (key) => ask(() => store.get(key)),
    list: (query) => ask(() => store.list(query)),
    update: (key, change) => ask(() => store.update(key, change)),
    close: () => askStore(() => store.close()),
    async permit(key, limit, windowMs) {
      if (!health.isDown) {
        try {
          return await ask(() => store.permit(key, limit, windowMs));
        } catch (error) {
          health.fails(error);
        }
      }
      return own.permit(key, limit, windowMs);
    },
  };
}
