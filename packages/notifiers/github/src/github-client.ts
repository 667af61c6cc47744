import type { Octokit } from '@octokit/rest' with { 'resolution-mode': 'import' };
import { backgroundFetch } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { type FailureContext, type RequestKind, failureOf, rejected, statusOf } from './failure.js';
import { type Issue, readIssue } from './issue.js';
import { ownLabel } from './labels.js';
import type { ResolvedOptions } from './options.js';
import { type Repository, readRepository } from './repository.js';

/** The largest page that GitHub gives. */
export const pageSize = 100;

export interface NewIssue {
  readonly title: string;
  readonly body: string;
  /** Absent where the token may set none. */
  readonly labels?: readonly string[];
}

/** What the notifier asks of GitHub. Each rejects with a TocsinError; none retries. */
export interface GitHubClient {
  repository(signal: AbortSignal): Promise<Repository>;
  /** The login under which the token writes. */
  login(signal: AbortSignal): Promise<string>;
  /** A page of the issues made by `creator`, newest first, open and closed. Pull requests count as undefined. */
  list(
    repository: Repository,
    filter: { readonly creator: string; readonly page: number },
    signal: AbortSignal,
  ): Promise<(Issue | undefined)[]>;
  issue(repository: Repository, number: number, signal: AbortSignal): Promise<Issue>;
  /** Undefined when the issue was made but the answer cannot be read. */
  create(repository: Repository, issue: NewIssue, signal: AbortSignal): Promise<Issue | undefined>;
  /** Undefined when the issue was edited but the answer cannot be read. */
  edit(
    repository: Repository,
    number: number,
    change: { readonly body?: string; readonly state?: 'open' | 'closed' },
    signal: AbortSignal,
  ): Promise<Issue | undefined>;
  addLabel(repository: Repository, number: number, label: string, signal: AbortSignal): Promise<void>;
  /** Asks for an issue without a title, which GitHub refuses; how it refuses shows whether others may be made. */
  mayCreate(repository: Repository, signal: AbortSignal): Promise<void>;
}

/** Octokit's own lines, one for each request, would land in the application's output. */
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

interface Answer {
  readonly status: number;
  readonly data: unknown;
}
/** What a request needs beside its parameters. */
interface Sending {
  readonly log: typeof silent;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
}

