import { isAnyLoggerBound, warnOnce } from '@tocsin/event';

/**
 * Warns, once, of a line whose call nobody took down, and says whether to leave it as it is. Where no logger is bound,
 * what holds now is right as long as nothing lets lines wait. Where one is, it may be a neighbour's: better nothing.
 *
 * @param format The name of the format that met the line.
 * @param effect What the format does without a bound logger.
 */
export function isToBeLeft(format: string, effect: string): boolean {
  if (isAnyLoggerBound()) {
    const remedy =
      "Call bindContext(logger) for each logger, and put the format into the logger's own format";
    warnOnce(
      'TOCSIN_LINE_UNKNOWN',
      `${format}() left a line as it was, because its logger is not bound. ${remedy}`,
    );
    return true;
  }
  warnOnce('TOCSIN_LOGGER_NOT_BOUND', `${format}() is used without bindContext(logger): ${effect}`);
  return false;
}
