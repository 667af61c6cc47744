import { AsyncResource } from 'node:async_hooks';
import { mirrorFunction } from './mirror-function.js';

/**
 * Ties a function to the asynchronous context in which this is called: all of it, so that an AsyncLocalStorage of
 * the application's comes along. `this`, arguments, result and errors are the function's own.
 */
export function bindFunction<F extends (...args: never[]) => unknown>(fn: F): F {
  const resource = new AsyncResource('TocsinBoundFunction');
  const bound = {
    call(this: unknown, ...args: never[]): unknown {
      return resource.runInAsyncScope(() => Reflect.apply(fn, this, args));
    },
  }.call;
  return mirrorFunction(bound, fn);
}
