import { types } from 'node:util';

/** Objects that are looked into: what a line holds may be a whole request. */
const maxObjects = 50;

/** Whether the object is among what it holds, as far as printers are likely to look. Runs no getter and no trap. */
export function refersToItself(object: object): boolean {
  const found = new Set([object]);
  for (const holder of found) {
    for (const key of Reflect.ownKeys(holder)) {
      const value: unknown = Reflect.getOwnPropertyDescriptor(holder, key)?.value;
      if (value === object) return true;
      if (typeof value !== 'object' || value === null || types.isProxy(value)) continue;
      if (found.size < maxObjects && !ArrayBuffer.isView(value)) found.add(value);
    }
  }
  return false;
}
