import { checkToken, commonNotifierOptions, isSafeUrl, secretOptionError } from '@tocsin/decision';
import { configError, readOptions, refuseUnknownOptions, type Severity } from '@tocsin/event';

/** Options of {@link GitHubNotifier}. */
export interface GitHubNotifierOptions {
  /**
   * A token that may read and write issues of the repository; a secret. A fine-grained token or an app's needs
   * "Issues: read and write", a classic one the scope `repo`.
   */
  readonly token: string | undefined;
  /** Where the issues go: `owner/name`. */
  readonly repository: string | undefined;
  /**
   * Where GitHub's REST API is; for GitHub Enterprise Server `https://<host>/api/v3`. `https`, or `http` to this
   * machine.
   * @default 'https://api.github.com'
   */
  readonly baseUrl?: string | undefined;
  /**
   * Whether issues may go to a public repository, where everybody reads the traces, source lines and context.
   * @default false
   */
  readonly allowPublic?: boolean | undefined;
  /**
   * What happens when an error comes back whose issue was closed: a new issue that links the old one, or the old
   * one reopened with the label `regression`.
   * @default 'new'
   */
  readonly onClosed?: 'new' | 'reopen' | undefined;
  /** Labels for every new issue, beside those made from the error; at most 50. @default [] */
  readonly extraLabels?: readonly string[] | undefined;
  /** New issues within 24 hours, in this repository; further ones are refused. @default 50 */
  readonly maxNewPerDay?: number | undefined;
  /** Only alerts at least this bad become issues. @default every alert that the transport makes */
  readonly minSeverity?: Severity | undefined;
  /** Unique within a transport; the key under which the record keeps the number. @default 'github' */
  readonly name?: string | undefined;
  /** The function that makes the HTTP requests, for a proxy. @default one that does not hold the process */
  readonly fetch?: typeof fetch | undefined;
}

export interface ResolvedOptions {
  readonly token: string;
  readonly owner: string;
  readonly repo: string;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly allowPublic: boolean;
  readonly onClosed: 'new' | 'reopen';
  readonly extraLabels: readonly string[];
  readonly maxNewPerDay: number;
  readonly minSeverity: Severity | undefined;
  readonly name: string;
  readonly fetch: typeof fetch | undefined;
}

const owner = 'GitHubNotifier';
const known = [
  'token',
  'repository',
  'baseUrl',
  'allowPublic',
  'onClosed',
  'extraLabels',
  'maxNewPerDay',
  'minSeverity',
  'name',
  'fetch',
] as const satisfies readonly (keyof GitHubNotifierOptions)[];

/** The options with their defaults. Throws a configuration error that names the option and shows no secret. */
export function resolveOptions(options: GitHubNotifierOptions): ResolvedOptions {
  return readOptions(owner, () => resolve(options));
}

function resolve(options: GitHubNotifierOptions): ResolvedOptions {
  // Read as unknown values: JavaScript callers are not held to the types.
  const given: Readonly<Partial<Record<(typeof known)[number], unknown>>> =
    typeof options === 'object' && options !== null ? { ...options } : {};
  refuseUnknownOptions(owner, '', Object.keys(given), known);

  const { token, allowPublic = false, onClosed = 'new', extraLabels = [] } = given;
  const { maxNewPerDay = 50 } = given;
  if (typeof allowPublic !== 'boolean') throw configError(owner, 'allowPublic', allowPublic, 'true or false');
  if (onClosed !== 'new' && onClosed !== 'reopen')
    throw configError(owner, 'onClosed', onClosed, "'new' or 'reopen'");
  if (!isLabels(extraLabels))
    throw configError(owner, 'extraLabels', extraLabels, 'an array of at most 50 names');
  if (typeof maxNewPerDay !== 'number' || !Number.isSafeInteger(maxNewPerDay) || maxNewPerDay < 1)
    throw configError(owner, 'maxNewPerDay', maxNewPerDay, 'a whole number of at least 1');
  return {
    ...commonNotifierOptions(owner, given, 'github'),
    token: checkToken(owner, token),
    ...repositoryOf(given.repository),
    baseUrl: baseUrlOf(given.baseUrl),
    allowPublic,
    onClosed,
    extraLabels: [...extraLabels],
    maxNewPerDay,
  };
}

function repositoryOf(repository: unknown): { readonly owner: string; readonly repo: string } {
  const [, login, repo] =
    typeof repository === 'string' ? (/^([\w.-]{1,100})\/([\w.-]{1,100})$/.exec(repository) ?? []) : [];
  if (login === undefined || repo === undefined || /^\.+$/.test(login) || /^\.+$/.test(repo))
    throw configError(owner, 'repository', repository, "'owner/name'");
  return { owner: login, repo };
}

function baseUrlOf(baseUrl: unknown): string {
  if (baseUrl === undefined) return 'https://api.github.com';
  if (!isSafeUrl(baseUrl) || /[?#]/.test(baseUrl))
    throw secretOptionError(
      owner,
      'baseUrl',
      baseUrl,
      'an https URL without user, password, query and fragment (http only to 127.0.0.1, [::1] or localhost)',
    );
  return baseUrl.replace(/\/+$/, '');
}

function isLabels(value: unknown): value is readonly string[] {
  return (
    Array.isArray(value) &&
    value.length <= 50 &&
    value.every((label) => typeof label === 'string' && label.trim() !== '')
  );
}
