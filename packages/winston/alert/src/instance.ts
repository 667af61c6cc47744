import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** This process: host, pid and start, short; one for each transport, since ids are remembered per instance. */
export function instanceName(): string {
  return `${hostname().slice(0, 32)}:${process.pid}:${randomBytes(4).toString('hex')}`;
}
