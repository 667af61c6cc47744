import type { ErrorDetails, Location, StackFrame } from './log-event.js';
import { rootCause } from './root-cause.js';

/**
 * Where an error was thrown: the top in-app frame of its root cause, else of the nearest wrapper that has one;
 * `undefined` where no frame is the application's own.
 */
export function locate(error: ErrorDetails | undefined): Location | undefined {
  const frame = inAppFrames(error)[0];
  if (frame?.file === undefined) return undefined;
  return {
    file: frame.file,
    ...(frame.line === undefined ? {} : { line: frame.line }),
    ...(frame.column === undefined ? {} : { column: frame.column }),
    ...(frame.function === '' ? {} : { function: frame.function }),
  };
}

/**
 * The in-app frames of the root cause, else of the nearest wrapper that has some.
 *
 * @param passesOver Wrappers whose frames are not asked.
 */
export function inAppFrames(
  error: ErrorDetails | undefined,
  passesOver: (wrapper: ErrorDetails) => boolean = () => false,
): readonly StackFrame[] {
  if (error === undefined) return [];
  for (const link of rootCause(error).chain.toReversed()) {
    if (passesOver(link)) continue;
    const frames = link.frames.filter((frame) => frame.inApp);
    if (frames.length > 0) return frames;
  }
  // An AggregateError whose members disagree is its own root; a member may still say where.
  for (const member of error.errors?.slice(0, 20) ?? []) {
    const frames = member.frames.filter((frame) => frame.inApp);
    if (frames.length > 0) return frames;
  }
  return [];
}
