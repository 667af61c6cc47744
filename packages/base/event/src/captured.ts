/** What was taken when the caller logged, before any format and any waiting. */
export interface Captured {
  /** When the caller logged, in milliseconds since the epoch. */
  readonly timestamp?: number;
  /** The Error itself, also where winston hands on only a copy of it (child loggers) or a format empties it. */
  readonly error?: unknown;
  /** Names of the error's own fields before winston wrote level and defaultMeta onto it. */
  readonly ownKeys?: readonly string[];
  /** Keys of defaultMeta that winston wrote onto the user's Error. */
  readonly metaKeys?: readonly string[];
  /** What stood under a key before defaultMeta took its place: the call's own value. */
  readonly overwritten?: Readonly<Record<string, unknown>>;
  /** The error's message, where winston glued it onto the caller's. */
  readonly gluedMessage?: string;
  /**
   * The stack of the log call, as V8 printed it; only where the line is severe enough and carries no Error that
   * tells a place in the application.
   * V8 formats it when it is first read.
   */
  readonly callSite?: string;
  /** The line was logged by Tocsin itself or by what it called (see `runQuietly`). */
  readonly quiet?: true;
}
