import { findSourceMap } from 'node:module';
import type { CallFrames } from './call-frames.js';
import { defaultIntegrationPatterns, integrationOf } from './integration.js';
import type { Location, StackFrame } from './log-event.js';
import { mapFrameNow, readablePath } from './map-frame.js';
import { workingDirectory } from './normalize-path.js';
import { parseStack } from './parse-stack.js';
import { type SourceFile, readSourceNow } from './source-files.js';

/** Options of {@link createCallSites}. */
export interface CallSiteOptions {
  /** Folder that paths are told relative to. @default process.cwd() */
  readonly root?: string;
  /** Frames of wrappers that are not the application's own, as for {@link parseStack}. @default [] */
  readonly ignoreFrames?: readonly (string | RegExp)[];
  /** As for {@link toLogEvent}. @default ['integrations/', 'services/', 'connectors/'] */
  readonly integrationPatterns?: readonly string[];
}

/** The place of a log call, as the sources have it, and the integration that its path belongs to. */
export interface CallSite extends Location {
  readonly integration?: string;
}

/** Places that are remembered; a program has so many log calls at most. */
const maxSites = 10_000;
const maxFiles = 50;

/**
 * Finds the places of log calls: the first frame of the application's own code, mapped by Node's source maps
 * (`--enable-source-maps`), by those of an `Error.prepareStackTrace`, or by the map that the file names.
 *
 * A place is looked up once; the file and its map are then read synchronously, up to 2 MiB each.
 */
export function createCallSites(options: CallSiteOptions = {}): (frames: CallFrames) => CallSite | undefined {
  const { ignoreFrames = [], integrationPatterns = defaultIntegrationPatterns } = options;
  const root = options.root ?? workingDirectory();
  const own = { root, ignoreFrames };
  /** By file, line and column; `false` for what is not the application's own. */
  const sites = new Map<string, CallSite | false>();
  const files = new Map<string, SourceFile | undefined>();

  function read(path: string): SourceFile | undefined {
    if (files.has(path)) return files.get(path);
    if (files.size >= maxFiles) files.clear();
    const file = readSourceNow(path, root);
    files.set(path, file);
    return file;
  }

  function lookUp(site: NodeJS.CallSite): CallSite | false {
    const plain = String(site);
    const told = asProgramTells(site) ?? plain;
    const raw = frameOf(told);
    if (raw === undefined) return false;
    const isMapped = told !== plain;
    const frame = isMapped ? raw : (byNodesMap(raw) ?? mapFrameNow(raw, own, read));
    const { inApp, file, line, column, function: name } = frame;
    if (!inApp || file === undefined) return false;
    const integration = integrationOf(file, integrationPatterns);
    return {
      file,
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
      ...(name === '' ? {} : { function: name }),
      ...(integration === undefined ? {} : { integration }),
    };
  }

  function frameOf(text: string): StackFrame | undefined {
    return parseStack(`Error\n    at ${text}`, own)[0];
  }

  /** As Node maps it, which also knows the maps of what a loader compiles in memory. */
  function byNodesMap(frame: StackFrame): StackFrame | undefined {
    const path = readablePath(frame.path);
    if (path === undefined || frame.line === undefined) return undefined;
    const entry = findSourceMap(path)?.findEntry(frame.line - 1, (frame.column ?? 1) - 1);
    if (entry === undefined || !('originalSource' in entry)) return undefined;
    const { originalSource, originalLine, originalColumn } = entry;
    return frameOf(`${frame.function} (${originalSource}:${originalLine + 1}:${originalColumn + 1})`);
  }

  return ({ frames }) => {
    for (const site of frames) {
      const file = site.getFileName();
      if (file === null || file === undefined || file.startsWith('node:')) continue;
      const key = `${file}:${site.getLineNumber()}:${site.getColumnNumber()}`;
      let found = sites.get(key);
      if (found === undefined) {
        if (sites.size >= maxSites) sites.clear();
        found = lookUp(site);
        sites.set(key, found);
      }
      if (found !== false) return found;
    }
    return undefined;
  };
}

/** The frame as the program itself tells it, where it maps stacks (ts-node, source-map-support). */
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
