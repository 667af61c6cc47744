import type { CallFrames } from './call-frames.js';
import { isOwnCode } from './in-app.js';
import { defaultIntegrationPatterns, integrationOf } from './integration.js';
import type { Location } from './log-event.js';
import { mapCallSite } from './map-call-site.js';
import { normalizePath, workingDirectory } from './normalize-path.js';
import { type SourceFile, readSourceNow } from './source-files.js';
import { readOptions } from './tocsin-error.js';

/** Options of {@link createCallSites}. */
export interface CallSiteOptions {
  /** Folder that paths are told relative to. @default process.cwd() */
  readonly root?: string | undefined;
  /** Frames of wrappers that are not the application's own, as for {@link parseStack}. @default [] */
  readonly ignoreFrames?: readonly (string | RegExp)[] | undefined;
  /** As for {@link toLogEvent}. @default ['integrations/', 'services/', 'connectors/'] */
  readonly integrationPatterns?: readonly string[] | undefined;
}

/** The place of a log call, as the sources have it, and the integration that its path belongs to. */
export interface CallSite extends Location {
  readonly integration?: string;
}

/** Places that are remembered; a program has so many log calls at most. */
const maxPlaces = 10_000;
/** Bytes of files and maps that are kept for the next place of the same file. */
const maxBytes = 16 * 1024 * 1024;

type Resolved = { readonly [Name in keyof CallSiteOptions]-?: NonNullable<CallSiteOptions[Name]> };

/** What is known of a file that log calls run through. */
interface KnownFile {
  /** Whether its frames are passed over: they are Node's, a package's, Winston's or this suite's. */
  readonly isForeign: boolean;
  /** By line and column; `false` for what is not the application's own. */
  readonly sites: Map<number, CallSite | false>;
}

/**
 * Finds the places of log calls: the first frame of the application's own code, mapped by Node's source maps
 * (`--enable-source-maps`), by those of an `Error.prepareStackTrace`, or by the map that the file names.
 *
 * A place is looked up once; the file and its map are then read synchronously, up to 2 MiB each.
 */
export function createCallSites(options: CallSiteOptions = {}): (frames: CallFrames) => CallSite | undefined {
  const { root, ignoreFrames, integrationPatterns } = readOptions('createCallSites', () => resolve(options));
  const own = { root, ignoreFrames };
  const known = new Map<string, KnownFile>();
  let places = 0;
  const texts = new Map<string, SourceFile | undefined>();
  let bytes = 0;

  function read(path: string): SourceFile | undefined {
    if (texts.has(path)) return texts.get(path);
    const file = readSourceNow(path, root);
    bytes += file?.text.length ?? 0;
    if (bytes > maxBytes || texts.size >= maxPlaces) {
      texts.clear();
      bytes = file?.text.length ?? 0;
    }
    texts.set(path, file);
    return file;
  }

  function fileOf(name: string): KnownFile {
    const file = known.get(name);
    if (file !== undefined) return file;
    // Code under eval tells where eval was called; that is looked at with the place.
    const isForeign = !name.startsWith('eval at ') && !isOwnCode(name, normalizePath(name, root));
    const added = { isForeign, sites: new Map<number, CallSite | false>() };
    remember();
    known.set(name, added);
    return added;
  }

  function remember(): void {
    places += 1;
    if (places <= maxPlaces) return;
    known.clear();
    places = 1;
  }

  function siteOf({ sites }: KnownFile, site: NodeJS.CallSite): CallSite | false {
    const place = (site.getLineNumber() ?? 0) * maxColumns + (site.getColumnNumber() ?? 0);
    let found = sites.get(place);
    if (found === undefined) {
      remember();
      // A program's own prepareStackTrace may log: that line is not to ask for the same place again.
      sites.set(place, false);
      found = lookUp(site);
      sites.set(place, found);
    }
    return found;
  }

  function lookUp(site: NodeJS.CallSite): CallSite | false {
    const frame = mapCallSite(site, own, read);
    if (frame?.file === undefined || !frame.inApp) return false;
    const { file, line, column, function: name } = frame;
    const integration = integrationOf(file, integrationPatterns);
    return {
      file,
      ...(line === undefined ? {} : { line }),
      ...(column === undefined ? {} : { column }),
      ...(name === '' ? {} : { function: name }),
      ...(integration === undefined ? {} : { integration }),
    };
  }

  return ({ frames }) => {
    for (const site of frames) {
      // The name by a `//# sourceURL=` first, as V8 prints it: bundlers' modules under eval have no other.
      const name = site.getScriptNameOrSourceURL() ?? site.getEvalOrigin();
      if (name === undefined || name === null || name === '') continue;
      const file = fileOf(name);
      if (file.isForeign) continue;
      const found = siteOf(file, site);
      if (found !== false) return found;
    }
    return undefined;
  };
}

/** Columns that are told apart: a bundle may be one line. Lines times columns stay a safe integer. */
const maxColumns = 2 ** 26;

function resolve(options: CallSiteOptions): Resolved {
  const {
    root = workingDirectory(),
    ignoreFrames = [],
    integrationPatterns = defaultIntegrationPatterns,
  } = options;
  return { root, ignoreFrames, integrationPatterns };
}
