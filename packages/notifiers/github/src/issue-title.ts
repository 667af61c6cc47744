import type { Alert } from '@tocsin/decision';
import { messageWithCause } from '@tocsin/event';
import { disarmLine, fit } from './escape-markdown.js';
import { maxTitle } from './github-limits.js';

/** Longest service and type, so that the message is always seen. */
const maxPart = 60;

/** `[checkout] PaymentError: Charge of order 4711 failed`. */
export function issueTitle({ event, record }: Alert): string {
  const service = fit(record.key.service, maxPart, disarmLine);
  const type = fit(event.error?.type ?? '', maxPart, disarmLine);
  const message = event.error === undefined ? event.message : messageWithCause(event.error);
  const start = `[${service}] ${type === '' ? '' : `${type}: `}`;
  const rest = fit(firstLine(message) || 'no message', maxTitle - start.length, disarmLine);
  return (start + rest).trim();
}

function firstLine(text: string): string {
  return (
    text
      .slice(0, 10_000)
      .trimStart()
      .split(/[\r\n]/, 1)[0] ?? ''
  );
}
