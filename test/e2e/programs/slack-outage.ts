import { AlertTransport } from '@tocsin/alert';
import { SlackNotifier } from '@tocsin/slack';
import winston from 'winston';
import type { EventEmitter } from 'node:events';
import { Writable } from 'node:stream';

/**
 * Logs 1,000 errors of ten kinds beside a sibling transport while Slack is in trouble, and prints what it
 * saw. It must then end by itself.
 */
const [webhookUrl] = process.argv.slice(2);
const words = ['north', 'east', 'south', 'west', 'up', 'down', 'left', 'right', 'in', 'out'];

let siblingLines = 0;
const sibling = new Writable({
  objectMode: true,
  write(_chunk, _encoding, callback) {
    siblingLines += 1;
    callback();
  },
});

/** Of the process, the logger and its transports. */
function listeners(): number {
  const emitters: EventEmitter[] = [process, logger, ...logger.transports, sibling];
  return emitters
    .flatMap((emitter) => emitter.eventNames().map((name) => emitter.listenerCount(name)))
    .reduce((total, count) => total + count, 0);
}

const failures: string[] = [];
const alerts = new AlertTransport({
  service: 'outage',
  environment: 'test',
  notifiers: [new SlackNotifier({ webhookUrl: webhookUrl! })],
  onError: ({ code }) => failures.push(code),
});
const logger = winston.createLogger({
  format: winston.format.json(),
  transports: [new winston.transports.Stream({ stream: sibling }), alerts],
});
// One listener for the end of the process comes with the first line, for all transports.
logger.error('a first line');
// While the main module is being evaluated, Node has a listener of its own for 'exit'.
setTimeout(logAll, 300);

function logAll(): void {
  const before = listeners();
  const startedAt = performance.now();
  for (let index = 0; index < 1_000; index += 1) logger.error(`went ${words[index % words.length]}`);
  const loggingMs = performance.now() - startedAt;
  setTimeout(() => {
    const { accepted, pending } = alerts.stats();
    const listenersAdded = listeners() - before;
    console.log(JSON.stringify({ siblingLines, listenersAdded, loggingMs, accepted, pending, failures }));
  }, 1_500);
}
