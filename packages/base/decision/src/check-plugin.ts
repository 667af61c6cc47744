import { configError, readOptions, severities } from '@tocsin/event';
import type { AlertStore } from './alert-store.js';
import type { Notifier } from './notifier.js';
import { wholeNumber } from './whole-number.js';

const storeMethods = [
  'record',
  'renew',
  'settle',
  'recover',
  'permit',
  'get',
  'list',
  'update',
  'close',
] as const satisfies readonly (keyof AlertStore)[];

/**
 * Checks a store that a user passed in. `owner` is the class whose option it is.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` that names the first missing method
 */
export function assertStore(owner: string, store: unknown): asserts store is AlertStore {
  readOptions(owner, () => {
    const candidate = asObject(owner, 'store', store, 'an AlertStore');
    for (const method of storeMethods) assertFunction(owner, `store.${method}`, candidate[method]);
  });
}

/**
 * Checks a notifier that a user passed in. `option` is how the error calls it (`notifiers[1]`).
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` that names the field, what came and what is allowed
 */
export function assertNotifier(
  owner: string,
  notifier: unknown,
  option = 'notifier',
): asserts notifier is Notifier {
  readOptions(owner, () => checkNotifier(owner, notifier, option));
}

function checkNotifier(owner: string, notifier: unknown, option: string): void {
  const candidate = asObject(owner, option, notifier, 'a Notifier');
  const { name, kind, minSeverity, onAmbiguous, paces } = candidate;
  // The name becomes a key of plain objects, where `constructor` would be found without having been put.
  if (typeof name !== 'string' || name === '' || name.length > 100 || name in {}) {
    throw configError(owner, `${option}.name`, name, 'a name of 1 to 100 characters');
  }
  oneOf(owner, `${option}.kind`, kind, ['tracker', 'channel']);
  if (minSeverity !== undefined) oneOf(owner, `${option}.minSeverity`, minSeverity, severities);
  if (onAmbiguous !== undefined) oneOf(owner, `${option}.onAmbiguous`, onAmbiguous, ['retry', 'drop']);
  assertFunction(owner, `${option}.notify`, candidate['notify']);
  for (const method of ['update', 'check', 'verify', 'close']) {
    if (candidate[method] !== undefined) assertFunction(owner, `${option}.${method}`, candidate[method]);
  }
  if (paces === undefined) return;
  if (!Array.isArray(paces)) throw configError(owner, `${option}.paces`, paces, 'an array of paces');
  for (const [index, pace] of paces.entries()) assertPace(owner, `${option}.paces[${index}]`, pace);
}

function assertPace(owner: string, option: string, pace: unknown): void {
  const { key, limit, windowMs } = asObject(owner, option, pace, '{ key, limit, windowMs }');
  if (typeof key !== 'string' || key === '') throw configError(owner, `${option}.key`, key, 'a name');
  wholeNumber(owner, `${option}.limit`, limit, 1, 100_000);
  wholeNumber(owner, `${option}.windowMs`, windowMs, 1, 86_400_000);
}

function asObject(owner: string, option: string, value: unknown, allowed: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  throw configError(owner, option, value, allowed);
}

function assertFunction(owner: string, option: string, value: unknown): void {
  if (typeof value !== 'function') throw configError(owner, option, value, 'a function');
}

function oneOf(owner: string, option: string, value: unknown, allowed: readonly string[]): void {
  if (!allowed.includes(value as string)) throw configError(owner, option, value, allowed.join(', '));
}
