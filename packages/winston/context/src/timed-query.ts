import { functionOrDecorator } from './function-or-decorator.js';
import type { LoggerSource } from './logger-like.js';
import { maskStatement } from './mask-statement.js';
import { queryCallOf, rowCountOf } from './query-call.js';
import { timed } from './timed.js';
import { type SlowCall, type SlowCallDescription, shownLimits, timeCalls } from './timing.js';
import { type TimingOptions, resolveTiming } from './timing-options.js';
import type { Callable, Wrap, WrappingDecorator } from './wrap-method.js';

/** Options of {@link timedQuery}. */
export interface TimedQueryOptions extends TimingOptions {
  /**
   * Whether the lines have `parameters`: those of the statement, or all arguments where the first is none. A bounded
   * copy without secrets, as far as these have a name or a shape of their own. @default false
   */
  readonly includeParameters?: boolean | undefined;
}

const owner = 'timedQuery';

/**
 * Logs the queries of a function that take `thresholdMs` (100) or longer, with `durationMs`, `statement` and
 * `rowCount`. The statement is the first argument, or its `text` or `sql`; every literal in it is `?`. Where the first
 * argument is no statement, as for a method of a repository, there is none on the line.
 *
 * For the rest as {@link timed}, whose switch turns this off too. A query builder is not measured: wrap an async
 * function that awaits it.
 *
 * @example const query = timedQuery(logger, pool.query.bind(pool), { name: 'pool.query' });
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` for a wrong option
 */
export function timedQuery<F extends Callable>(logger: LoggerSource, fn: F, options?: TimedQueryOptions): F;
/**
 * The same as a decorator of methods, by the standard and by `experimentalDecorators`.
 *
 * @example class Orders { \@timedQuery(() => logger) async latest() { return (await pool.query(text)).rows; } }
 */
export function timedQuery(logger: LoggerSource, options?: TimedQueryOptions): WrappingDecorator;
export function timedQuery(logger: LoggerSource, given?: unknown, options?: unknown): unknown {
  return functionOrDecorator(owner, given, options, (which) => compile(logger, which));
}

function compile(logger: LoggerSource, options: unknown = {}): Wrap {
  const timing = resolveTiming(owner, logger, options, { includeParameters: 'flag' }, 100);
  const { includeParameters = false } = options as TimedQueryOptions;
  const { copy, text } = timing.redaction;

  function describe({ name, values, outcome }: SlowCall): SlowCallDescription {
    const { statement, parameters } = queryCallOf(values);
    const rowCount = outcome.failed ? undefined : rowCountOf(outcome.value);
    return {
      subject: name,
      fields: {
        ...(statement === undefined ? {} : { statement: text(maskStatement(statement)) }),
        ...(rowCount === undefined ? {} : { rowCount }),
        ...(includeParameters && parameters !== undefined
          ? { parameters: copy(parameters, shownLimits) }
          : {}),
      },
    };
  }
  return timeCalls(timing, 'Slow query', () => timed.enabled, describe);
}
