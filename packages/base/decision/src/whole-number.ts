import { configError } from '@tocsin/event';

/** The value, if it is a whole number from `min` to `max`; else a configuration error that names the option. */
export function wholeNumber(owner: string, option: string, value: unknown, min: number, max: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
  const range = `a whole number from ${min.toLocaleString('en-US')} to ${max.toLocaleString('en-US')}`;
  throw configError(owner, option, value, range);
}
