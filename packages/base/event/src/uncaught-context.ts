import { capturedFor } from './capture-registry.js';
import type { Captured } from './captured.js';
import { defaultContext } from './context-source.js';
import { safeHasOwn, safeRead } from './safe-read.js';
import { withStackLimit } from './with-stack-limit.js';

/** Frames that are looked through: between winston's handler and a transport lie those of its streams. */
const maxFrames = 100;

/**
 * What was captured for a line that a transport is given: as {@link capturedFor}, and else, of an uncaught exception
 * or rejection, its context. A transport that is only among the `exceptionHandlers` is told nothing of its logger,
 * whose calls could be captured. The context is read while winston's handler is at work, which runs in that of the
 * code that threw; later it may be a neighbour's, and there is none.
 */
export function capturedOf(info: unknown): Captured | undefined {
  return capturedFor(info) ?? capturedUncaught(info);
}

function capturedUncaught(info: unknown): Captured | undefined {
  if (safeRead(info, 'exception') !== true && safeRead(info, 'rejection') !== true) return undefined;
  try {
    const context = defaultContext()?.current();
    if (context === undefined || !isHandlerAtWork()) return undefined;
    const called = Object.keys(context).filter((key) => safeHasOwn(info as object, key));
    return { timestamp: Date.now(), context, called };
  } catch {
    // A store of the user's may fail: an error without its context is still told.
    return undefined;
  }
}

/** Whether this runs inside winston's own listener of the process. */
function isHandlerAtWork(): boolean {
  const site: { stack?: string } = {};
  withStackLimit(maxFrames, () => Error.captureStackTrace(site, isHandlerAtWork));
  return /\b_(?:uncaughtException|unhandledRejection)\b/.test(String(site.stack));
}
