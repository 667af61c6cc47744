const dayMs = 86_400_000;
/** All three forms of an HTTP date begin with the day's name; `Date.parse` alone takes `soon 5` for one. */
const dated = /^(?:mon|tue|wed|thu|fri|sat|sun)/i;
const zoned = /(?:GMT|UTC|[+-]\d{4})$/i;

/**
 * `Retry-After` as milliseconds from `now`: seconds (also `1.5`, as Discord sends) or an HTTP date (RFC 9110,
 * 10.2.3 and 5.6.7). Undefined for anything else. At most one day, at least 0.
 */
export function parseRetryAfter(value: string | null | undefined, now: number): number | undefined {
  const text = value?.trim() ?? '';
  const ms = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : parseHttpDate(text) - now;
  if (Number.isNaN(ms)) return undefined;
  return Math.min(Math.max(0, Math.ceil(ms)), dayMs);
}

/** NaN for what is not an HTTP date. A date without a zone (asctime's) is in GMT. */
function parseHttpDate(text: string): number {
  if (!dated.test(text)) return Number.NaN;
  return Date.parse(zoned.test(text) ? text : `${text} GMT`);
}
