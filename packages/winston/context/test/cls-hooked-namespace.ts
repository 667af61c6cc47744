import * as hooks from 'node:async_hooks';
import type { Namespace } from 'cls-hooked';

/** A namespace of cls-hooked, whose hooks are taken out of the process again by `close`. */
export interface OpenNamespace {
  readonly namespace: Namespace;
  readonly close: () => void;
}

/** cls-hooked has no end to its hooks: they would slow down every test that runs after these. */
export function openNamespace(name: string): OpenNamespace {
  const module = require('node:async_hooks') as { createHook: typeof hooks.createHook };
  const { createHook } = module;
  const made: hooks.AsyncHook[] = [];
  module.createHook = (callbacks) => {
    const hook = createHook(callbacks);
    made.push(hook);
    return hook;
  };
  try {
    const { createNamespace, destroyNamespace } = require('cls-hooked') as typeof import('cls-hooked');
    const namespace = createNamespace(name);
    if (made.length === 0) throw new Error('The hook of cls-hooked was not seen');
    return {
      namespace,
      close() {
        for (const hook of made) hook.disable();
        destroyNamespace(name);
      },
    };
  } finally {
    module.createHook = createHook;
  }
}