/** Octokit is loaded when it is first needed, and used without its plugins for retries and throttling. */
export function githubClient(options: ResolvedOptions): GitHubClient {
  const { token, baseUrl, fetch: send } = options;
  const asked = { owner: options.owner, repo: options.repo };
  let loading: Promise<Octokit> | undefined;

  async function load(): Promise<Octokit> {
    const { Octokit: Client } = await import('@octokit/rest');
    return new Client({ auth: token, baseUrl, userAgent: 'tocsin', log: silent });
  }

  async function ask(
    kind: RequestKind,
    signal: AbortSignal,
    request: (octokit: Octokit, sending: Sending) => Promise<Answer>,
  ): Promise<Answer> {
    const context: FailureContext = { kind, token, repository: `${asked.owner}/${asked.repo}` };
    const octokit = await (loading ??= load()).catch((error: unknown) => {
      loading = undefined;
      throw notInstalled(error);
    });
    let heard = 0;
    const listening: typeof fetch = async (input, init) => {
      const response = await (send ?? backgroundFetch)(input, init);
      heard = response.status;
      return response;
    };
    try {
      return await request(octokit, { fetch: listening, signal, log: silent });
    } catch (error) {
      // What came after a success could not be read. It must not be sent again.
      if (kind === 'write' && heard >= 200 && heard < 300) return { status: heard, data: undefined };
      throw failureOf(error, context, Date.now());
    }
  }

  async function viewer(signal: AbortSignal): Promise<unknown> {
    const { data } = await ask('read', signal, async (octokit, sending) => ({
      status: 200,
      data: await octokit
        .graphql<unknown>('query { viewer { login } }', { request: sending })
        .catch((error: unknown) => {
          // GitHub answered, and its answer is no.
          if (error instanceof Error && error.name === 'GraphqlResponseError') return undefined;
          throw error;
        }),
    }));
    return (data as { viewer?: unknown } | undefined)?.viewer;
  }

  return {
    async repository(signal) {
      const { data } = await ask('read', signal, (octokit, sending) =>
        octokit.request('GET /repos/{owner}/{repo}', { ...asked, request: sending }),
      );
      return readRepository(data) ?? unreadable();
    },
    async login(signal) {
      let user: unknown;
      try {
        const answer = await ask('read', signal, (octokit, sending) =>
          octokit.request('GET /user', { request: sending }),
        );
        user = answer.data;
      } catch (error) {
        // An app's installation is no user: GitHub answers 403 and tells its name only by GraphQL.
        if (statusOf(error) !== 403 && statusOf(error) !== 404) throw error;
        user = await viewer(signal).catch((failure: unknown) => {
          if (failure instanceof TocsinError && failure.retryable) throw failure;
          throw nameless();
        });
      }
      const { login } = (typeof user === 'object' && user !== null ? user : {}) as { login?: unknown };
      if (typeof login !== 'string' || login === '') throw nameless();
      return login;
    },
    async list({ owner, repo, mayLabel }, { creator, page }, signal) {
      const { data } = await ask('read', signal, (octokit, sending) =>
        octokit.request('GET /repos/{owner}/{repo}/issues', {
          owner,
          repo,
          creator,
          ...(mayLabel ? { labels: ownLabel } : {}),
          state: 'all',
          sort: 'created',
          direction: 'desc',
          per_page: pageSize,
          page,
          request: sending,
        }),
      );
      return Array.isArray(data) ? data.map(readIssue) : unreadable();
    },
    async issue({ owner, repo }, number, signal) {
      const { data } = await ask('read', signal, (octokit, sending) =>
        octokit.request('GET /repos/{owner}/{repo}/issues/{issue_number}', {
          owner,
          repo,
          issue_number: number,
          request: sending,
        }),
      );
      return readIssue(data) ?? unreadable();
    },
    async create({ owner, repo }, { title, body, labels }, signal) {
      const { status, data } = await ask('write', signal, (octokit, sending) =>
        octokit.request('POST /repos/{owner}/{repo}/issues', {
          owner,
          repo,
          title,
          body,
          ...(labels === undefined ? {} : { labels: [...labels] }),
          request: sending,
        }),
      );
      if (status !== 201) throw notDone(status);
      return readIssue(data);
    },
    async edit({ owner, repo }, number, change, signal) {
      const { status, data } = await ask('write', signal, (octokit, sending) =>
        octokit.request('PATCH /repos/{owner}/{repo}/issues/{issue_number}', {
          owner,
          repo,
          issue_number: number,
          ...change,
          request: sending,
        }),
      );
      if (status !== 200) throw notDone(status);
      return readIssue(data);
    },
    async addLabel({ owner, repo }, number, label, signal) {
      const { status } = await ask('write', signal, (octokit, sending) =>
        octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/labels', {
          owner,
          repo,
          issue_number: number,
          labels: [label],
          request: sending,
        }),
      );
      if (status !== 200) throw notDone(status);
    },
    async mayCreate({ owner, repo }, signal) {
      try {
        await ask('read', signal, (octokit, sending) =>
          octokit.request('POST /repos/{owner}/{repo}/issues', { owner, repo, title: '', request: sending }),
        );
      } catch (error) {
        if (statusOf(error) !== 422) throw error;
      }
    },
  };
}

function ignore(): void {
  // Octokit's log goes nowhere.
}

/** A proxy's page in place of GitHub's answer, mostly. */
function unreadable(): never {
  throw new TocsinError('GitHub answered with something that cannot be read', {
    code: 'TOCSIN_NOTIFY_UNREACHABLE',
    retryable: true,
    context: { service: 'GitHub' },
  });
}

function nameless(): TocsinError {
  return rejected(
    'GitHub does not tell whose the token is',
    'GitHub does not tell under which name the token writes, so that issues of our own could not be told from others. Use a fine-grained or classic token of a user, or the token of an app installation.',
  );
}

/** A write to a repository that was renamed is answered by a redirect, which a fetch may follow as a GET. */
function notDone(status: number): TocsinError {
  return new TocsinError(`GitHub answered ${status} to a write`, {
    code: 'TOCSIN_NOTIFY_UNREACHABLE',
    retryable: true,
    ambiguous: status < 300,
    context: { service: 'GitHub', status },
  });
}

function notInstalled(error: unknown): TocsinError {
  return new TocsinError('@octokit/rest could not be loaded', {
    code: 'TOCSIN_NOTIFY_REJECTED',
    context: { service: 'GitHub' },
    userMessage: 'GitHubNotifier needs @octokit/rest 22: npm install @octokit/rest',
    cause: error,
  });
}
