import { TocsinError } from '@tocsin/event';
import type { Reporter } from './reporter.js';

/** Tells that lines were not delivered `when` it was too late to try on: never lose an alert in silence. */
export function tellUndelivered(reporter: Reporter, lines: number, when: string): void {
  if (lines === 0) return;
  const what = lines === 1 ? '1 line that was accepted was' : `${lines} lines that were accepted were`;
  reporter.failed(
    'end',
    new TocsinError(`${what} not delivered ${when}`, { code: 'TOCSIN_FLUSH_TIMEOUT', context: { lines } }),
  );
}
