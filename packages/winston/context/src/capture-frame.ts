import { AsyncLocalStorage } from 'node:async_hooks';

/** A call of a function under `capture`, while it runs. */
export interface CaptureFrame {
  done: boolean;
  /** What has been logged inside of it. */
  readonly logged: WeakSet<object>;
}

const frames = new AsyncLocalStorage<CaptureFrame>();

/** The innermost call under way that the current code belongs to. */
export function currentFrame(): CaptureFrame | undefined {
  const frame = frames.getStore();
  // A timer that was set by a call runs in its context, though the call is over.
  return frame?.done === true ? undefined : frame;
}

/** Calls `work` in a frame of its own. */
export function inFrame<T>(frame: CaptureFrame, work: () => T): T {
  return frames.run(frame, work);
}

/** Remembers for the call around that the error is on a line already. */
export function markLogged(frame: CaptureFrame | undefined, error: unknown): void {
  if (isObject(error)) frame?.logged.add(error);
}

/** A text or a number that is thrown twice may be two failures, an object that was logged is one. */
export function isLogged(frame: CaptureFrame, error: unknown): boolean {
  return isObject(error) && frame.logged.has(error);
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
