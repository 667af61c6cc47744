import { AlertTransport } from '@tocsin/alert';
import { context } from '@tocsin/context';
import winston from 'winston';

// 20 requests fail with nobody to catch them; the transport is among the handlers alone. Prints whose errors were told.
const told: string[] = [];
const alerts = new AlertTransport({
  service: 'checkout',
  store: 'none',
  notifiers: [
    {
      name: 'told',
      kind: 'channel',
      notify: ({ event }) => {
        told.push(`${event.error?.message} of ${String(event.context['requestId'])}`);
        return Promise.resolve({});
      },
    },
  ],
});
winston.createLogger({
  exitOnError: false,
  transports: [new winston.transports.Console({ silent: true })],
  exceptionHandlers: [alerts],
  rejectionHandlers: [alerts],
});
for (let index = 0; index < 20; index += 1) {
  context.run({ requestId: `request ${index}` }, () => {
    if (index % 2 === 0)
      setTimeout(() => {
        throw new Error(`error ${index}`);
      }, index % 5);
    else setTimeout(() => void Promise.reject(new Error(`error ${index}`)), index % 5);
  });
}
setTimeout(() => void alerts.close().then(() => console.log(JSON.stringify(told))), 200);
