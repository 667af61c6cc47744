import { isAbsolute } from 'node:path';
import { fileURLToPath } from 'node:url';
import { originalPositionFor } from '@jridgewell/trace-mapping';
import type { StackFrame } from './log-event.js';
import { normalizeFunction } from './normalize-function.js';
import { normalizePath } from './normalize-path.js';
import { isInApp } from './parse-stack.js';
import type { SourceFile, SourceFiles } from './source-files.js';
import { type MappedFile, embeddedSource, sourceMapNow, sourceMapOf, sourcePath } from './source-maps.js';
import { sourceFunction } from './source-names.js';

/** What tells the application's own frames. */
export interface OwnFrames {
  readonly root: string;
  readonly ignoreFrames: readonly (string | RegExp)[];
}

export interface MapFrameOptions extends OwnFrames {
  readonly files: SourceFiles;
}

export interface MappedFrame {
  readonly frame: StackFrame;
  /** The source's text, where the map carries it. */
  readonly source?: string | undefined;
}

/** An in-app frame as its source has it, where there is a source map; any other as it is. */
export async function mapFrame(frame: StackFrame, options: MapFrameOptions): Promise<MappedFrame> {
  const path = mappablePath(frame);
  if (path === undefined) return { frame };
  const mapped = await sourceMapOf(path, options.root, options.files);
  return mapped === undefined ? { frame } : frameBy(mapped, frame, path, options);
}

/** {@link mapFrame} without waiting, where `read` reads at once. */
export function mapFrameNow(
  frame: StackFrame,
  options: OwnFrames,
  read: (path: string) => SourceFile | undefined,
): StackFrame {
  const path = mappablePath(frame);
  const mapped = path === undefined ? undefined : sourceMapNow(path, read);
  return path === undefined || mapped === undefined ? frame : frameBy(mapped, frame, path, options).frame;
}

function mappablePath(frame: StackFrame): string | undefined {
  return frame.inApp && frame.line !== undefined ? readablePath(frame.path) : undefined;
}

function frameBy(mapped: MappedFile, frame: StackFrame, path: string, options: OwnFrames): MappedFrame {
  const needle = { line: Math.max(1, frame.line ?? 1), column: Math.max(0, (frame.column ?? 1) - 1) };
  const found = originalPositionFor(mapped.map, needle);
  // What no source has is the compiler's: a helper or a loader's wrapper.
  if (found.source === null) return { frame: { ...frame, inApp: false } };

  const origin = sourcePath(found.source, path);
  const normalized = normalizePath(origin, options.root);
  const name = normalizeFunction(sourceFunction(frame.function, found.source, mapped), normalized.file);
  return {
    frame: {
      file: normalized.file,
      line: found.line,
      column: found.column + 1,
      function: name,
      inApp: isInApp(origin, normalized, name, options.ignoreFrames),
      ...(normalized.package === undefined ? {} : { package: normalized.package }),
      path: origin,
    },
    source: embeddedSource(mapped.map, found.source),
  };
}

/** The path of a frame that may be read: a source file, by its ending. A stack may be text from elsewhere. */
export function readablePath(path: string | undefined): string | undefined {
  if (path === undefined || !/\.[cm]?[jt]sx?$/.test(path)) return undefined;
  if (!path.startsWith('file://')) return isAbsolute(path) ? path : undefined;
  try {
    return fileURLToPath(path);
  } catch {
    // A host or an escape that is no path here.
    return undefined;
  }
}
