/** `2024-01-28 10:00:00 UTC`; `unknown` for what is no time. */
export function utc(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime())
    ? 'unknown'
    : `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Any value as text: a string as it is, anything else as JSON. Long strings inside are cut. */
export function shown(value: unknown, indent?: number): string {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value, shorter, indent) ?? String(value);
  } catch {
    // Events are plain data; whoever builds one by hand may still put a cycle or a BigInt into it.
    return '[not shown: no plain data]';
  }
}

function shorter(_key: string, value: unknown): unknown {
  return typeof value === 'string' && value.length > 2_000 ? `${value.slice(0, 2_000)}…` : value;
}
