import type { ContextStore } from '@tocsin/context';
import { clsHookedStore } from '@tocsin/context/cls-hooked';
import { nestjsClsStore } from '@tocsin/context/nestjs-cls';
import { openNamespace } from './cls-hooked-namespace.js';
import type { FlowRow } from './flow-table.js';

/** A kind of store to hold the suite and the flow table against. */
export interface StoreKind {
  readonly name: string;
  /** Its column in the flow table. */
  readonly column: Exclude<keyof FlowRow, 'through' | 'note'>;
  /** `undefined` is what a context has without the option. */
  readonly open: () => { readonly store: ContextStore | undefined; readonly close: () => void };
}

const nothingToClose = (): void => undefined;

/** Every store there is, in every version that runs on this Node. */
export const storeKinds: readonly StoreKind[] = [
  {
    name: 'AsyncLocalStorage',
    column: 'asyncLocalStorage',
    open: () => ({ store: undefined, close: nothingToClose }),
  },
  {
    name: 'cls-hooked',
    column: 'clsHooked',
    open: () => {
      const { namespace, close } = openNamespace('suite');
      return { store: clsHookedStore(namespace), close };
    },
  },
  {
    name: 'nestjs-cls 6',
    column: 'nestjsCls',
    open: () => ({ store: nestjsClsStore(), close: nothingToClose }),
  },
  // nestjs-cls 7 asks for Node 22.
  ...(Number.parseInt(process.versions.node, 10) >= 22 ? [nestjsCls7()] : []),
];

function nestjsCls7(): StoreKind {
  return {
    name: 'nestjs-cls 7',
    column: 'nestjsCls',
    open() {
      const { ClsServiceManager } = require('nestjs-cls-7') as typeof import('nestjs-cls-7');
      return {
        store: nestjsClsStore({ service: ClsServiceManager.getClsService() }),
        close: nothingToClose,
      };
    },
  };
}
