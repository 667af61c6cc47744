/**
 * Does `work` while stacks are cut to `frames` frames. Where Error cannot be written to (`--frozen-intrinsics`, SES),
 * the program's own limit holds.
 */
export function withStackLimit<T>(frames: number, work: () => T): T {
  const wasThere = Object.hasOwn(Error, 'stackTraceLimit');
  const limit = Error.stackTraceLimit;
  if (!Reflect.set(Error, 'stackTraceLimit', frames)) return work();
  try {
    return work();
  } finally {
    if (wasThere) Error.stackTraceLimit = limit;
    else delete (Error as Partial<typeof Error>).stackTraceLimit;
  }
}
