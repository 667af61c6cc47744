import { createRequire } from 'node:module';
import { RecordingTransport } from './recording-transport.js';

// The published suite for winston transports. It is CommonJS without types.
const suite = createRequire(__filename)('abstract-winston-transport') as (options: object) => void;

suite({ name: 'NonBlockingTransport', Transport: RecordingTransport });
