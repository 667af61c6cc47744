import { redactText, runQuietly, TocsinError, truncate } from '@tocsin/event';

/** Where failures of ours go: never to the application. */
export interface ReporterOptions {
  readonly onError?: (error: TocsinError) => unknown;
  /** Gives the failure to `'warn'` listeners; answers whether anybody of the user's listens. */
  readonly emitWarn: (error: TocsinError) => boolean;
}

/**
 * Tells failures to `'warn'` and `onError`. Where nobody listens, one process warning for each change of
 * state, so that a dead webhook is not silent and a long outage is not a flood.
 */
export class Reporter {
  private readonly failing = new Set<string>();
  /** Failures told so far. */
  failures = 0;
  /** Throws of `onError` and of `'warn'` listeners. */
  listenerFailures = 0;

  constructor(private readonly options: ReporterOptions) {}

  /** Tells a failure of `part` (`notifier:slack`, `queue`, …), which is failing until it {@link works}. */
  failed(part: string, error: TocsinError): void {
    this.failures += 1;
    const changed = !this.failing.has(part);
    this.failing.add(part);
    const heard = runQuietly(() => this.tell(error));
    if (!heard && changed)
      process.emitWarning(error.userMessage, { type: 'TocsinWarning', code: error.code });
  }

  /** Tells the failure when `part` was working until now: for what can happen with every line. */
  failedOnce(part: string, code: TocsinError['code'], message: string): void {
    if (!this.failing.has(part)) this.failed(part, new TocsinError(message, { code }));
  }

  /** Says that `part` works again. */
  works(part: string): void {
    this.failing.delete(part);
  }

  private tell(error: TocsinError): boolean {
    let heard = this.options.onError !== undefined;
    try {
      const answer = this.options.onError?.(error);
      // An `async` function fails later.
      if (answer instanceof Promise) answer.catch(() => this.countListenerFailure());
    } catch {
      this.countListenerFailure();
    }
    try {
      heard = this.options.emitWarn(error) || heard;
    } catch {
      this.countListenerFailure();
    }
    return heard;
  }

  /** The user's own function failed while it was told of a failure: there is nobody left to tell. */
  private countListenerFailure(): void {
    this.listenerFailures += 1;
  }
}

/**
 * Any thrown value as a TocsinError; one of ours is kept as it is. A stranger's error gives its name and
 * redacted message only: its fields may hold headers and tokens.
 */
export function asTocsinError(error: unknown, code: TocsinError['code'], what: string): TocsinError {
  if (error instanceof TocsinError) return error;
  return new TocsinError(`${what}: ${truncate(redactText(describe(error)), maxDescription)}`, { code });
}

/** Characters of a stranger's message that are told. */
const maxDescription = 500;

function describe(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    // A getter or toString of the thrown value throws itself.
    return 'an error that cannot be read';
  }
}
