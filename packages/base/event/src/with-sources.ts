import { resolve } from 'node:path';
import { defaultIntegrationPatterns, integrationOf } from './integration.js';
import { locate } from './locate.js';
import type { ErrorDetails, Location, LogEvent, StackFrame } from './log-event.js';
import { mapFrame, readablePath } from './map-frame.js';
import { workingDirectory } from './normalize-path.js';
import type { RedactOptions } from './redact.js';
import { sourceExcerpt } from './source-excerpt.js';
import { type SourceFiles, createSourceFiles } from './source-files.js';

/** Options of {@link withSources}. */
export interface WithSourcesOptions extends RedactOptions {
  /**
   * The application's folder; no file outside it is read.
   * @default process.cwd()
   */
  readonly root?: string;
  /**
   * Frames that are not the application's own, as for {@link parseStack}.
   * @default []
   */
  readonly ignoreFrames?: readonly (string | RegExp)[];
  /**
   * As for {@link toLogEvent}: the integration is that of the place in the source.
   * @default ['integrations/', 'services/', 'connectors/']
   */
  readonly integrationPatterns?: readonly string[];
  /**
   * In-app frames that get their lines of source, of each error.
   * @default 3
   */
  readonly excerptFrames?: number;
  /**
   * Lines of source on each side of a frame's; at most 5.
   * @default 3
   */
  readonly contextLines?: number;
  /** The cache of files. @default one for the process */
  readonly files?: SourceFiles;
}

type Resolved = Required<
  Pick<WithSourcesOptions, 'root' | 'ignoreFrames' | 'excerptFrames' | 'contextLines' | 'files'>
> & {
  readonly redaction: RedactOptions;
};

/** Files are the same for every logger of the process, and so is what was read of them. */
const processFiles = createSourceFiles();

/**
 * The event with its frames as the sources have them (file, line, column and function, by source maps) and with
 * the lines of source around the top in-app frames; its location follows.
 *
 * Reads asynchronously, bounded and cached, and only source files and maps under `root`: files over 2 MiB are
 * left alone. Never rejects; what cannot be read stays as it was.
 */
export async function withSources(event: LogEvent, options: WithSourcesOptions = {}): Promise<LogEvent> {
  try {
    const resolved = resolveSources(options);
    if (event.error === undefined) {
      return relocated(event, await mapLocation(event.location, resolved), options);
    }
    const error = await mapError(event.error, resolved, { left: maxErrors });
    const location = locate(error) ?? (await mapLocation(event.location, resolved));
    return relocated({ ...event, error }, location, options);
  } catch {
    // Sources are an extra: an event without them is better than none.
    return event;
  }
}

function resolveSources(options: WithSourcesOptions): Resolved {
  return {
    root: options.root ?? workingDirectory(),
    ignoreFrames: options.ignoreFrames ?? [],
    excerptFrames: options.excerptFrames ?? 3,
    contextLines: Math.min(5, Math.max(0, options.contextLines ?? 3)),
    files: options.files ?? processFiles,
    redaction: options,
  };
}

/** The event at another place, and with the integration of that place's path. */
function relocated(event: LogEvent, location: Location | undefined, options: WithSourcesOptions): LogEvent {
  if (location === undefined) return event;
  if (location.file === event.location?.file) return { ...event, location };
  const { integration: _, ...rest } = event;
  const integration = integrationOf(location.file, options.integrationPatterns ?? defaultIntegrationPatterns);
  return { ...rest, location, ...(integration === undefined ? {} : { integration }) };
}

/** Errors of one event whose sources are read: causes and members together. */
const maxErrors = 24;

async function mapError(
  error: ErrorDetails,
  options: Resolved,
  budget: { left: number },
): Promise<ErrorDetails> {
  if (budget.left <= 0) return error;
  budget.left -= 1;
  const frames: StackFrame[] = [];
  let excerpts = options.excerptFrames;
  for (const frame of error.frames) {
    const { frame: mapped, source } = await mapFrame(frame, options);
    const wanted = mapped.inApp && mapped.line !== undefined && excerpts > 0;
    if (mapped.inApp) excerpts -= 1;
    frames.push(wanted ? await withExcerpt(mapped, source, options) : mapped);
  }
  const errors: ErrorDetails[] = [];
  for (const member of error.errors ?? []) errors.push(await mapError(member, options, budget));
  return {
    ...error,
    frames,
    ...(error.cause === undefined ? {} : { cause: await mapError(error.cause, options, budget) }),
    ...(error.errors === undefined ? {} : { errors }),
  };
}

async function withExcerpt(
  frame: StackFrame,
  embedded: string | undefined,
  options: Resolved,
): Promise<StackFrame> {
  const path = readablePath(frame.path);
  const text =
    embedded ?? (path === undefined ? undefined : (await options.files.read(path, options.root))?.text);
  if (text === undefined || frame.line === undefined) return frame;
  const source = sourceExcerpt(text, frame.line, options.contextLines, options.redaction);
  return source === undefined ? frame : { ...frame, source };
}

/** The place of a log call, whose frame is known only as a location. */
async function mapLocation(location: Location | undefined, options: Resolved): Promise<Location | undefined> {
  if (location === undefined) return undefined;
  const path = resolve(options.root, location.file);
  const { frame } = await mapFrame(
    { ...location, function: location.function ?? '', inApp: true, path },
    options,
  );
  if (frame.path === path || frame.file === undefined) return undefined;
  return {
    file: frame.file,
    ...(frame.line === undefined ? {} : { line: frame.line }),
    ...(frame.column === undefined ? {} : { column: frame.column }),
    ...(frame.function === '' ? {} : { function: frame.function }),
  };
}
