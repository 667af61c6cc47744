import { createHash } from 'node:crypto';
import type { Alert, Delivery, Json, Notifier, Pace, TrackerState } from '@tocsin/decision';
import { type Severity, TocsinError } from '@tocsin/event';
import { type GitHubClient, githubClient } from './github-client.js';
import { issueKeeper, type IssueKeeper } from './issue-keeper.js';
import { type GitHubNotifierOptions, type ResolvedOptions, resolveOptions } from './options.js';
import { verifyAccess } from './verify-access.js';

type CallOptions = { readonly signal: AbortSignal };

/**
 * Keeps one GitHub issue for each error: looks for it, makes it where there is none, and edits the counters in
 * its body. It never comments. An error that comes back after its issue was closed gets a new issue that links
 * the old one, or the old one is reopened (`onClosed`); one whose issue was closed as not planned, or labelled
 * `wontfix`, stays silent.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` for options that cannot work; no secret is shown.
 */
export class GitHubNotifier implements Notifier {
  readonly name: string;
  readonly kind = 'tracker';
  readonly minSeverity?: Severity;
  /** GitHub's limits for what makes content: 80 a minute and 500 an hour for each token. */
  readonly paces: readonly Pace[];
  // Private at run time too, so that printing the notifier shows no secret.
  readonly #options: ResolvedOptions;
  readonly #client: GitHubClient;
  readonly #keeper: IssueKeeper;

  constructor(options: GitHubNotifierOptions) {
    this.#options = resolveOptions(options);
    this.#client = githubClient(this.#options);
    this.#keeper = issueKeeper(this.#options, this.#client);
    this.name = this.#options.name;
    if (this.#options.minSeverity !== undefined) this.minSeverity = this.#options.minSeverity;
    const key = `github:${budgetOf(this.#options)}`;
    this.paces = [
      { key: `${key}:minute`, limit: 80, windowMs: 60_000 },
      { key: `${key}:hour`, limit: 500, windowMs: 3_600_000 },
    ];
  }

  /**
   * Makes or edits the issue of an error. A digest of many new errors makes none: each of them gets its issue
   * when it alerts by itself. After an ambiguous failure it can be called again: it looks before it makes.
   */
  async notify(alert: Alert, { signal }: CallOptions): Promise<Delivery> {
    return heldTogether(async () => (alert.kind === 'digest' ? {} : this.#keeper.tell(alert, signal)));
  }

  /** Edits the counters in the issue's body. Makes no issue. */
  async update(alert: Alert, { signal }: CallOptions): Promise<Delivery> {
    return heldTogether(async () => (alert.kind === 'digest' ? {} : this.#keeper.count(alert, signal)));
  }

  /** Whether the issue is open, closed or ignored. An issue that was deleted counts as closed. */
  check(refs: Json, { signal }: CallOptions): Promise<TrackerState> {
    return heldTogether(() => this.#keeper.state(refs, signal));
  }

  /**
   * Whether issues can be made: the token, the repository, its visibility, and the permission. Makes no issue:
   * the permission shows in how GitHub refuses an issue that has no title.
   */
  verify({ signal }: CallOptions): Promise<void> {
    return verifyAccess(this.#client, this.#options, signal);
  }
}

/** What is no alert fails in one of many places: that it is none is one failure, and a TocsinError like the others. */
async function heldTogether<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof TocsinError) throw cause;
    throw new TocsinError('GitHub: the alert could not be put into words', {
      code: 'TOCSIN_INTERNAL',
      context: { service: 'GitHub' },
      cause,
    });
  }
}

/** GitHub counts by account, for which the token stands here; 48 bits of a hash do not lead back to it. */
function budgetOf({ baseUrl, token }: ResolvedOptions): string {
  return createHash('sha256').update(`${baseUrl} ${token}`).digest('hex').slice(0, 12);
}
