const maxDepth = 3;
const maxEntries = 10;

/**
 * A value of the context as one line of text: strings as they are, the rest in the manner of JSON, with
 * at most 10 entries of each object and 3 levels. Stops soon after `max` characters, whatever the size of
 * the value; does not throw.
 */
export function preview(value: unknown, max: number): string {
  if (typeof value === 'string') return value;
  try {
    return written(value, max, 0);
  } catch {
    // A getter or a proxy of a value that did not come through toLogEvent: it must not cost the alert.
    return '[unreadable]';
  }
}

function written(value: unknown, max: number, depth: number): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, max));
  if (typeof value === 'function') return '[function]';
  if (typeof value !== 'object' || value === null) return String(value);
  const isArray = Array.isArray(value);
  if (depth >= maxDepth) return isArray ? '[…]' : '{…}';
  let text = '';
  let entries = 0;
  for (const key in value) {
    if (!Object.hasOwn(value, key)) continue;
    const isPast = entries >= maxEntries || text.length > max;
    if (entries > 0) text += ', ';
    if (isPast) {
      text += '…';
      break;
    }
    entries += 1;
    const member = written((value as Readonly<Record<string, unknown>>)[key], max, depth + 1);
    text += isArray ? member : `${key.slice(0, max)}: ${member}`;
  }
  return isArray ? `[${text}]` : `{${text}}`;
}
