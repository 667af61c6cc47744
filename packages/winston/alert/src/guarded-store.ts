import { type AlertStore, MemoryStore } from '@tocsin/decision';
import { withDeadline } from '@tocsin/transport';
import type { StoreHealth } from './store-health.js';

/** Longest wait for one answer of the store, in milliseconds. */
export const storeDeadlineMs = 2_000;

/** One call, with a deadline. */
export function askStore<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return withDeadline(storeDeadlineMs, 'TOCSIN_STORE_TIMEOUT', 'The store', call);
}

/**
 * The store as the transport uses it: each call is answered or rejected in time, whatever the store does.
 *
 * Budgets are kept by this process alone while the store cannot be asked: an outage of the store must not
 * keep back the alerts that are decided without it. Only `recover` is handed on as it is, since its answer
 * matters also when it comes late.
 */
export function guardStore(store: AlertStore, health: StoreHealth): AlertStore {
  const own = new MemoryStore();
  return {
    record: (sighting, policy) => askStore((signal) => store.record(sighting, policy, { signal })),
    renew: (key, token) => askStore(() => store.renew(key, token)),
    settle: (...values) => askStore(() => store.settle(...values)),
    recover: (scope, tokens) => store.recover(scope, tokens),
    get: (key) => askStore(() => store.get(key)),
    list: (query) => askStore(() => store.list(query)),
    update: (key, change) => askStore(() => store.update(key, change)),
    close: () => askStore(() => store.close()),
    async permit(key, limit, windowMs) {
      if (!health.isDown) {
        try {
          return await askStore(() => store.permit(key, limit, windowMs));
        } catch (error) {
          health.fails(error);
        }
      }
      return own.permit(key, limit, windowMs);
    },
  };
}
