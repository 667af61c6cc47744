/**
 * About how many bytes a plain value takes in memory: two for each character and sixteen for each entry.
 * For the bounds of queues: cheap, and rather too much than too little. Takes plain data without cycles.
 */
export function approximateBytes(value: unknown): number {
  return measure(value, 0);
}

/** Deeper than any plain copy goes; what is below is not counted. */
const maxDepth = 32;

function measure(value: unknown, depth: number): number {
  if (typeof value === 'string') return 16 + 2 * value.length;
  if (typeof value !== 'object' || value === null || depth > maxDepth) return 16;
  let bytes = 16;
  if (Array.isArray(value)) {
    for (const member of value) bytes += measure(member, depth + 1);
    return bytes;
  }
  for (const key in value)
    bytes += 2 * key.length + measure((value as Record<string, unknown>)[key], depth + 1);
  return bytes;
}
