import type { Severity } from './severity.js';

/** The lines of source around a frame, as they were when the event was made. */
export interface SourceExcerpt {
  /** Line number (from 1) of the first entry of {@link lines}. */
  readonly startLine: number;
  /** The lines, each cut to 200 characters; at most 11. */
  readonly lines: readonly string[];
}

/** One frame of a stack, innermost first. */
export interface StackFrame {
  /** Path relative to the application's root, with `/`; a package's path begins with its name; `node:` for internals. */
  readonly file?: string;
  /** From 1. */
  readonly line?: number;
  /** From 1. */
  readonly column?: number;
  /** `Class.method`, `function`, or the empty string for an anonymous function. */
  readonly function: string;
  /** Whether the frame is the application's own code. */
  readonly inApp: boolean;
  /** The npm package that the frame belongs to, when it is under `node_modules`. */
  readonly package?: string;
  /** Absolute path or URL as V8 gave it; absent once the event has left the process. */
  readonly path?: string;
  readonly source?: SourceExcerpt;
}

/** An Error, or whatever was thrown in its place, as plain redacted data. */
export interface ErrorDetails {
  /** `err.name`; the constructor's name where `name` is broken; `typeof` for what is not an Error. */
  readonly type: string;
  readonly message: string;
  /** `err.code`, as text. */
  readonly code?: string;
  /** False when a string, number or other value was thrown or logged in an Error's place. */
  readonly isError: boolean;
  readonly frames: readonly StackFrame[];
  /** The stack as V8 printed it, with paths relative to the application's root, redacted and bounded. */
  readonly stack?: string;
  /** The error's own fields other than name, message, stack, code, cause and errors. */
  readonly own: Readonly<Record<string, unknown>>;
  readonly cause?: ErrorDetails;
  /** The members of an AggregateError. */
  readonly errors?: readonly ErrorDetails[];
}

/** An earlier line of the same request. */
export interface Breadcrumb {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly level: string;
  readonly message: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

/** Where the line was logged or the error was thrown. */
export interface Location {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly function?: string;
}

/** What happened: one logged line as plain, bounded, redacted data (JSON-safe throughout). */
export interface LogEvent {
  /** UUIDv7. */
  readonly id: string;
  /** Milliseconds since the epoch, by this process's clock. */
  readonly timestamp: number;
  /** The logger's name for the level, without colour codes. */
  readonly level: string;
  readonly severity: Severity;
  readonly message: string;
  readonly service?: string;
  readonly environment?: string;
  readonly release?: string;
  readonly tags?: readonly string[];
  /** The top in-app frame of the root cause, else of a wrapper, else the call site of the log call. */
  readonly location?: Location;
  readonly error?: ErrorDetails;
  /** Everything else that was logged with the line: metadata, child fields, defaultMeta. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly breadcrumbs?: readonly Breadcrumb[];
  readonly process: { readonly host: string; readonly pid: number };
  /** A `fingerprint` field on the logged line; overrules the grouping for it. */
  readonly fingerprint?: string | readonly string[];
  /** The integration that the location's path belongs to (`integrations/zoho/client.ts` → `zoho`). */
  readonly integration?: string;
  /** `exception` for an uncaught exception, `rejection` for an unhandled rejection. */
  readonly uncaught?: 'exception' | 'rejection';
}
