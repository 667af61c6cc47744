import { installedOn } from './wrap-logger.js';

/**
 * Has the active span taken down with each later line: a transport may format the line when another is active.
 *
 * @param logger What captured a line: its `takenBy`.
 * @param read Gives the span that is active where it is called.
 */
export function takeSpans(logger: object, read: () => object | undefined): void {
  const installed = installedOn(logger);
  if (installed !== undefined) installed.readSpan = read;
}
