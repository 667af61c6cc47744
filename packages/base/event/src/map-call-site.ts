import { findSourceMap } from 'node:module';
import type { StackFrame } from './log-event.js';
import { type OwnFrames, mapFrameNow, readablePath } from './map-frame.js';
import { parseStack } from './parse-stack.js';
import type { SourceFile } from './source-files.js';

type Place = Pick<StackFrame, 'path' | 'line' | 'column'>;

/**
 * The frame of a call site, where the source has it: as the program's own `Error.prepareStackTrace` maps it
 * (`--enable-source-maps`, source-map-support), as Node's maps do, or by the map that the file names.
 *
 * @param read Gives the text of a file, or `undefined` where it cannot or must not be read.
 */
export function mapCallSite(
  site: NodeJS.CallSite,
  options: OwnFrames,
  read: (path: string) => SourceFile | undefined,
): StackFrame | undefined {
  const plain = frameOf(String(site), options);
  if (plain === undefined) return undefined;
  const byFile = mapFrameNow(plain, options, read);
  const told =
    movedTo(frameOf(asProgramTells(site), options), plain, options) ??
    movedTo(nodesPlace(plain), plain, options);
  // Of what is told only the place counts: the name of a single frame is often another's.
  return told === undefined || isSamePlace(told, byFile) ? byFile : told;
}

function frameOf(text: string | undefined, options: OwnFrames): StackFrame | undefined {
  return text === undefined ? undefined : parseStack(`Error\n    at ${text}`, options)[0];
}

/** The frame at another place; `undefined` where that is none: it was told in another manner only. */
function movedTo(place: Place | undefined, frame: StackFrame, options: OwnFrames): StackFrame | undefined {
  if (place?.path === undefined || place.line === undefined) return undefined;
  const { path, line, column } = place;
  const at = `${path}:${line}${column === undefined ? '' : `:${column}`}`;
  const moved = frameOf(frame.function === '' ? at : `${frame.function} (${at})`, options);
  return moved === undefined || isSamePlace(moved, frame) ? undefined : moved;
}

/** Columns aside: some count them from 0. */
function isSamePlace(one: StackFrame, other: StackFrame): boolean {
  return one.file === other.file && one.line === other.line;
}

/** The frame as the program itself tells it, where it maps stacks. */
function asProgramTells(site: NodeJS.CallSite): string | undefined {
  const { prepareStackTrace } = Error;
  if (typeof prepareStackTrace !== 'function') return undefined;
  try {
    const text: unknown = prepareStackTrace(new Error(), [site]);
    const line = typeof text === 'string' ? text.slice(text.lastIndexOf('\n') + 1).trim() : '';
    return line.startsWith('at ') ? line.slice('at '.length) : undefined;
  } catch {
    // The program's own function: without it, the frame is where V8 says.
    return undefined;
  }
}

/** Where Node's own maps have the place, which also know what a loader compiled in memory. */
function nodesPlace(frame: StackFrame): Place | undefined {
  const path = readablePath(frame.path);
  if (path === undefined || frame.line === undefined) return undefined;
  const entry = findSourceMap(path)?.findEntry(frame.line - 1, (frame.column ?? 1) - 1);
  if (entry === undefined || !('originalSource' in entry)) return undefined;
  const { originalSource, originalLine, originalColumn } = entry;
  return { path: originalSource, line: originalLine + 1, column: originalColumn + 1 };
}
