import type { ContextSource } from './context-source.js';
import { safeRead } from './safe-read.js';
import { type Severity, isAtLeast, severities } from './severity.js';
import { configError, readOptions } from './tocsin-error.js';
import { type RootLogger, installedOn, wrapLogger } from './wrap-logger.js';

/** Options of {@link captureAtCall}. */
export interface CaptureOptions {
  /**
   * The least severity at which a line without an Error gets the stack of its log call. Where several callers
   * ask, the lowest wins.
   * @default 'error'
   */
  readonly callSiteFrom?: Severity;
  /**
   * Where the logger's lines get their context from. Where several callers ask, the last wins.
   * @default the `context` of @tocsin/context, as soon as that package is loaded
   */
  readonly context?: ContextSource;
  /**
   * Keep the last 20 lines of each request, for the alerts of its later lines.
   * @default false: unless another caller asked for it
   */
  readonly breadcrumbs?: boolean;
}

/**
 * Takes down, whenever the logger or a child of it logs, what later stages lose: the async context of the caller,
 * the Error itself, its own fields before winston writes onto it, and for a severe line without an Error the stack
 * of the call. The logger's formats run in the caller's async context, also after a wait. Nothing of it can be seen
 * on the info; `capturedFor` gives it.
 *
 * A child is resolved to its root. A second call changes nothing but what its options ask for. The wrappers survive
 * `configure()` and `clear()`, and a failure in them never reaches the caller.
 *
 * @param owner The function that the user called, for messages.
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` when it is not given a winston logger, or a wrong option.
 */
export function captureAtCall(
  logger: object,
  options: CaptureOptions = {},
  owner: string = 'captureAtCall',
): void {
  readOptions(owner, () => capture(logger, options, owner));
}

function capture(logger: object, options: CaptureOptions, owner: string): void {
  const { callSiteFrom = 'error', context, breadcrumbs } = options;
  if (!severities.includes(callSiteFrom)) {
    throw configError(owner, 'callSiteFrom', callSiteFrom, severities.join(', '));
  }
  if (context !== undefined && typeof (context as Partial<ContextSource> | null)?.current !== 'function') {
    throw configError(owner, 'context', context, 'an object with a method current()');
  }
  if (breadcrumbs !== undefined && typeof breadcrumbs !== 'boolean') {
    throw configError(owner, 'breadcrumbs', breadcrumbs, 'true or false');
  }
  const root = rootOf(logger, owner);
  const installed = installedOn(root) ?? wrapLogger(root, callSiteFrom);
  if (isAtLeast(installed.callSiteFrom, callSiteFrom)) installed.callSiteFrom = callSiteFrom;
  if (context !== undefined) installed.context = context;
  if (breadcrumbs === true) installed.breadcrumbs = true;
}

/** The object that really is the stream: a child is made by `Object.create(parent)` and has a read-only `write`. */
function rootOf(logger: unknown, owner: string): RootLogger {
  for (
    let candidate = logger;
    typeof candidate === 'object' && candidate !== null;
    candidate = Object.getPrototypeOf(candidate) as unknown
  ) {
    if (
      Object.hasOwn(candidate, '_writableState') &&
      typeof safeRead(candidate, '_transform') === 'function'
    ) {
      return candidate as RootLogger;
    }
  }
  throw configError(
    owner,
    'logger',
    logger,
    'a logger made by winston.createLogger(), or its child; for the default logger, winston.child({})',
  );
}
