import { approximateBytes } from './approximate-bytes.js';
import { plainCopy } from './plain-copy.js';
import { safeRead } from './safe-read.js';
import { snapshotLimits } from './snapshot-limits.js';
import { truncate } from './truncate.js';

/**
 * Bounded plain data of the object's fields named by `keys`; `values` has the last word about a field.
 * Fields that hold `undefined` are left out.
 */
export function copyFields(
  source: object,
  keys: readonly string[],
  values: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  let left: number = snapshotLimits.fieldText;
  let kept = 0;
  for (const key of keys) {
    // An assignment to it would set the copy's prototype.
    if (key === '__proto__') continue;
    const value = Object.hasOwn(values, key) ? values[key] : safeRead(source, key);
    if (value === undefined) continue;
    if (left <= 0 || kept >= snapshotLimits.fields) {
      fields['…'] = '(more fields)';
      break;
    }
    kept += 1;
    const name = truncate(key, snapshotLimits.name);
    const copy = isPlainLeaf(value) ? value : plainCopy(value, { maxTotal: left });
    left -= name.length + (typeof copy === 'string' ? copy.length : approximateBytes(copy) / 2);
    if (copy !== undefined) fields[name] = copy;
  }
  return fields;
}

/** The everyday values, which need no copying. */
function isPlainLeaf(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= 1024 && value.isWellFormed();
  return typeof value === 'boolean' || value === null || Number.isFinite(value);
}
