import { warnOnce } from '@tocsin/event';
import { isPlainPromise, worksLater } from './plain-promise.js';

/** How a call ended. */
export type Outcome =
  | { readonly failed: false; readonly value: unknown }
  | { readonly failed: true; readonly error: unknown };

/**
 * Makes a call and tells `done` how it ended, for a promise when it is settled. Result and error are the call's own;
 * for a promise, another one with the same end, so that a rejection that nobody handles is still told by Node.
 *
 * What works only when it is asked to (a generator, a query builder, a class made from Promise) is given back
 * untouched, and `done` is not told; the process is warned once (`TOCSIN_NOT_FOLLOWED`).
 *
 * @param done must not throw
 */
export function follow(
  owner: string,
  name: string,
  call: () => unknown,
  done: (outcome: Outcome) => void,
): unknown {
  let result: unknown;
  try {
    result = call();
  } catch (error) {
    done({ failed: true, error });
    throw error;
  }
  if (isPlainPromise(result)) return followPromise(result, done);
  if (seemsToWorkLater(result)) {
    warnOnce(
      'TOCSIN_NOT_FOLLOWED',
      `${owner}: ${name} gives what does its work later, a generator or a thenable that is no plain promise; ` +
        'it is not followed, nor are others like it: make it an async function that awaits its result',
    );
  } else {
    done({ failed: false, value: result });
  }
  return result;
}

function followPromise(promise: Promise<unknown>, done: (outcome: Outcome) => void): Promise<unknown> {
  const followed = promise.then(
    (value) => {
      done({ failed: false, value });
      return value;
    },
    (error: unknown) => {
      done({ failed: true, error });
      throw error;
    },
  );
  // A promise may have fields: that of a promisified `exec` has the child process.
  for (const key of Object.keys(promise)) {
    Reflect.defineProperty(followed, key, Object.getOwnPropertyDescriptor(promise, key)!);
  }
  return followed;
}

function seemsToWorkLater(result: unknown): boolean {
  try {
    return worksLater(result);
  } catch {
    // Reading a stranger's `then` may throw: to be read, it is not for us.
    return true;
  }
}
