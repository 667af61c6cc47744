import type { ErrorSnapshot } from './error-snapshot.js';
import type { ErrorDetails, StackFrame } from './log-event.js';
import { workingDirectory } from './normalize-path.js';
import { parseStack } from './parse-stack.js';
import { redactOwnFields } from './redact.js';
import type { RedactOptions } from './resolve-redaction.js';
import { redactText } from './redact-text.js';
import { stripAnsi } from './strip-ansi.js';
import { truncate } from './truncate.js';

/** How an Error's details are made. */
export interface ErrorDetailsOptions extends RedactOptions {
  /**
   * The application's root; paths are told relative to it.
   * @default process.cwd()
   */
  readonly root?: string;
  /**
   * Frames that count as wrappers and not as the application's own code: a part of the path, or a pattern.
   * @default []
   */
  readonly ignoreFrames?: readonly (string | RegExp)[];
}

/** Characters of a message in an event. */
export const maxMessage = 8_192;
const maxStack = 16_384;

/** An Error's snapshot with its frames, all of it redacted, its causes and members too. */
export function errorDetails(error: ErrorSnapshot, options: ErrorDetailsOptions): ErrorDetails {
  const { type, message, stack } = error;
  return {
    type: redactText(type, options),
    message: cleanText(message, maxMessage, options),
    ...(error.code === undefined ? {} : { code: redactText(error.code, options) }),
    isError: error.isError,
    frames: stack === undefined ? [] : framesOf(stack, { name: type, message }, options),
    ...(stack === undefined
      ? {}
      : { stack: cleanText(underRoot(stack, options.root ?? workingDirectory()), maxStack, options) }),
    own: redactOwnFields(error.own, options),
    ...(error.cause === undefined ? {} : { cause: errorDetails(error.cause, options) }),
    ...(error.errors === undefined
      ? {}
      : { errors: error.errors.map((member) => errorDetails(member, options)) }),
  };
}

/** The stack with paths relative to the application's root. */
function underRoot(stack: string, root: string): string {
  if (root.length < 2) return stack;
  const folder = root.endsWith('/') ? root : `${root}/`;
  return stack.replaceAll(`file://${folder}`, '').replaceAll(folder, '');
}

/** The frames of a stack; the texts in them that could hold more than a path are redacted. */
export function framesOf(
  stack: string,
  header: { readonly name?: string; readonly message?: string },
  options: ErrorDetailsOptions,
): StackFrame[] {
  const { root, ignoreFrames } = options;
  const frames = parseStack(stack, {
    ...header,
    root: root ?? workingDirectory(),
    ...(ignoreFrames === undefined ? {} : { ignoreFrames }),
  });
  return frames.map((frame) => ({
    ...frame,
    ...(frame.file === undefined ? {} : { file: cleanPath(frame.file, options) }),
    ...(frame.path === undefined ? {} : { path: cleanPath(frame.path, options) }),
  }));
}

/** A path is left as it is, since the source is read by it; a URL or a query may carry a token. */
function cleanPath(path: string, options: RedactOptions): string {
  return /[?&=]|:\/\//.test(path) && !path.startsWith('file://') ? redactText(path, options) : path;
}

/** Text without colour codes and secrets; cut only after the redaction, which must see a secret whole. */
export function cleanText(text: string, max: number, options: RedactOptions): string {
  return truncate(redactText(stripAnsi(text), options), max);
}
