import { types } from 'node:util';
import { truncate } from './truncate.js';

/** The stable codes of {@link TocsinError}. */
export type TocsinErrorCode =
  | 'TOCSIN_CONFIG_INVALID'
  | 'TOCSIN_NOTIFY_REJECTED'
  | 'TOCSIN_NOTIFY_UNREACHABLE'
  | 'TOCSIN_NOTIFY_LIMITED'
  | 'TOCSIN_NOTIFY_TIMEOUT'
  | 'TOCSIN_STORE_UNAVAILABLE'
  | 'TOCSIN_STORE_TIMEOUT'
  | 'TOCSIN_QUEUE_FULL'
  | 'TOCSIN_FLUSH_TIMEOUT'
  | 'TOCSIN_CLAIM_LOST'
  | 'TOCSIN_CLOSED'
  | 'TOCSIN_USER_CODE_FAILED'
  | 'TOCSIN_INTERNAL';

/** Options of {@link TocsinError}. */
export interface TocsinErrorOptions {
  /** Says what kind of failure it is; does not change between versions. */
  readonly code: TocsinErrorCode;
  /** Whether the same operation may succeed when it is tried again. @default false */
  readonly retryable?: boolean;
  /** Whether the operation may have taken effect although no success was seen. @default false */
  readonly ambiguous?: boolean;
  /** How long the service asked us to wait, in milliseconds. @default none */
  readonly retryAfterMs?: number;
  /** Plain data about the failure: no URL of a webhook, no token, no header. @default {} */
  readonly context?: Readonly<Record<string, unknown>>;
  /** One sentence for the person who has to mend it. @default the message */
  readonly userMessage?: string;
  /** What it came from. @default none */
  readonly cause?: unknown;
}

const brand = Symbol.for('tocsin.error');

/**
 * Every failure of Tocsin's own: thrown by constructors for bad configuration, and given to `onError`,
 * `'warn'` and `stats()` at run time. `instanceof` holds over duplicate installs of this package.
 */
export class TocsinError extends Error {
  override readonly name = 'TocsinError';
  readonly code: TocsinErrorCode;
  readonly retryable: boolean;
  readonly ambiguous: boolean;
  readonly retryAfterMs?: number;
  readonly context: Readonly<Record<string, unknown>>;
  readonly userMessage: string;

  constructor(message: string, options: TocsinErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.retryable = options.retryable ?? false;
    this.ambiguous = options.ambiguous ?? false;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
    this.context = options.context ?? {};
    this.userMessage = options.userMessage ?? message;
    Object.defineProperty(this, brand, { value: true });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    try {
      if (this !== TocsinError) return Function.prototype[Symbol.hasInstance].call(this, value);
      return types.isNativeError(value) && (value as unknown as Record<symbol, unknown>)[brand] === true;
    } catch {
      // A Proxy's trap throws where it is asked: what was thrown in our place is none of ours.
      return false;
    }
  }
}

/**
 * A configuration error that names the option, what came and what is allowed.
 *
 * @example configError('AlertTransport', 'policy.everyNth', 0, 'a whole number of at least 1')
 */
export function configError(owner: string, option: string, came: unknown, allowed: string): TocsinError {
  return new TocsinError(`${owner}: option '${option}' is ${shown(came)}; allowed: ${allowed}`, {
    code: 'TOCSIN_CONFIG_INVALID',
    context: { option },
  });
}

/**
 * What `read` gives. Where reading the options itself throws (a getter, a Proxy, a value of the wrong kind deep
 * inside), a configuration error is thrown in its place, as for any other bad option.
 */
export function readOptions<T>(owner: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof TocsinError) throw cause;
    throw new TocsinError(`${owner}: what it was given cannot be read`, {
      code: 'TOCSIN_CONFIG_INVALID',
      cause,
    });
  }
}

function shown(value: unknown): string {
  try {
    return truncate(show(value), 120);
  } catch {
    // A revoked Proxy, or a function whose name is a getter: that it came is all that can be told.
    return 'a value that cannot be read';
  }
}

function show(value: unknown): string {
  if (typeof value === 'string')
    return value.length > 40 ? `a string of ${value.length} characters` : `'${value}'`;
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? `${value}n` : 'a large BigInt';
  if (typeof value !== 'object' || value === null) return String(value);
  return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
}
