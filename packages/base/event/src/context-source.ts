/** Where a logger's lines get their context from; the `context` of @tocsin/context is one. */
export interface ContextSource {
  /** The fields that hold where it is called; `undefined`, or no fields, where there are none. */
  readonly current: () => Readonly<Record<string, unknown>> | undefined;
  /** What stands for the request under way: the same object for all its lines, and for no other's. */
  readonly request?: () => object | undefined;
}

const key = Symbol.for('tocsin.context');
const holder = globalThis as { readonly [key]?: ContextSource };

/** The process's default context, once @tocsin/context is loaded: packages that do not know it find it here. */
export function defaultContext(): ContextSource | undefined {
  return holder[key];
}
