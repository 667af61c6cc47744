import type { Alert, ErrorRecord } from '@tocsin/decision';
import type { ErrorDetails, LogEvent } from '@tocsin/event';

const noon = Date.UTC(2026, 10, 20, 12, 0, 0);

const error: ErrorDetails = {
  type: 'PaymentError',
  message: 'Charge failed: 402',
  code: 'E_DECLINED',
  isError: true,
  frames: [
    {
      file: 'src/payments/client.ts',
      line: 145,
      column: 11,
      function: 'PaymentClient.charge',
      inApp: true,
      source: {
        startLine: 144,
        lines: [
          '    if (!response.ok) {',
          '      throw new PaymentError(`Charge failed: ${response.status}`);',
          '    }',
        ],
      },
    },
    { file: 'src/orders/engine.ts', line: 89, function: 'placeOrder', inApp: true },
    { file: 'src/api/webhooks.ts', line: 23, function: 'handleWebhook', inApp: true },
  ],
  own: { status: 402 },
};

export const event: LogEvent = {
  id: '0192f0a0-0000-7000-8000-000000000001',
  timestamp: noon,
  level: 'error',
  severity: 'error',
  message: 'charge failed',
  service: 'checkout',
  environment: 'production',
  release: '1.4.2',
  location: { file: 'src/payments/client.ts', line: 145, column: 11, function: 'PaymentClient.charge' },
  error,
  context: { orderId: 'ord_456', retries: 3, customer: { id: 'c-7', plan: 'gold' } },
  breadcrumbs: [
    { timestamp: noon - 4000, level: 'info', message: 'too early to be shown' },
    { timestamp: noon - 3000, level: 'info', message: 'webhook received' },
    { timestamp: noon - 2000, level: 'info', message: 'order created' },
    { timestamp: noon - 1000, level: 'warn', message: 'card declined once' },
  ],
  process: { host: 'web-1', pid: 4711 },
};

export const record: ErrorRecord = {
  schema: 1,
  key: { service: 'checkout', environment: 'production', fingerprint: '1:abc' },
  type: 'PaymentError',
  title: 'PaymentError: Charge failed: 402',
  severity: 'error',
  firstSeen: noon,
  lastSeen: noon,
  releases: ['1.4.2'],
  occurrences: 1,
  windowOpenedAt: noon,
  lastAlertAt: noon,
  occurrencesAtLastAlert: 1,
  alertCount: 1,
  countAlertsInARow: 0,
  refs: {},
  links: {},
  lastIds: [],
};

/** The first alert of an error, changed as told. */
export function alertOf(change: Partial<Alert> = {}): Alert {
  return {
    kind: 'error',
    reason: 'first',
    record,
    event,
    suppressedSince: 0,
    links: { github: 'https://github.com/acme/checkout/issues/7' },
    degraded: false,
    ...change,
  };
}

/** A later alert of the same error. */
export function repeatOf(change: Partial<ErrorRecord> = {}, reason: Alert['reason'] = 'cooldown'): Alert {
  const later: ErrorRecord = { ...record, lastSeen: noon + 2 * 3_600_000, occurrences: 47, ...change };
  return alertOf({ reason, record: later, suppressedSince: 36 });
}
