import { type Redaction, configError, refuseUnknownOptions, resolveRedaction } from '@tocsin/event';
import { type LoggerSource, checkLogger } from './logger-like.js';

/** Options of `timed`, `timedFetch` and `timedQuery` alike. */
export interface TimingOptions {
  /** What the lines call the function. @default the function's own name */
  readonly name?: string | undefined;
  /** How long a call takes before it is logged, in milliseconds; 0 logs each. @default 500; 1000 for timedFetch, 100 for timedQuery */
  readonly thresholdMs?: number | undefined;
  /** The level of the lines, also of those about failed calls. @default 'info' */
  readonly level?: string | undefined;
  /** Put on the lines. @default none */
  readonly tags?: readonly string[] | undefined;
  /** Names of fields that are secret here, beyond the built-in list. @default [] */
  readonly sensitiveFields?: readonly string[] | undefined;
}

/** {@link TimingOptions} that have been checked, with defaults. */
export interface Timing {
  readonly owner: string;
  readonly logger: LoggerSource;
  readonly name: string | undefined;
  readonly thresholdMs: number;
  readonly level: string;
  readonly tags: readonly string[];
  readonly sensitiveFields: readonly string[];
  readonly redaction: Redaction;
}

/** What a function's own options are: on or off, or a list of names. */
export type OwnOptions = Readonly<Record<string, 'flag' | 'names'>>;

const common = ['name', 'thresholdMs', 'level', 'tags', 'sensitiveFields'];

/**
 * Checks the logger and the options, `own` those that the others do not have.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID`; and whatever reading them throws
 */
export function resolveTiming(
  owner: string,
  logger: LoggerSource,
  options: unknown,
  own: OwnOptions,
  defaultThresholdMs: number,
): Timing {
  checkLogger(owner, logger, true);
  if (typeof options !== 'object' || options === null)
    throw configError(owner, 'options', options, 'an object');
  refuseUnknownOptions(owner, '', Object.keys(options), [...common, ...Object.keys(own)]);
  const given = options as TimingOptions & Readonly<Record<string, unknown>>;
  for (const [option, kind] of Object.entries(own)) {
    if (kind === 'flag') checkFlag(owner, option, given[option]);
    else checkNames(owner, option, given[option]);
  }
  const { name, thresholdMs = defaultThresholdMs, level = 'info', tags = [], sensitiveFields = [] } = given;
  if (name !== undefined && (typeof name !== 'string' || name === ''))
    throw configError(owner, 'name', name, 'a text');
  if (typeof thresholdMs !== 'number' || !(thresholdMs >= 0))
    throw configError(owner, 'thresholdMs', thresholdMs, 'a number of at least 0');
  if (typeof level !== 'string' || level === '')
    throw configError(owner, 'level', level, 'a level of the logger');
  checkNames(owner, 'tags', tags);
  checkNames(owner, 'sensitiveFields', sensitiveFields);
  return {
    owner,
    logger,
    name,
    thresholdMs,
    level,
    tags: [...tags],
    sensitiveFields: [...sensitiveFields],
    redaction: resolveRedaction({ sensitiveFields }, owner),
  };
}

function checkFlag(owner: string, option: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'boolean')
    throw configError(owner, option, value, 'true or false');
}

function checkNames(owner: string, option: string, value: unknown): void {
  if (value === undefined) return;
  if (!Array.isArray(value) || !value.every((name) => typeof name === 'string' && name !== ''))
    throw configError(owner, option, value, 'an array of texts');
}
