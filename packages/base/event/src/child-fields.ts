/** The probe under way: a line that is none. */
let probe: { found?: object } | undefined;

/**
 * The fields that a child logger, and the children that it was made from, put on each line. Winston keeps them in a
 * closure; an empty line shows them, which {@link answersProbe} stops before the stream.
 */
export function childFields(child: object): Readonly<Record<string, unknown>> {
  // Only what `child()` made can be asked: a `write` of the user's may do anything.
  if (Object.getOwnPropertyDescriptor(child, 'write')?.writable !== false) return {};
  const outer = probe;
  const own: { found?: object } = {};
  probe = own;
  try {
    (child as { write(info: object): unknown }).write({});
    return (own.found ?? {}) as Record<string, unknown>;
  } finally {
    probe = outer;
  }
}

/** Whether what reaches the root's `write` is the line of {@link childFields}. */
export function answersProbe(info: unknown): boolean {
  if (probe === undefined || probe.found !== undefined) return false;
  probe.found = info as object;
  return true;
}
