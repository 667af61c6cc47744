import { safeRead } from './safe-read.js';

/** How bad a line is, whatever the names of the logger's levels; least bad first in {@link severities}. */
export type Severity = 'debug' | 'info' | 'warning' | 'error' | 'critical';

/** All severities, least bad first. */
export const severities: readonly Severity[] = ['debug', 'info', 'warning', 'error', 'critical'];

/** The level names of winston's npm, syslog and cli tables and of the loggers people come from. */
const byName: ReadonlyMap<string, Severity> = new Map<string, Severity>([
  ...['silly', 'trace', 'debug', 'verbose'].map((name) => [name, 'debug'] as const),
  ...['http', 'info', 'data', 'help', 'input', 'prompt', 'log', 'notice'].map(
    (name) => [name, 'info'] as const,
  ),
  ...['warn', 'warning'].map((name) => [name, 'warning'] as const),
  ...['error', 'err'].map((name) => [name, 'error'] as const),
  ...['crit', 'critical', 'alert', 'emerg', 'fatal'].map((name) => [name, 'critical'] as const),
]);

/**
 * The severity of a level name.
 *
 * A name that is not known here is placed by its rank among the logger's own `levels` (smaller is worse):
 * at or above its `error` level it is an `error`, below it `info`; without an `error` level to compare
 * with, it is an `error`, because a line that was let through under an unknown name must not be lost. So is what
 * is no name at all.
 */
export function severityOf(level: string, levels?: Readonly<Record<string, number>>): Severity {
  if (typeof level !== 'string') return 'error';
  const known = byName.get(level.toLowerCase());
  if (known !== undefined) return known;
  const rank = safeRead(levels, level);
  const errorRank = safeRead(levels, 'error');
  if (typeof rank !== 'number' || typeof errorRank !== 'number') return 'error';
  return rank <= errorRank ? 'error' : 'info';
}

/** Whether the name of a level says by itself how bad a line is. */
export function isKnownLevel(level: string): boolean {
  return typeof level === 'string' && byName.has(level.toLowerCase());
}

/** Whether `severity` is `minimum` or worse. */
export function isAtLeast(severity: Severity, minimum: Severity): boolean {
  return severities.indexOf(severity) >= severities.indexOf(minimum);
}
