/**
 * `Retry-After` as milliseconds from `now`: seconds or an HTTP date (RFC 9110, 10.2.3). Undefined for
 * anything else. At most one day, at least 0.
 */
export function parseRetryAfter(value: string | null | undefined, now: number): number | undefined {
  if (value === null || value === undefined || value.trim() === '') return undefined;
  const seconds = Number(value);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now;
  if (Number.isNaN(ms)) return undefined;
  return Math.min(Math.max(0, Math.ceil(ms)), 86_400_000);
}
