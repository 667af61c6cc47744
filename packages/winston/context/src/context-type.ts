import type { ContextFields } from './context-fields.js';
import type { Trace } from './trace.js';

/**
 * What is known while a piece of work runs, by all the code that it reaches: through calls, promises, timers and
 * whatever else the store follows.
 *
 * Inner fields win over outer ones, those over the store's own, those over the global layer. A value of `undefined`
 * takes a field away for as long as its scope lasts. Names that are symbols, and `__proto__`, are left out. Nothing
 * here throws at the application while it runs: a mistake is told once, by a warning of the process;
 * but for `run` without a function.
 */
export interface Context {
  /**
   * Calls `work` in a new scope, inside the current one, and gives what it gives; its errors pass unchanged. Around
   * the first scope nothing holds but the global layer: it begins a request, and those inside it belong to it.
   *
   * Where `fields` is no object, `work` runs all the same, and the process is warned once
   * (`TOCSIN_FIELDS_INVALID`).
   *
   * @throws TocsinError `TOCSIN_CONFIG_INVALID` where `work` is no function: there is nothing to call.
   */
  run<T>(fields: object, work: () => T): T;
  /**
   * Puts fields into the current scope, where they hold until it ends. Outside of any scope they are lost: the
   * process is warned once (`TOCSIN_NO_SCOPE`).
   */
  add(fields: object): void;
  /**
   * Changes each field where it is held: in the innermost scope that has it, so that the work around sees the
   * change too. A field that no scope has is added to the current one. Outside of any scope as for `add`.
   */
  update(fields: object): void;
  /** The fields that hold here, in one frozen object: the same again until one of them changes. */
  current(): ContextFields;
  /** Whether the code runs in a scope. */
  isActive(): boolean;
  /**
   * Ties a function to the current scope, for whoever calls it later from another: an emitter, a pool, a queue.
   * It keeps `this`, arguments, result, errors, name and length. With it comes the rest of the asynchronous
   * context, so that an AsyncLocalStorage of your own is right too. What is no function is given back as it is.
   */
  bind<F extends (...args: never[]) => unknown>(fn: F): F;
  /**
   * Makes a function an entry point (a route, a job, an event handler): each call runs in a new scope, inside the
   * current one, that begins a new request. For functions of any kind, and as a decorator of methods, standard or
   * legacy. `this`, types, name, length, results and errors stay as they are; the body of a generator runs in the
   * scope of the call that made it, whoever takes its values.
   *
   * @example const handle = context.trace(async (job: Job) => work(job), (job) => ({ jobId: job.id }));
   * @example class Jobs { \@context.trace({ job: 'import' }) async import() {} }
   */
  readonly trace: Trace;
  /**
   * Merges fields into the layer below all scopes, which holds everywhere in the process; `undefined` takes one
   * away.
   */
  setGlobal(fields: object): void;
  /**
   * The trace id of the current request: that of the active OpenTelemetry span, the one that `traceId(id)` set,
   * the field `trace_id`, that of the field `traceparent`, the field `X-Trace-ID` in any case, or else a new UUID,
   * made once per request. `undefined` outside of any scope, where no span is active.
   */
  traceId(): string | undefined;
  /**
   * Sets the trace id of the current request: 1 to 128 printable characters of ASCII, no spaces, or else it is
   * ignored and the process is warned once (`TOCSIN_TRACE_ID_INVALID`). `null` clears it. Outside of any scope as
   * for `add`.
   */
  traceId(id: string | null): void;
  /** What stands for the current request: the same object for all that belongs to it, `undefined` outside of any. */
  request(): object | undefined;
}
