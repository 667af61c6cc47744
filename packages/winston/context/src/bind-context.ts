import {
  type ContextSource,
  captureAtCall,
  configError,
  readOptions,
  refuseUnknownOptions,
} from '@tocsin/event';

/** Options of {@link bindContext}. */
export interface BindContextOptions {
  /** Where the logger's lines get their context from. @default the process's `context` */
  readonly context?: ContextSource | undefined;
}

/**
 * Has the logger take the context with each line when it is logged, so that {@link contextFormat},
 * {@link callsiteFormat}, {@link enrichFormat} and formats of the user's that read an AsyncLocalStorage see the
 * caller's, however slow a transport is. Loggers with a Tocsin transport are bound already.
 *
 * A child stands for its root; a second call changes nothing but the `context`, where one is given.
 *
 * @returns the logger
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` when it is not given a winston logger, or a wrong option.
 */
export function bindContext<Logger extends object>(logger: Logger, options: BindContextOptions = {}): Logger {
  const context = readOptions('bindContext', () => {
    if (typeof options !== 'object' || options === null)
      throw configError('bindContext', 'options', options, 'an object');
    refuseUnknownOptions('bindContext', '', Object.keys(options), ['context']);
    return options.context;
  });
  captureAtCall(logger, context === undefined ? {} : { context }, 'bindContext');
  return logger;
}
