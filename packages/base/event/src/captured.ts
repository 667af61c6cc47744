/** What was taken when the caller logged, before any format and any waiting. */
export interface Captured {
  /** The Error itself, where winston hands on only a copy of it (child loggers). */
  readonly error?: unknown;
  /** Names of the error's own fields before winston wrote level and defaultMeta onto it. */
  readonly ownKeys?: readonly string[];
  /** Keys of defaultMeta that winston wrote onto the user's Error. */
  readonly metaKeys?: readonly string[];
  /** The stack of the log call, as V8 printed it; only where the line carries no Error. */
  readonly callSite?: string;
}
