import { captureAtCall, configError, isKnownLevel, severityOf } from '@tocsin/event';
import type { LoggerLike } from './accepts.js';

/**
 * The loggers that write to one transport. The base class hears the first only, takes its level, and closes
 * when that one goes.
 */
export class Sources {
  private readonly loggers = new Set<LoggerLike>();

  get size(): number {
    return this.loggers.size;
  }

  /** The one that was added last. */
  get newest(): LoggerLike | undefined {
    return [...this.loggers].at(-1);
  }

  /**
   * Remembers the logger, and has it keep what only the call knows; with `breadcrumbs`, also the lines before it.
   * Throws what its preparation throws.
   */
  add(source: LoggerLike, level: string | undefined, breadcrumbs: boolean): void {
    this.loggers.add(source);
    // A stream that is no logger may be piped in as well.
    if (source.levels === undefined) return;
    captureAtCall(source, { callSiteFrom: severityOf(level ?? 'error', source.levels), breadcrumbs });
    const names = Object.keys(source.levels);
    if (level !== undefined && !names.includes(level) && !isKnownLevel(level)) {
      throw configError('A transport', 'level', level, `a level of the logger: ${names.join(', ')}`);
    }
  }

  remove(source: LoggerLike): void {
    this.loggers.delete(source);
  }

  /**
   * Whether anybody of the user's hears what the transport tells by `'warn'`, there or at a logger. Winston listens
   * itself, and hands it on to the logger.
   */
  hearWarningsOf(transport: NodeJS.EventEmitter): boolean {
    const winstons = (transport as { __winstonwarn?: unknown }).__winstonwarn;
    if (transport.listeners('warn').some((listener) => listener !== winstons)) return true;
    return [...this.loggers].some((source) => {
      const { listenerCount } = source as { listenerCount?: (event: string) => number };
      return typeof listenerCount === 'function' && listenerCount.call(source, 'warn') > 0;
    });
  }
}
