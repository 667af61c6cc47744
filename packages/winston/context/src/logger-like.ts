import { configError } from '@tocsin/event';

/** What is asked of a logger here; every Winston logger has it. */
export interface LoggerLike {
  log(level: string, message: string, fields: object): unknown;
  child(fields: object): unknown;
}

/** A logger, or a function that gives it at each line: a decorator is evaluated before there may be a logger. */
export type LoggerSource = LoggerLike | (() => LoggerLike);

/**
 * Refuses what is neither a logger nor, where `orFunction` allows it, a function.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID`
 */
export function checkLogger(owner: string, logger: unknown, orFunction: boolean): void {
  if (orFunction && typeof logger === 'function') return;
  const { log, child } = (logger ?? {}) as Partial<LoggerLike>;
  if (typeof log === 'function' && typeof child === 'function') return;
  throw configError(
    owner,
    'logger',
    logger,
    orFunction ? 'a logger, or a function that gives it' : 'a logger',
  );
}
