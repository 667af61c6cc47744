import { captureAtCall } from '@tocsin/event';
import { AlertTransport } from '@tocsin/alert';
import winston from 'winston';
import { compare } from './lib/measure.mjs';
import { NullTransport } from './lib/null-transport.mjs';

function loggerWith(prepare) {
  const logger = winston.createLogger({ transports: [new NullTransport()] });
  prepare?.(logger);
  return logger;
}

/** Tells nobody, at once. */
const notifier = { name: 'none', kind: 'channel', notify: async () => ({}) };
const alerting = (options) => (logger) =>
  logger.add(
    new AlertTransport({ service: 'bench', environment: 'bench', notifiers: [notifier], ...options }),
  );
const info = (prepare) => async () => {
  const logger = loggerWith(prepare);
  let count = 0;
  return { run: () => logger.info('order placed', { orderId: (count += 1), amount: 12.5 }) };
};
const error = (prepare) => async () => {
  const logger = loggerWith(prepare);
  return { run: () => logger.error('charge failed', new Error('card declined')) };
};

await compare({
  title: 'An info line with two fields, json, outside of any context',
  url: import.meta.url,
  cases: {
    'winston alone': info(),
    'with captureAtCall': info(captureAtCall),
    'with an AlertTransport for errors': info(alerting({})),
  },
});

await compare({
  title: 'An error with its stack, json',
  url: import.meta.url,
  cases: { 'winston alone': error(), 'with captureAtCall': error(captureAtCall) },
});
