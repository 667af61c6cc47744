/** The value of a property, or `undefined` where reading it throws (a getter, a Proxy, a primitive). */
export function safeRead(target: unknown, key: PropertyKey): unknown {
  try {
    return (target as Record<PropertyKey, unknown>)[key];
  } catch {
    // Reading a stranger's object must not fail the line: what cannot be read is absent.
    return undefined;
  }
}

/** The object's own enumerable string keys, at most `max`; none where asking for them throws. */
export function safeKeys(target: object, max = 200): readonly string[] {
  try {
    const keys = Object.keys(target);
    return keys.length > max ? keys.slice(0, max) : keys;
  } catch {
    // A Proxy's ownKeys trap may throw: such an object has nothing to show.
    return [];
  }
}

/** The first `max` values of an array; `undefined` for what is not an array or cannot be read. */
export function safeList(value: unknown, max: number): readonly unknown[] | undefined {
  try {
    if (!Array.isArray(value)) return undefined;
    const list: unknown[] = [];
    for (let index = 0; index < max && index < value.length; index += 1) list.push(value[index]);
    return list;
  } catch {
    // A revoked Proxy throws already when it is asked whether it is an array.
    return undefined;
  }
}

/** Whether the object itself has the key; `false` where asking throws. */
export function safeHasOwn(target: object, key: PropertyKey): boolean {
  try {
    return Object.hasOwn(target, key);
  } catch {
    // A Proxy's trap may throw: what cannot be asked is absent.
    return false;
  }
}
