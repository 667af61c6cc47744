import type { AsyncResource } from 'node:async_hooks';
import type { CallFrames } from './call-frames.js';
import type { Breadcrumb } from './log-event.js';

/** Fields of the context that a format put on the line. */
export interface ShownFields {
  readonly names: readonly string[];
  /** The name of the line's field that holds them; `undefined` where they stand beside its other fields. */
  readonly under: string | undefined;
}

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
  /** The call's own values under keys where the line has those of defaultMeta, a child or nobody. */
  readonly overwritten?: Readonly<Record<string, unknown>> | undefined;
  /** Fields of a child that defaultMeta hid, and fields of defaultMeta that winston left out (`profile()`). */
  readonly restored?: Readonly<Record<string, unknown>> | undefined;
  /** What the event tells under the names of an Error's own fields: on the line those stand. */
  readonly besideError?: Readonly<Record<string, unknown>> | undefined;
  /** The fields of the async context in which the caller logged; absent where there were none. */
  readonly context?: Readonly<Record<string, unknown>>;
  /** Names of the context's fields that the call set itself: there, the call's value stands. */
  readonly called?: readonly string[] | undefined;
  /**
   * The context's fields that a format of the logger put on the line: there, what the later formats left of them
   * stands, which may mask or delete them. All fields are then in their order.
   */
  readonly shown?: readonly ShownFields[] | undefined;
  /** What stands for the request: the same object for all its lines. Absent outside of any. */
  readonly request?: object;
  /** The request's lines before this one, the oldest first, where the logger keeps them; not redacted yet. */
  readonly breadcrumbs?: readonly Breadcrumb[];
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

/** A {@link Captured} with what only the capture and the formats of Tocsin need. */
export interface CapturedLine extends Captured {
  shown?: readonly ShownFields[] | undefined;
  /** Known when the line leaves the logger's formats. */
  breadcrumbs?: readonly Breadcrumb[];
  /** The logger that took it. */
  readonly takenBy?: object;
  /** Whether winston made the info for this line alone: nobody else sees what a format writes onto it. */
  fresh?: boolean;
  /** The frames of the log call, for the levels that a format asked for. */
  frames?: CallFrames;
  /** The caller's async context, for a line that has to wait. */
  caller?: AsyncResource | undefined;
  /** The span that was active where the caller logged, where a format in a transport asked for it. */
  span?: object;
}
