import { AsyncLocalStorage } from 'node:async_hooks';

const key = Symbol.for('tocsin.quiet');
const holder = globalThis as { [key]?: AsyncLocalStorage<true> };
const storage = (holder[key] ??= new AsyncLocalStorage<true>());

/**
 * Runs `work` in a context in which Tocsin's transports drop what is logged, so that a failure of ours (or
 * of an `onError` that logs) cannot come back as an alert. Duplicate installs share the context.
 */
export function runQuietly<T>(work: () => T): T {
  return storage.run(true, work);
}

/** Whether the current code runs inside {@link runQuietly}. */
export function isQuiet(): boolean {
  return storage.getStore() === true;
}
