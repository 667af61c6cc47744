import { configError, readOptions } from '@tocsin/event';
import { type Callable, type Wrap, decorate, refuseClass, wrapFunction } from './wrap-method.js';

/**
 * Serves a call that was given a function and its options, or only the options of a decorator.
 *
 * @param compile makes the wrap of the options, and throws where one is wrong
 * @returns the function wrapped, or the decorator
 */
export function functionOrDecorator(
  owner: string,
  given: unknown,
  options: unknown,
  compile: (options: unknown) => Wrap,
): unknown {
  if (typeof given === 'function') {
    refuseClass(owner, given as Callable);
    return wrapFunction(
      given as Callable,
      readOptions(owner, () => compile(options)),
    );
  }
  if (options !== undefined) throw configError(owner, 'fn', given, 'a function');
  const wrap = readOptions(owner, () => compile(given));
  return (...values: readonly unknown[]) => decorate(owner, values, wrap);
}
