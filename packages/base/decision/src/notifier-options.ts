import { configError, severities, type Severity, TocsinError } from '@tocsin/event';

/** The options that every notifier has. */
export interface CommonNotifierOptions {
  /** Unique within a transport; the key of its refs. @default the notifier's own */
  readonly name: string;
  /** Only alerts at least this bad. @default every alert that the transport makes */
  readonly minSeverity: Severity | undefined;
  /** The function that makes the HTTP requests, for a proxy. @default backgroundFetch */
  readonly fetch: typeof fetch | undefined;
}

/**
 * Checks the options that every notifier has, and fills in its name.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` that names the option, what came and what is allowed
 */
export function commonNotifierOptions(
  owner: string,
  given: Readonly<Record<string, unknown>>,
  defaultName: string,
): CommonNotifierOptions {
  const { name = defaultName, minSeverity, fetch: send } = given;
  // No leading underscore: the name becomes a key of the record's refs, where `__proto__` must not be one.
  if (typeof name !== 'string' || !/^[a-z][\w-]{0,63}$/i.test(name))
    throw configError(owner, 'name', name, 'a letter, then up to 63 letters, digits, - or _');
  if (minSeverity !== undefined && !severities.includes(minSeverity as Severity))
    throw configError(owner, 'minSeverity', minSeverity, severities.join(', '));
  if (send !== undefined && typeof send !== 'function')
    throw configError(owner, 'fetch', send, 'a function like the global fetch');
  return { name, minSeverity: minSeverity as Severity | undefined, fetch: send as typeof fetch | undefined };
}

/**
 * A token as it may go into a header; anything else would be shown by the error of `fetch`.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` that does not show what came
 */
export function checkToken(owner: string, token: unknown): string {
  if (typeof token === 'string' && /^[\x21-\x7e]+$/.test(token)) return token;
  throw secretOptionError(owner, 'token', token, 'a token of printable characters without spaces');
}

/** Whether the value is an https URL without user and password, or an http one to this machine. */
export function isSafeUrl(value: unknown): value is string {
  if (typeof value !== 'string' || !URL.canParse(value)) return false;
  const url = new URL(value);
  if (url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  return url.protocol === 'http:' && /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);
}

/** As `configError`, but it never shows the value: it may be a secret, also one in the wrong place. */
export function secretOptionError(
  owner: string,
  option: string,
  came: unknown,
  allowed: string,
): TocsinError {
  return new TocsinError(`${owner}: option '${option}' is ${described(came)}; allowed: ${allowed}`, {
    code: 'TOCSIN_CONFIG_INVALID',
    context: { option },
  });
}

function described(value: unknown): string {
  // Secrets come from the environment: this is what a forgotten variable looks like.
  if (value === undefined) return 'undefined (is its environment variable set?)';
  if (value === null) return 'null';
  return typeof value === 'string' ? `a string of ${value.length} characters` : `of type ${typeof value}`;
}
