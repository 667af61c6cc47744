import { configError, refuseUnknownOptions } from '@tocsin/event';
import { type CaptureFrame, currentFrame, inFrame, isLogged, markLogged } from './capture-frame.js';
import { errorFields } from './error-fields.js';
import { follow } from './follow.js';
import { functionOrDecorator } from './function-or-decorator.js';
import { type LoggerSource, checkLogger } from './logger-like.js';
import type { Callable, Wrap, WrappingDecorator } from './wrap-method.js';
import { type Line, writeLine } from './write-line.js';

/** Options of {@link capture}. */
export interface CaptureOptions {
  /** The level of the line. @default 'error' */
  readonly level?: string | undefined;
  /** The line's message. @default `Failed: ` and the function's name */
  readonly message?: string | undefined;
}

const owner = 'capture';

/**
 * A function like the one given, that logs what the function throws or rejects with, and throws it on: the very
 * same, whatever it is. The line has the fields `error`, `stack` and `function`.
 *
 * An Error that a `capture` or a {@link lifecycle} inside of the same call has logged is not logged again. Query
 * builders, generators and classes made from Promise do their work after they were given back: their errors are not
 * seen, and the process is warned once (`TOCSIN_NOT_FOLLOWED`).
 *
 * @param logger the logger, or a function that gives it
 * @example const charge = capture(logger, async (order: Order) => provider.charge(order));
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` for a wrong option
 */
export function capture<F extends Callable>(logger: LoggerSource, fn: F, options?: CaptureOptions): F;
/**
 * The same as a decorator of methods, by the standard and by `experimentalDecorators`.
 *
 * @example class Payments { \@capture(() => logger) async charge(order: Order) {} }
 */
export function capture(logger: LoggerSource, options?: CaptureOptions): WrappingDecorator;
export function capture(logger: LoggerSource, given?: unknown, options?: unknown): unknown {
  return functionOrDecorator(owner, given, options, (which) => compile(logger, which));
}

function compile(logger: LoggerSource, options: unknown = {}): Wrap {
  checkLogger(owner, logger, true);
  if (typeof options !== 'object' || options === null)
    throw configError(owner, 'options', options, 'an object');
  refuseUnknownOptions(owner, '', Object.keys(options), ['level', 'message']);
  const { level = 'error', message } = options as CaptureOptions;
  if (typeof level !== 'string' || level === '')
    throw configError(owner, 'level', level, 'a level of the logger');
  if (message !== undefined && typeof message !== 'string')
    throw configError(owner, 'message', message, 'a text');

  return (method, name) => {
    const shown = name === '' ? '(anonymous)' : name;
    return {
      call(this: unknown, ...values: never[]): unknown {
        const around = currentFrame();
        const frame: CaptureFrame = new WeakSet();
        const work = (): unknown => inFrame(frame, () => Reflect.apply(method, this, values) as unknown);
        return follow(owner, shown, work, (outcome) => {
          if (!outcome.failed) return;
          const { error } = outcome;
          const makeLine = (): Line => ({
            level,
            message: message ?? `Failed: ${shown}`,
            fields: { ...errorFields(error), function: shown },
          });
          if (isLogged(frame, error) || writeLine(owner, logger, makeLine)) markLogged(around, error);
        });
      },
    }.call;
  };
}
