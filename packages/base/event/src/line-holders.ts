import { safeRead } from './safe-read.js';

/** The parts of a stream that tell what it has not done yet. */
interface StreamLike {
  readonly _writableState?: { readonly length?: number; readonly corked?: number };
  readonly _readableState?: { readonly length?: number; readonly pipes?: unknown };
}

/** The streams that had done with their last line when the call that logged it returned. */
const prompt = new WeakSet<object>();

/**
 * Whether a line that is logged now may still be read when its call has returned: the logger or a transport of it
 * has not done with earlier lines, or a transport's promptness is not known yet.
 */
export function mayBeReadLater(logger: object): boolean {
  return isHeldUp(logger) || !pipesOf(logger).every(isPrompt);
}

/** Whether the logger or a transport of it has not done with earlier lines. */
export function isHeldUp(stream: object): boolean {
  const { _writableState: writable } = stream as StreamLike;
  return (writable?.corked ?? 0) > 0 || hasLines(stream) || pipesOf(stream).some(isHeldUp);
}

/** Whether one of the logger's transports has a format of its own, to which it gives copies of the lines. */
export function hasCopyingTransport(logger: object): boolean {
  return pipesOf(logger).some((stream) => safeRead(stream, 'format') !== undefined);
}

/** To be called when a call that logged has returned. */
export function noteAnswers(logger: object): void {
  for (const stream of pipesOf(logger)) {
    if (hasLines(stream)) prompt.delete(stream);
    else prompt.add(stream);
    noteAnswers(stream);
  }
}

/** Whether the stream has lines that those it is piped to have not been given yet. */
export function hasUnread(stream: object): boolean {
  return ((stream as StreamLike)._readableState?.length ?? 0) > 0;
}

/** Whether lines wait in the stream itself, or, where it has not called back yet, are worked on. */
function hasLines(stream: object): boolean {
  const { _writableState: writable } = stream as StreamLike;
  return (writable?.length ?? 0) > 0 || hasUnread(stream);
}

function isPrompt(stream: object): boolean {
  return prompt.has(stream) && pipesOf(stream).every(isPrompt);
}

/** What the stream is piped to: winston's transports, or another logger. */
function pipesOf(stream: object): readonly object[] {
  const { _readableState: readable } = stream as StreamLike;
  // Transports have none: a read that throws and is caught would cost ten times as much as all the rest of the line.
  if (readable === undefined) return [];
  const pipes = safeRead(readable, 'pipes');
  if (Array.isArray(pipes)) return pipes as object[];
  return typeof pipes === 'object' && pipes !== null ? [pipes] : [];
}
