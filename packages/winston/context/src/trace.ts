import { configError } from '@tocsin/event';
import { types } from 'node:util';
import type { ContextFields } from './context-fields.js';
import { resumeIn } from './resume-in.js';
import {
  type Callable,
  type WrappingDecorator,
  decorate,
  isDecoration,
  refuseClass,
  wrapFunction,
} from './wrap-method.js';

/** `context.trace`: wraps a function, decorates a method (`@context.trace`), or makes a decorator with fields. */
export interface Trace extends WrappingDecorator {
  /**
   * Wraps a function: each call runs in a new scope that begins a new request.
   *
   * @param fields the scope's fields, or a function that gives them for the call's arguments. It is called with
   *   the function's `this`; where it throws, the call goes on without its fields.
   */
  <F extends Callable>(fn: F, fields?: ContextFields | ((...args: Parameters<F>) => object)): F;
  /**
   * Makes a decorator: `@context.trace()`, `@context.trace({ job: 'import' })`. It takes no function, as a function
   * is what the form above wraps: fields that depend on the arguments are added in the method, by `context.add`.
   */
  (fields?: ContextFields): WrappingDecorator;
}

/** Calls `work` in a new scope with these fields, again and again in the same one. */
export type Within = <T>(work: () => T) => T;

/**
 * @param begin opens the scope of a call. It is given the fields as the user wrote them, and reads them.
 */
export function createTrace(begin: (readFields: () => unknown) => Within): Trace {
  const traced = (fn: Callable, fields: unknown): Callable => {
    const resumes = types.isGeneratorFunction(fn);
    return {
      call(this: unknown, ...args: never[]): unknown {
        const within = begin(() =>
          typeof fields === 'function' ? Reflect.apply(fields, this, args) : fields,
        );
        const result = within(() => Reflect.apply(fn, this, args));
        return resumes ? resumeIn(result as Generator, within) : result;
      },
    }.call;
  };
  const decorator = (values: readonly unknown[], fields: unknown): unknown =>
    decorate(owner, values, (method) => traced(method, fields));
  const trace = (...values: readonly unknown[]): unknown => {
    if (isDecoration(values)) return decorator(values, {});
    const [first, second = {}] = values;
    if (typeof first === 'function') {
      refuseClass(owner, first as Callable);
      return wrapFunction(first as Callable, (fn) => traced(fn, second));
    }
    const fields = first ?? {};
    if (typeof fields !== 'object') throw configError(owner, 'fields', fields, 'an object');
    return (...of: readonly unknown[]) => decorator(of, fields);
  };
  return trace as Trace;
}

const owner = 'context.trace';
