import type { Alert } from '@tocsin/decision';
import { messageWithCause } from '@tocsin/event';
import { isBlank, plainLine } from './escape.js';
import { fileName } from './place.js';
import { counted } from './words.js';

/**
 * The line that a notification and a screen reader give:
 * `[production] checkout: PaymentError: Charge failed at client.ts:145`.
 */
export function fallbackText(alert: Alert): string {
  const { record, event } = alert;
  const place = event.location === undefined ? '' : fileName(event.location);
  const where = isBlank(place) ? '' : ` at ${plainLine(place, 100)}`;
  const origin = `[${orUnknown(record.key.environment)}] ${orUnknown(record.key.service)}: `;
  if (alert.kind === 'digest') return `${origin}${counted(record.occurrences, 'new error')} within a minute`;
  return `${origin}${what(alert)}${where}${ending(alert)}`;
}

function what({ event, record }: Alert): string {
  const type = event.error?.type;
  const message = event.error === undefined ? event.message : messageWithCause(event.error);
  const parts = [type, message].filter((text) => text !== undefined && !isBlank(text));
  const text = parts.length === 0 ? record.title : parts.join(': ');
  return isBlank(text) ? '(no message)' : plainLine(text, 400);
}

function ending({ reason, record, possibleRepeat }: Alert): string {
  const repeat = possibleRepeat === true ? ', possibly a repeat' : '';
  if (reason === 'regression') return ` (back after it had been resolved${repeat})`;
  if (record.occurrences > 1) return ` (${counted(record.occurrences, 'occurrence')}${repeat})`;
  return repeat === '' ? '' : ' (possibly a repeat)';
}

function orUnknown(text: string): string {
  return isBlank(text) ? 'unknown' : plainLine(text, 100);
}
