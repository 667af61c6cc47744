import { rejected } from './failure.js';

/** What is known of the repository. */
export interface Repository {
  /** As GitHub calls it, which is not what the option says after a rename. */
  readonly owner: string;
  readonly repo: string;
  readonly fullName: string;
  readonly isPublic: boolean;
  readonly hasIssues: boolean;
  readonly isArchived: boolean;
  /** False where GitHub would refuse or drop labels: the token's user has neither the role Triage nor more. */
  readonly mayLabel: boolean;
}

/** The repository from GitHub's answer; undefined for what is none. */
export function readRepository(data: unknown): Repository | undefined {
  if (!isObject(data)) return undefined;
  const { full_name: fullName, private: isPrivate, has_issues: hasIssues, archived, permissions } = data;
  const [, owner, repo] = typeof fullName === 'string' ? (/^([^/]+)\/([^/]+)$/.exec(fullName) ?? []) : [];
  if (owner === undefined || repo === undefined) return undefined;
  return {
    owner,
    repo,
    fullName: `${owner}/${repo}`,
    // Whatever is not said to be private is taken for public.
    isPublic: isPrivate !== true,
    hasIssues: hasIssues !== false,
    isArchived: archived === true,
    mayLabel:
      !isObject(permissions) ||
      ['admin', 'maintain', 'push', 'triage'].some((role) => permissions[role] === true),
  };
}

/** Throws in plain words when no issue may go there. */
export function assertUsable(
  { fullName, isPublic, hasIssues, isArchived }: Repository,
  allowPublic: boolean,
): void {
  if (isPublic && !allowPublic) {
    throw rejected(
      `${fullName} is public`,
      `${fullName} is public: everybody would read the traces, source lines and context of your errors. Use a private repository, or give GitHubNotifier the option allowPublic: true.`,
    );
  }
  if (isArchived) throw rejected(`${fullName} is archived`, `${fullName} is archived and takes no issues.`);
  if (!hasIssues)
    throw rejected(
      `Issues are disabled in ${fullName}`,
      `Issues are switched off in ${fullName}: switch them on in the repository's settings.`,
    );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
