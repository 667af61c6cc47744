import type { Context } from './context-type.js';
import { createContext } from './create-context.js';

const key = Symbol.for('tocsin.context');
const holder = globalThis as { [key]?: Context };

/** The process's default context, on an AsyncLocalStorage. Duplicate installs of this package share it. */
export const context: Context = (holder[key] ??= createContext());
