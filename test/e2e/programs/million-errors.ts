import { AlertTransport } from '@tocsin/alert';
import { SlackNotifier } from '@tocsin/slack';
import winston from 'winston';

/**
 * Logs 1,000,000 errors of 100 kinds while Slack is in trouble, and prints how much the heap has grown after
 * garbage collection. Runs with --expose-gc.
 */
const [webhookUrl] = process.argv.slice(2);
const total = 1_000_000;
const kinds = 100;
const letters = 'abcdefghij';

function failure(kind: number): Error {
  return new RangeError(`the part ${letters[Math.floor(kind / 10)]}${letters[kind % 10]} failed`);
}

const alerts = new AlertTransport({
  service: 'million',
  environment: 'test',
  grouping: 'message',
  policy: { newPerMinute: 1_000 },
  notifiers: [new SlackNotifier({ webhookUrl: webhookUrl! })],
  onError: () => undefined,
});
const logger = winston.createLogger({ transports: [alerts] });

async function log(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    logger.error('The request failed', { error: failure(index % kinds), requestId: `request-${index}` });
    // As in a service, where the loop turns between the requests.
    if (index % 100 === 99) await new Promise((resolve) => setImmediate(resolve));
  }
}

function heapAfterGc(): number {
  globalThis.gc!();
  return process.memoryUsage().heapUsed;
}

await log(20_000);
const before = heapAfterGc();
const startedAt = performance.now();
await log(total);
const after = heapAfterGc();
const { accepted, dropped, pending, suppressed } = alerts.stats();
console.log(
  JSON.stringify({
    grownMiB: (after - before) / 1_048_576,
    heapMiB: after / 1_048_576,
    seconds: (performance.now() - startedAt) / 1_000,
    accepted,
    dropped,
    pending,
    suppressed,
  }),
);
process.exit(0);
