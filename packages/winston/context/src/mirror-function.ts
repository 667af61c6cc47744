/** What the package reflect-metadata adds to `Reflect`. */
interface MetadataReflect {
  readonly getOwnMetadataKeys?: (target: object) => readonly unknown[];
  readonly getOwnMetadata?: (key: unknown, target: object) => unknown;
  readonly defineMetadata?: (key: unknown, value: unknown, target: object) => void;
}

/**
 * Gives a wrapper the face of the function inside it: name, length, and what frameworks have written onto it, as
 * fields or by reflect-metadata (a route's path in NestJS), so that they find it there again.
 *
 * @returns the wrapper
 */
export function mirrorFunction<F extends (...args: never[]) => unknown>(wrapper: object, fn: F): F {
  try {
    copyOwn(wrapper, fn);
    copyMetadata(wrapper, fn);
  } catch {
    // A Proxy's trap throws: the wrapper does the function's work all the same.
  }
  return wrapper as F;
}

function copyOwn(wrapper: object, fn: object): void {
  for (const key of Reflect.ownKeys(fn)) {
    const descriptor = Reflect.getOwnPropertyDescriptor(fn, key);
    // False for what a function's own nature forbids, such as `caller` of old functions: left out.
    if (descriptor !== undefined) Reflect.defineProperty(wrapper, key, descriptor);
  }
}

function copyMetadata(wrapper: object, fn: object): void {
  const { getOwnMetadataKeys, getOwnMetadata, defineMetadata } = Reflect as MetadataReflect;
  if (getOwnMetadataKeys === undefined || getOwnMetadata === undefined || defineMetadata === undefined)
    return;
  for (const key of getOwnMetadataKeys(fn)) defineMetadata(key, getOwnMetadata(key, fn), wrapper);
}
