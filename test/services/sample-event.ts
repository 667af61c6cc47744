import type { Alert, ErrorRecord } from '@tocsin/decision';
import type { ErrorDetails, LogEvent } from '@tocsin/event';

/** Noon of a day in January 2024, the time of the samples. */
export const sampleTime = Date.UTC(2024, 0, 28, 12, 0, 0);

const cause: ErrorDetails = {
  type: 'Error',
  message: 'connect ECONNREFUSED 10.0.3.7:5432',
  code: 'ECONNREFUSED',
  isError: true,
  frames: [
    { file: 'node:net', line: 1611, column: 16, function: 'TCPConnectWrap.afterConnect', inApp: false },
    {
      file: 'src/integrations/zoho/client.ts',
      line: 145,
      column: 11,
      function: 'ZohoClient.request',
      inApp: true,
    },
  ],
  stack: [
    'Error: connect ECONNREFUSED 10.0.3.7:5432',
    '    at TCPConnectWrap.afterConnect (node:net:1611:16)',
    '    at ZohoClient.request (/srv/checkout/src/integrations/zoho/client.ts:145:11)',
  ].join('\n'),
  own: { errno: -111, syscall: 'connect', address: '10.0.3.7', port: 5432 },
};

const error: ErrorDetails = {
  type: 'PaymentError',
  message: 'Charge of order 4711 failed',
  code: 'E_CHARGE',
  isError: true,
  frames: [
    {
      file: 'src/integrations/zoho/client.ts',
      line: 145,
      column: 11,
      function: 'ZohoClient.request',
      inApp: true,
      source: {
        startLine: 142,
        lines: [
          '  async request(path: string, body: unknown): Promise<Reply> {',
          '    const reply = await this.send(path, body);',
          '    if (!reply.ok)',
          '      throw new PaymentError(`Charge of order ${body.order} failed`, { cause: reply.error });',
          '    return reply;',
          '  }',
        ],
      },
    },
    { file: 'src/billing/engine.ts', line: 89, column: 5, function: 'Engine.charge', inApp: true },
    {
      file: 'express/lib/router/layer.js',
      line: 95,
      column: 5,
      function: 'Layer.handle',
      inApp: false,
      package: 'express',
    },
    { file: 'src/routes/webhooks.ts', line: 23, column: 9, function: 'onWebhook', inApp: true },
  ],
  stack: [
    'PaymentError: Charge of order 4711 failed',
    '    at ZohoClient.request (/srv/checkout/src/integrations/zoho/client.ts:145:13)',
    '    at Engine.charge (/srv/checkout/src/billing/engine.ts:89:5)',
    '    at Layer.handle (/srv/checkout/node_modules/express/lib/router/layer.js:95:5)',
    '    at onWebhook (/srv/checkout/src/routes/webhooks.ts:23:9)',
  ].join('\n'),
  own: { orderId: 4711, retryable: false },
  cause,
};

/** A line that failed to charge a customer: typed error with a cause, frames, excerpt, context and breadcrumbs. */
export function sampleEvent(overrides: Partial<LogEvent> = {}): LogEvent {
  return {
    id: '018d5000-0000-7000-8000-000000000001',
    timestamp: sampleTime,
    level: 'error',
    severity: 'error',
    message: 'Charge failed',
    service: 'checkout',
    environment: 'production',
    release: '4f2a9c1',
    location: {
      file: 'src/integrations/zoho/client.ts',
      line: 145,
      column: 11,
      function: 'ZohoClient.request',
    },
    error,
    context: {
      requestId: 'req-7f3a',
      userId: 42,
      order: { id: 4711, total: '99.90 EUR' },
      route: 'POST /webhooks/zoho',
    },
    breadcrumbs: [
      { timestamp: sampleTime - 1_500, level: 'info', message: 'webhook received' },
      { timestamp: sampleTime - 200, level: 'warn', message: 'charge is slow', context: { ms: 1300 } },
    ],
    process: { host: 'web-1', pid: 4242 },
    integration: 'zoho',
    ...overrides,
  };
}

/** What the fleet knows of the sample's error after its first sighting. */
export function sampleRecord(overrides: Partial<ErrorRecord> = {}): ErrorRecord {
  return {
    schema: 1,
    key: {
      service: 'checkout',
      environment: 'production',
      fingerprint: 'v1:3b1f5c0e9a7d4b6280c1d2e3f4a5968778695a4b3c2d1e0f9e8d7c6b5a493827',
    },
    type: 'PaymentError',
    title: 'Charge of order 4711 failed',
    location: {
      file: 'src/integrations/zoho/client.ts',
      line: 145,
      column: 11,
      function: 'ZohoClient.request',
    },
    severity: 'error',
    firstSeen: sampleTime,
    lastSeen: sampleTime,
    releases: ['4f2a9c1'],
    occurrences: 1,
    windowOpenedAt: sampleTime,
    lastAlertAt: sampleTime,
    occurrencesAtLastAlert: 1,
    alertCount: 1,
    countAlertsInARow: 0,
    refs: {},
    links: {},
    lastIds: [],
    ...overrides,
  };
}

/** The first alert about the sample's error. */
export function sampleAlert(overrides: Partial<Alert> = {}): Alert {
  return {
    kind: 'error',
    reason: 'first',
    record: sampleRecord(),
    event: sampleEvent(),
    suppressedSince: 0,
    links: {},
    degraded: false,
    ...overrides,
  };
}
