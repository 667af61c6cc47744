import { AsyncLocalStorage } from 'node:async_hooks';

/** What has been logged inside of one call of a function under `capture`. */
export type CaptureFrame = WeakSet<object>;

const frames = new AsyncLocalStorage<CaptureFrame>();

/** That of the innermost call which the current code belongs to. */
export function currentFrame(): CaptureFrame | undefined {
  return frames.getStore();
}

/** Calls `work` in a frame of its own. */
export function inFrame<T>(frame: CaptureFrame, work: () => T): T {
  return frames.run(frame, work);
}

/** Remembers for the call around that the error is on a line already. */
export function markLogged(frame: CaptureFrame | undefined, error: unknown): void {
  if (isObject(error)) frame?.add(error);
}

/** A text or a number that is thrown twice may be two failures, an object that was logged is one. */
export function isLogged(frame: CaptureFrame, error: unknown): boolean {
  return isObject(error) && frame.has(error);
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
