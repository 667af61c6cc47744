import { createRequire } from 'node:module';
import { AlertTransport } from '@tocsin/alert';

// The published suite for winston transports. It is CommonJS without types.
const suite = createRequire(__filename)('abstract-winston-transport') as (options: object) => void;

suite({
  name: 'AlertTransport',
  Transport: AlertTransport,
  construct: { service: 'suite', environment: 'test', notifiers: [], level: 'debug' },
});
