/**
 * A copy of the fields that a caller hands in, so that later changes of that object do not show. `undefined` for
 * what can hold no fields: anything but an object, an array, and a promise.
 */
export function copyFields(fields: unknown): Record<string, unknown> | undefined {
  try {
    if (typeof fields !== 'object' || fields === null) return undefined;
    if (Array.isArray(fields) || fields instanceof Promise) return undefined;
    return { ...fields };
  } catch {
    // A getter throws, or a Proxy's trap: whatever can be read is kept.
    return copyReadable(fields as object);
  }
}

function copyReadable(fields: object): Record<string, unknown> | undefined {
  try {
    const copy: Record<string, unknown> = {};
    for (const name of Object.keys(fields)) copyOne(copy, fields as Record<string, unknown>, name);
    return copy;
  } catch {
    // Not even its names can be read.
    return undefined;
  }
}

function copyOne(copy: Record<string, unknown>, fields: Record<string, unknown>, name: string): void {
  try {
    Object.defineProperty(copy, name, {
      value: fields[name],
      enumerable: true,
      writable: true,
      configurable: true,
    });
  } catch {
    // What cannot be read is absent, as on a line.
  }
}
