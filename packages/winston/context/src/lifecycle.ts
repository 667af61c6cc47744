import { configError, readOptions, refuseUnknownOptions, warnOnce } from '@tocsin/event';
import { currentFrame, markLogged } from './capture-frame.js';
import { copyFields } from './copy-fields.js';
import { errorFields } from './error-fields.js';
import { type LoggerLike, checkLogger } from './logger-like.js';
import { type Duration, startStopwatch } from './stopwatch.js';
import { writeLine } from './write-line.js';

/** Options of {@link lifecycle}. */
export interface LifecycleOptions {
  /** The level of the lines at the begin and at the end. @default 'info' */
  readonly level?: string | undefined;
  /** The level of the line when it failed. @default 'error' */
  readonly failedLevel?: string | undefined;
}

/** What a body gives; a promise in the place of any thenable. */
export type LifecycleResult<Result> = Result extends PromiseLike<infer Value> ? Promise<Value> : Result;

type Body<Logger, Result> = (log: Logger) => Result;

const owner = 'lifecycle';

/**
 * Runs a piece of work between two lines: `Begin: Migration` and `End (0.15 s): Migration`, the second with
 * `durationMs`. When it throws or rejects, the second is `Failed (0.15 s): Migration` with `error` and `stack`, and
 * the same error is thrown on. For a query builder or any other thenable, `then` is called once, as by `await`.
 *
 * Nothing that the logger does has an effect on the work.
 *
 * @param fields put on all the lines, those of the body's logger too; where they are no object, the work is done
 *   without them and the process is warned once (`TOCSIN_FIELDS_INVALID`)
 * @param body gets a child logger with the fields
 * @returns what the body gives; where that is a thenable, a promise of it
 * @example await lifecycle(logger, 'Migration', { table: 'users' }, async (log) => migrate(log));
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` for a wrong argument, before the work begins
 */
export function lifecycle<Logger extends LoggerLike, Result>(
  logger: Logger,
  name: string,
  fields: object | undefined,
  body: Body<Logger, Result>,
  options?: LifecycleOptions,
): LifecycleResult<Result>;
/** The same without fields. */
export function lifecycle<Logger extends LoggerLike, Result>(
  logger: Logger,
  name: string,
  body: Body<Logger, Result>,
  options?: LifecycleOptions,
): LifecycleResult<Result>;
export function lifecycle(logger: LoggerLike, name: string, ...rest: readonly unknown[]): unknown {
  const [given, body, options] = typeof rest[0] === 'function' ? [undefined, ...rest] : rest;
  const { level, failedLevel } = readOptions(owner, () => resolve(logger, name, body, options));
  const fields = given === undefined ? {} : fieldsOf(given);
  const around = currentFrame();
  const write = (lineLevel: string, begin: string, took: string | undefined, more: object): boolean => {
    const message = `${begin}${took === undefined ? '' : ` (${took})`}: ${name}`;
    return writeLine(owner, logger, () => ({ level: lineLevel, message, fields: { ...fields, ...more } }));
  };

  write(level, 'Begin', undefined, {});
  const elapsed = startStopwatch();
  const end = (): void => {
    const duration = elapsed();
    write(level, 'End', duration?.text, durationField(duration));
  };
  const fail = (error: unknown): void => {
    const duration = elapsed();
    const isTold = write(failedLevel, 'Failed', duration?.text, {
      ...durationField(duration),
      ...errorFields(error),
    });
    if (isTold) markLogged(around, error);
  };
  return run(() => (body as Body<LoggerLike, unknown>)(childOf(logger, fields)), end, fail);
}

function fieldsOf(given: unknown): object {
  const fields = copyFields(given);
  if (fields === undefined)
    warnOnce('TOCSIN_FIELDS_INVALID', `${owner}: fields are not an object; the lines go without them`);
  return fields ?? {};
}

function durationField(duration: Duration | undefined): object {
  return duration === undefined ? {} : { durationMs: duration.ms };
}

function run(work: () => unknown, end: () => void, fail: (error: unknown) => void): unknown {
  let result: unknown;
  try {
    result = work();
    if (isThenable(result)) {
      return Promise.resolve(result).then(
        (value) => {
          end();
          return value;
        },
        (error: unknown) => {
          fail(error);
          throw error;
        },
      );
    }
  } catch (error) {
    fail(error);
    throw error;
  }
  end();
  return result;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  const mayBe = (typeof value === 'object' && value !== null) || typeof value === 'function';
  try {
    return mayBe && typeof (value as { then?: unknown }).then === 'function';
  } catch {
    // A getter throws: the result is the caller's, who may know what to do with it.
    return false;
  }
}

function childOf(logger: LoggerLike, fields: object): LoggerLike {
  try {
    return logger.child(fields) as LoggerLike;
  } catch {
    // The work goes on, with lines that lack the fields.
    return logger;
  }
}

function resolve(
  logger: unknown,
  name: unknown,
  body: unknown,
  options: unknown = {},
): { readonly level: string; readonly failedLevel: string } {
  checkLogger(owner, logger, false);
  if (typeof name !== 'string' || name === '') throw configError(owner, 'name', name, 'a text');
  if (typeof body !== 'function') throw configError(owner, 'body', body, 'a function');
  if (typeof options !== 'object' || options === null)
    throw configError(owner, 'options', options, 'an object');
  refuseUnknownOptions(owner, '', Object.keys(options), ['level', 'failedLevel']);
  const { level = 'info', failedLevel = 'error' } = options as LifecycleOptions;
  for (const [option, value] of Object.entries({ level, failedLevel })) {
    if (typeof value !== 'string' || value === '')
      throw configError(owner, option, value, 'a level of the logger');
  }
  return { level, failedLevel };
}
