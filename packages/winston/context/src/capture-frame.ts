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
  if ((typeof error === 'object' && error !== null) || typeof error === 'function') frame?.add(error);
}

/** Whether it was. Of a text or a number that was thrown it never is: the same one twice may be two failures. */
export function isLogged(frame: CaptureFrame, error: unknown): boolean {
  return frame.has(error as object);
}
