import type { ErrorRecord } from '@tocsin/decision';

/** Where the first message of an error is. */
export interface MessageRefs {
  /** The id that Slack answered with, also where the option is a name. */
  readonly channel: string;
  /** Slack's id of the message within the channel. */
  readonly ts: string;
  /** The option `channel` at that time: an error whose alerts go to another channel now begins a new thread. */
  readonly to: string;
}

/** The refs that were kept under `name`, or undefined where there are none, or not ours. */
export function readRefs(record: ErrorRecord, name: string, to: string): MessageRefs | undefined {
  const kept: unknown = Object.hasOwn(record.refs, name) ? record.refs[name] : undefined;
  if (typeof kept !== 'object' || kept === null) return undefined;
  const { channel, ts, to: formerly } = kept as Readonly<Record<string, unknown>>;
  if (typeof channel !== 'string' || !/^[A-Z0-9]{1,50}$/.test(channel)) return undefined;
  if (typeof ts !== 'string' || !/^\d{1,20}\.\d{1,20}$/.test(ts)) return undefined;
  return formerly === to ? { channel, ts, to } : undefined;
}
