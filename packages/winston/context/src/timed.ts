import { functionOrDecorator } from './function-or-decorator.js';
import type { LoggerSource } from './logger-like.js';
import { type SlowCall, shownLimits, timeCalls } from './timing.js';
import { type TimingOptions, resolveTiming } from './timing-options.js';
import type { Callable, Wrap, WrappingDecorator } from './wrap-method.js';

/** Options of {@link timed}. */
export interface TimedOptions extends TimingOptions {
  /**
   * Whether the lines have the arguments, as they are when the call ends: a bounded copy without secrets, as far as
   * these have a name or a shape of their own. @default false
   */
  readonly includeArguments?: boolean | undefined;
  /** Whether the lines have what the call gave, likewise. @default false */
  readonly includeResult?: boolean | undefined;
}

/** The type of {@link timed}. */
export interface Timed {
  /** Gives a function of the same type. */
  <F extends Callable>(logger: LoggerSource, fn: F, options?: TimedOptions): F;
  /** Gives a decorator of methods, by the standard and by `experimentalDecorators`. */
  (logger: LoggerSource, options?: TimedOptions): WrappingDecorator;
  /** Whether `timed`, `timedFetch` and `timedQuery` measure: looked at by each call. @default true */
  enabled: boolean;
}

const owner = 'timed';

/**
 * Logs the calls of a function that take `thresholdMs` or longer, at level `info`, with `durationMs`, `function`,
 * and, where they failed, `failed` and `reason`. The function's results and errors stay what they are, whatever the
 * logger or the clock do.
 *
 * A promise is measured until it is settled. Generators, and thenables that are not plain promises (the builders of
 * knex, mongoose and drizzle), do their work after they were given back, and `then` may do it again at each call: they
 * are not measured, and the process is warned once (`TOCSIN_NOT_FOLLOWED`). Wrap an async function that awaits them.
 *
 * `timed.enabled = false` turns off this, {@link timedFetch} and {@link timedQuery}.
 *
 * @param logger the logger, or a function that gives it
 * @example const load = timed(logger, async (id: string) => orders.find(id), { thresholdMs: 200 });
 * @example class Orders { \@timed(() => logger, { includeArguments: true }) async load(id: string) {} }
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` for a wrong option
 */
export const timed: Timed = Object.assign(
  (logger: LoggerSource, given?: unknown, options?: unknown): never =>
    functionOrDecorator(owner, given, options, (which) => compile(logger, which)) as never,
  { enabled: true },
);

function compile(logger: LoggerSource, options: unknown = {}): Wrap {
  const timing = resolveTiming(
    owner,
    logger,
    options,
    { includeArguments: 'flag', includeResult: 'flag' },
    500,
  );
  const { includeArguments = false, includeResult = false } = options as TimedOptions;
  const { copy } = timing.redaction;
  return timeCalls(
    timing,
    'Slow call',
    () => timed.enabled,
    ({ name, values, outcome }: SlowCall) => ({
      subject: name,
      fields: {
        ...(includeArguments ? { arguments: copy(values, shownLimits) } : {}),
        ...(includeResult && !outcome.failed ? { result: copy(outcome.value, shownLimits) } : {}),
      },
    }),
  );
}
