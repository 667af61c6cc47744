import { isAtLeast, severityOf } from '@tocsin/event';
import { LEVEL } from 'triple-beam';

/** A logger as far as a transport looks at it. */
export interface LoggerLike {
  readonly level?: string;
  readonly levels?: Readonly<Record<string, number>>;
  readonly exitOnError?: unknown;
}

/** What decides whether a line is for this transport. */
export interface Filter {
  readonly level: string | undefined;
  readonly levels: Readonly<Record<string, number>> | undefined;
  readonly silent: boolean | undefined;
  readonly handleExceptions: boolean | undefined;
  readonly handleRejections: boolean | undefined;
}

/**
 * Whether a line is taken. Winston's own filter cannot be leaned on: it is skipped on the exception path,
 * drops levels that it does not know (Nest's `fatal`), needs a parent, and lets rejections through.
 */
export function accepts(info: unknown, filter: Filter): boolean {
  if (filter.silent === true) return false;
  const kind = uncaughtKind(info);
  if (kind === 'exception') return filter.handleExceptions === true;
  if (kind === 'rejection' && filter.handleRejections === false) return false;
  const level = levelOf(info);
  if (filter.level === undefined || level === undefined) return true;
  const own = filter.levels?.[level];
  const limit = filter.levels?.[filter.level];
  if (own !== undefined && limit !== undefined) return own <= limit;
  return isAtLeast(severityOf(level, filter.levels), severityOf(filter.level, filter.levels));
}

/**
 * Whether winston's own handlers made the line. A user's `{ exception: true }` is only metadata; the
 * handlers always add `trace` and `os`.
 */
export function uncaughtKind(info: unknown): 'exception' | 'rejection' | undefined {
  if (typeof info !== 'object' || info === null) return undefined;
  const line = info as Record<string, unknown>;
  if (line['exception'] !== true && line['rejection'] !== true) return undefined;
  if (!('trace' in line) || !('os' in line)) return undefined;
  return line['exception'] === true ? 'exception' : 'rejection';
}

function levelOf(info: unknown): string | undefined {
  if (typeof info !== 'object' || info === null) return undefined;
  const { [LEVEL]: original, level } = info as { [LEVEL]?: unknown; level?: unknown };
  if (typeof original === 'string') return original;
  return typeof level === 'string' ? level : undefined;
}
