import { wantFrames } from './frames-wanted.js';
import { installedOn } from './wrap-logger.js';

/**
 * Has the frames of their calls taken for later lines of these levels.
 *
 * @param logger What captured a line: its `takenBy`.
 * @param levels Names of the levels; `undefined` for all.
 */
export function takeFrames(logger: object, levels: readonly string[] | undefined): void {
  const installed = installedOn(logger);
  if (installed !== undefined) wantFrames(installed.framesWanted, levels);
}
