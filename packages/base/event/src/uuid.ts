import { randomBytes } from 'node:crypto';

/** The last millisecond that 48 bits can tell. */
const maxTime = 2 ** 48 - 1;

/** A UUIDv7 (RFC 9562, 5.7): 48 bits of milliseconds, then random bits; sorts by time of making. */
export function uuidv7(now: number = Date.now()): string {
  const bytes = randomBytes(16);
  const ms = Number.isNaN(now) ? 0 : Math.floor(now);
  bytes.writeUIntBE(Math.min(Math.max(0, ms), maxTime), 0, 6);
  bytes[6] = 0x70 | (bytes[6]! & 0x0f);
  bytes[8] = 0x80 | (bytes[8]! & 0x3f);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
