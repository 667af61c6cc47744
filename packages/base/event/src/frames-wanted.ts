import { LEVEL } from 'triple-beam';
import { maxFrames } from './call-frames.js';
import { safeRead } from './safe-read.js';

/** Those of winston itself, at most, and the caller's. */
const firstTry = 5;
const more = 2;

/** Which lines of a logger get the frames of their calls, because a format asked for them, and how many. */
export interface FramesWanted {
  readonly levels: Set<string>;
  ofAll: boolean;
  /** Frames that were enough to find the place of a call, as far as is known. */
  enough: number;
}

export function noFramesWanted(): FramesWanted {
  return { levels: new Set(), ofAll: false, enough: firstTry };
}

/** Whether the line's call is asked for its frames. */
export function wantsFrames({ ofAll, levels }: FramesWanted, info: object): boolean {
  return ofAll || (levels.size > 0 && levels.has(safeRead(info, LEVEL) as string));
}

/** @param levels Names of the levels; `undefined` for all. */
export function wantFrames(wanted: FramesWanted, levels: readonly string[] | undefined): void {
  if (levels === undefined) wanted.ofAll = true;
  else for (const level of levels) wanted.levels.add(level);
}

/** Has more of them taken of later calls: the place of one lay beyond. */
export function wantMoreFrames(wanted: FramesWanted): void {
  wanted.enough = Math.min(maxFrames, wanted.enough + more);
}
