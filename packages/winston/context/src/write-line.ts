import { warnOnce } from '@tocsin/event';
import type { LoggerLike, LoggerSource } from './logger-like.js';

/** What winston takes for a place to fill in, as its own `format.splat()` does. */
const placeholder = /%[scdjifoO%]/;

/** A line that is to be logged. */
export interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: object;
}

/**
 * Logs a line. It never throws: where the logger does, or where none is given, the process is warned once
 * (`TOCSIN_LINE_LOST`).
 *
 * @returns whether the logger took the line
 */
export function writeLine(owner: string, source: LoggerSource, makeLine: () => Line): boolean {
  try {
    const logger = typeof source === 'function' ? source() : source;
    const { level, message, fields } = makeLine();
    if (placeholder.test(message)) {
      // Beside such a message winston drops the fields; a line that is one object keeps them.
      (logger as { log: (line: object) => unknown } & LoggerLike).log({ ...fields, level, message });
    } else {
      logger.log(level, message, fields);
    }
    return true;
  } catch (error) {
    warnOnce('TOCSIN_LINE_LOST', `${owner}: a line could not be logged: ${reasonOf(error)}`);
    return false;
  }
}

function reasonOf(error: unknown): string {
  try {
    return String(error).slice(0, 200);
  } catch {
    // What was thrown cannot be read either.
    return 'unknown';
  }
}
