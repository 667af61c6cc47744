import { type Format, type TransformableInfo, format } from 'logform';
import { capturedFor } from './capture-registry.js';
import { type ErrorDetailsOptions, errorDetails } from './error-details.js';
import { errorSnapshot, ownFieldsOf } from './error-snapshot.js';
import { findError, findStandIn } from './find-error.js';
import { isError } from './is-error.js';
import type { ErrorDetails } from './log-event.js';
import { resolveRedaction } from './resolve-redaction.js';
import { safeKeys } from './safe-read.js';

/** Options of {@link errorFormat}. */
export interface ErrorFormatOptions extends ErrorDetailsOptions {
  /**
   * Whether the parsed frames are put beside the stack's text.
   * @default false
   */
  readonly frames?: boolean;
}

/** An Error as a field of a line: JSON-safe, with its causes and members. */
export interface ErrorField extends Omit<ErrorDetails, 'frames' | 'cause' | 'errors'> {
  readonly frames?: ErrorDetails['frames'];
  readonly cause?: ErrorField;
  readonly errors?: readonly ErrorField[];
}

/**
 * A winston format that puts the line's Error, wherever winston left it, under `error` as plain redacted data: type,
 * message, code, stack, own fields, causes and members. The user's transports then print what plain winston loses.
 *
 * It makes a new info and leaves the user's Error untouched; a line without an Error passes as it is. Put it before
 * formats that print (`json`, `printf`) and instead of `errors()`.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` for a wrong option of the redaction
 * @example winston.format.combine(errorFormat(), winston.format.json())
 */
export function errorFormat(options: ErrorFormatOptions = {}): Format {
  resolveRedaction(options, 'errorFormat');
  return format((info) => withErrorField(info, options))();
}

function withErrorField(info: TransformableInfo, options: ErrorFormatOptions): TransformableInfo {
  try {
    const captured = capturedFor(info);
    const error = captured?.error ?? findError(info) ?? findStandIn(info);
    if (error === undefined) return info;

    const details = errorDetails(errorSnapshot(error, ownFieldsOf(captured)), options);
    const line: TransformableInfo = { ...info, message: info.message };
    if (isError(line.message)) line.message = line.message.message;
    for (const key of safeKeys(line)) if (stillHolds(line[key], error)) delete line[key];
    line['error'] = fieldOf(details, options.frames === true);
    return line;
  } catch {
    // A format that throws fails the caller, and one that returns nothing ends the logger: the line stays as it was.
    return info;
  }
}

/** Whether a field is the Error itself, its raw cause, or nest-winston's list around it: all of them are in the data. */
function stillHolds(value: unknown, error: unknown): boolean {
  if (value === error) return true;
  if (isError(error) && isError(value) && value === error.cause) return true;
  return Array.isArray(value) && value.length === 1 && value[0] === error;
}

function fieldOf(details: ErrorDetails, withFrames: boolean): ErrorField {
  const { frames, cause, errors, ...rest } = details;
  return {
    ...rest,
    ...(withFrames ? { frames } : {}),
    ...(cause === undefined ? {} : { cause: fieldOf(cause, withFrames) }),
    ...(errors === undefined ? {} : { errors: errors.map((member) => fieldOf(member, withFrames)) }),
  };
}
