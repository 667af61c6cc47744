import {
  TocsinError,
  configError,
  readOptions,
  severities,
  type Severity,
  refuseUnknownOptions,
} from '@tocsin/event';

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
  const { name = 'slack', minSeverity, onAmbiguous = 'retry', fetch: send } = given;
  // No leading underscore: the name becomes a key of the record's refs, where `__proto__` must not be one.
  if (typeof name !== 'string' || !/^[a-z][\w-]{0,63}$/i.test(name))
    throw configError(owner, 'name', name, 'a letter, then up to 63 letters, digits, - or _');
  if (minSeverity !== undefined && !isOneOf(severities, minSeverity))
    throw configError(owner, 'minSeverity', minSeverity, severities.join(', '));
  if (!isOneOf(['retry', 'drop'] as const, onAmbiguous))
    throw configError(owner, 'onAmbiguous', onAmbiguous, "'retry' or 'drop'");
  if (send !== undefined && typeof send !== 'function')
    throw configError(owner, 'fetch', send, 'a function like the global fetch');
  return {
    name,
    minSeverity,
    onAmbiguous,
    fetch: send as typeof fetch | undefined,
    destination: destinationOf(given),
  };
}

function destinationOf(given: Readonly<Record<string, unknown>>): Destination {
  const { webhookUrl, token, channel, apiUrl } = given;
  if (webhookUrl !== undefined && token !== undefined)
    throw refusal('webhookUrl', 'given together with token', 'one of webhookUrl and token');
  if (token === undefined) {
    const extra = channel !== undefined ? 'channel' : apiUrl !== undefined ? 'apiUrl' : undefined;
    if (extra !== undefined)
      throw refusal(
        extra,
        'given without a token',
        'only together with token (a webhook has its own channel)',
      );
    if (!isSafeUrl(webhookUrl))
      throw refusal('webhookUrl', described(webhookUrl), `${urlAllowed}; or token and channel in its place`);
    return { webhookUrl };
  }
  // Anything else cannot go into a header, and fetch would show it in its error.
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token))
    throw refusal('token', described(token), 'a token of printable characters without spaces');
  if (typeof channel !== 'string' || !/^\S{1,100}$/.test(channel))
    throw configError(
      owner,
      'channel',
      channel,
      "a channel's id or name, up to 100 characters without spaces",
    );
  if (apiUrl !== undefined && !isSafeUrl(apiUrl)) throw refusal('apiUrl', described(apiUrl), urlAllowed);
  return { token, channel, apiUrl: apiUrl ?? 'https://slack.com/api/' };
}

function isOneOf<T>(allowed: readonly T[], value: unknown): value is T {
  return (allowed as readonly unknown[]).includes(value);
}

function isSafeUrl(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}

/** What came, without its text: it may be a secret in the wrong place. */
function described(value: unknown): string {
  // Secrets come from the environment: this is what a forgotten variable looks like.
  if (value === undefined) return 'undefined (is its environment variable set?)';
  if (value === null) return 'null';
  return typeof value === 'string' ? `a string of ${value.length} characters` : `of type ${typeof value}`;
}

/** A configuration error that never shows the value, unlike `configError`. */
function refusal(option: string, came: string, allowed: string): TocsinError {
  return new TocsinError(`${owner}: option '${option}' is ${came}; allowed: ${allowed}`, {
    code: 'TOCSIN_CONFIG_INVALID',
    context: { option },
  });
}
