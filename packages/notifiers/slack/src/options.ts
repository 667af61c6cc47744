import { checkToken, commonNotifierOptions, isSafeUrl, secretOptionError } from '@tocsin/decision';
import { configError, readOptions, refuseUnknownOptions, type Severity, TocsinError } from '@tocsin/event';

interface SharedOptions {
  /** Unique within a transport; the key under which the record keeps where the message is. @default 'slack' */
  readonly name?: string | undefined;
  /** Only alerts at least this bad are sent. @default every alert that the transport makes */
  readonly minSeverity?: Severity | undefined;
  /** Whether to send again when Slack may have accepted although no success was seen. @default 'retry' */
  readonly onAmbiguous?: 'retry' | 'drop' | undefined;
  /** The function that makes the HTTP requests, for a proxy. @default one that does not hold the process */
  readonly fetch?: typeof fetch | undefined;
}

/** Messages by an incoming webhook: one channel, no threads, no editing. */
export interface SlackWebhookOptions extends SharedOptions {
  /** The URL that Slack made; a secret. `https`, or `http` to this machine. */
  readonly webhookUrl: string | undefined;
  readonly token?: never;
  readonly channel?: never;
  readonly apiUrl?: never;
}

/** Messages by an app's token: repeats in a thread, counts kept up to date. Needs `@slack/web-api`. */
export interface SlackTokenOptions extends SharedOptions {
  readonly webhookUrl?: never;
  /** A token with the scope `chat:write` (`xoxb-…`); a secret. */
  readonly token: string | undefined;
  /** The channel's id (`C0123456789`) or name (`#alerts`). The app must be a member. */
  readonly channel: string;
  /** Where Slack's API is: `https`, or `http` to this machine. @default 'https://slack.com/api/' */
  readonly apiUrl?: string | undefined;
}

/** Options of {@link SlackNotifier}: a webhook's, or a token's. */
export type SlackNotifierOptions = SlackWebhookOptions | SlackTokenOptions;

/** Where to send: a webhook's URL, or a token, a channel and the API's URL. */
export type Destination =
  | { readonly webhookUrl: string }
  | { readonly token: string; readonly channel: string; readonly apiUrl: string };

export interface ResolvedOptions {
  readonly name: string;
  readonly minSeverity: Severity | undefined;
  readonly onAmbiguous: 'retry' | 'drop';
  readonly fetch: typeof fetch | undefined;
  readonly destination: Destination;
}

const owner = 'SlackNotifier';
const known = ['webhookUrl', 'token', 'channel', 'apiUrl', 'name', 'minSeverity', 'onAmbiguous', 'fetch'];
const urlAllowed = 'an https URL without user and password (http only to 127.0.0.1, [::1] or localhost)';

/** The options with their defaults. Throws a configuration error that names the option and shows no secret. */
export function resolveOptions(options: SlackNotifierOptions): ResolvedOptions {
  return readOptions(owner, () => resolve(options));
}

function resolve(options: SlackNotifierOptions): ResolvedOptions {
  // Read as unknown values: JavaScript callers are not held to the types.
  const given: Readonly<Record<string, unknown>> =
    typeof options === 'object' && options !== null ? { ...options } : {};
  refuseUnknownOptions(owner, '', Object.keys(given), known);
  const { onAmbiguous = 'retry' } = given;
  if (onAmbiguous !== 'retry' && onAmbiguous !== 'drop')
    throw configError(owner, 'onAmbiguous', onAmbiguous, "'retry' or 'drop'");
  return {
    ...commonNotifierOptions(owner, given, 'slack'),
    onAmbiguous,
    destination: destinationOf(given),
  };
}

function destinationOf(given: Readonly<Record<string, unknown>>): Destination {
  const { webhookUrl, token, channel, apiUrl } = given;
  if (webhookUrl !== undefined && token !== undefined)
    throw conflict('webhookUrl', 'given together with token', 'one of webhookUrl and token');
  if (token === undefined) {
    const extra = channel !== undefined ? 'channel' : apiUrl !== undefined ? 'apiUrl' : undefined;
    if (extra !== undefined)
      throw conflict(
        extra,
        'given without a token',
        'only together with token (a webhook has its own channel)',
      );
    if (!isSafeUrl(webhookUrl))
      throw secretOptionError(
        owner,
        'webhookUrl',
        webhookUrl,
        `${urlAllowed}; or token and channel in its place`,
      );
    return { webhookUrl };
  }
  if (typeof channel !== 'string' || !/^\S{1,100}$/.test(channel))
    throw configError(
      owner,
      'channel',
      channel,
      "a channel's id or name, up to 100 characters without spaces",
    );
  if (apiUrl !== undefined && !isSafeUrl(apiUrl))
    throw secretOptionError(owner, 'apiUrl', apiUrl, urlAllowed);
  return { token: checkToken(owner, token), channel, apiUrl: apiUrl ?? 'https://slack.com/api/' };
}

function conflict(option: string, how: string, allowed: string): TocsinError {
  return new TocsinError(`${owner}: option '${option}' is ${how}; allowed: ${allowed}`, {
    code: 'TOCSIN_CONFIG_INVALID',
    context: { option },
  });
}
