import { configError, readOptions, refuseUnknownOptions, type TocsinError } from '@tocsin/event';
import type { Format } from 'logform';
import type { TransportStreamOptions } from 'winston-transport';
import type { QueuePolicy } from './bounded-queue.js';

/** Bounds of what waits inside the transport. */
export interface QueueOptions {
  /** Most lines that wait. @default 10_000 */
  readonly maxEvents?: number | undefined;
  /** Most bytes that wait, estimated. @default 16_777_216 (16 MiB) */
  readonly maxBytes?: number | undefined;
  /** What a full queue gives up. @default 'drop-oldest' */
  readonly policy?: QueuePolicy | undefined;
}

/** What every transport of the suite takes; the first five mean what they mean to winston. */
export interface NonBlockingTransportOptions {
  /** Least severe level that is taken. @default the logger's own level */
  readonly level?: string | undefined;
  /** Applied to a copy of each line, after the logger's own. @default none */
  readonly format?: Format | undefined;
  /** Take nothing. @default false */
  readonly silent?: boolean | undefined;
  /** Take uncaught exceptions; winston then ends the process (unless `exitOnError: false`). @default false */
  readonly handleExceptions?: boolean | undefined;
  /** Have winston catch unhandled rejections; `false` takes none, also when another transport has them caught. @default those that another has caught */
  readonly handleRejections?: boolean | undefined;
  /** Bounds of what waits. @default the defaults of its parts */
  readonly queue?: QueueOptions | undefined;
  /** Longest wait of `logger.end()` and `close()` for what was accepted, in milliseconds. @default 2_500 */
  readonly closeTimeoutMs?: number | undefined;
  /** Told every failure of ours. What it throws or rejects with is counted, and what it logs is not alerted. @default one process warning for each change of state */
  readonly onError?: ((error: TocsinError) => unknown) | undefined;
}

export interface ResolvedQueue {
  readonly maxEvents: number;
  readonly maxBytes: number;
  readonly policy: QueuePolicy;
}

/** Names of {@link NonBlockingTransportOptions}, for checks of unknown options. */
export const transportOptionNames = [
  'level',
  'format',
  'silent',
  'handleExceptions',
  'handleRejections',
  'queue',
  'closeTimeoutMs',
  'onError',
] as const;

/** Checks the options by name. Throws `TOCSIN_CONFIG_INVALID`. */
export function resolveTransportOptions(
  owner: string,
  options: NonBlockingTransportOptions,
): { readonly queue: ResolvedQueue; readonly closeTimeoutMs: number } {
  return readOptions(owner, () => resolve(owner, options));
}

function resolve(
  owner: string,
  options: NonBlockingTransportOptions,
): { readonly queue: ResolvedQueue; readonly closeTimeoutMs: number } {
  for (const name of ['silent', 'handleExceptions', 'handleRejections'] as const) {
    const value: unknown = options[name];
    if (value !== undefined && typeof value !== 'boolean')
      throw configError(owner, name, value, 'true or false');
  }
  if (options.level !== undefined && typeof options.level !== 'string') {
    throw configError(owner, 'level', options.level, "the name of one of the logger's levels");
  }
  if (options.onError !== undefined && typeof options.onError !== 'function') {
    throw configError(owner, 'onError', options.onError, 'a function');
  }
  if (
    options.format !== undefined &&
    typeof (options.format as Partial<Format> | null)?.transform !== 'function'
  ) {
    throw configError(owner, 'format', options.format, 'a winston format');
  }
  const queue: unknown = options.queue ?? {};
  if (typeof queue !== 'object' || queue === null) throw configError(owner, 'queue', queue, 'an object');
  refuseUnknownOptions(owner, 'queue.', Object.keys(queue), ['maxEvents', 'maxBytes', 'policy']);
  const { maxEvents = 10_000, maxBytes = 16_777_216, policy = 'drop-oldest' } = queue as QueueOptions;
  checkWhole(owner, 'queue.maxEvents', maxEvents, 1);
  checkWhole(owner, 'queue.maxBytes', maxBytes, 1);
  if (policy !== 'drop-oldest' && policy !== 'drop-newest') {
    throw configError(owner, 'queue.policy', policy, "'drop-oldest' or 'drop-newest'");
  }
  const closeTimeoutMs = options.closeTimeoutMs ?? 2_500;
  checkWhole(owner, 'closeTimeoutMs', closeTimeoutMs, 0);
  return { queue: { maxEvents, maxBytes, policy }, closeTimeoutMs };
}

/** The options that are winston's own. */
export function winstonOptions(options: NonBlockingTransportOptions): TransportStreamOptions {
  const { level, format, silent, handleExceptions, handleRejections } = options;
  return {
    ...(level === undefined ? {} : { level }),
    ...(format === undefined ? {} : { format }),
    ...(silent === undefined ? {} : { silent }),
    ...(handleExceptions === undefined ? {} : { handleExceptions }),
    ...(handleRejections === undefined ? {} : { handleRejections }),
  };
}

/** Throws unless `value` is a whole number of at least `least`. */
export function checkWhole(owner: string, option: string, value: unknown, least: number): void {
  if (!Number.isSafeInteger(value) || (value as number) < least) {
    throw configError(owner, option, value, `a whole number of at least ${least}`);
  }
}
