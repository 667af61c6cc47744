import type { ErrorKey } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { type GitHubClient, pageSize } from './github-client.js';
import { maxBody } from './github-limits.js';
import { type Issue, trackerState } from './issue.js';
import { duplicateMarker, isAbout, readDuplicateMarker, readMarker } from './marker.js';
import type { Repository } from './repository.js';

/** Pages that are read at most: the 1,000 newest issues of ours. */
const maxPages = 10;

export interface Found {
  /** The issue that the error has now: the newest open one, else the newest. */
  readonly current: Issue | undefined;
  /** All issues of ours that were read, newest first. */
  readonly listed: readonly Issue[];
}

export interface LookOptions {
  readonly client: GitHubClient;
  readonly repository: Repository;
  /** Our own login: anybody can paste a marker, so it counts only in issues that we wrote. */
  readonly login: string;
  readonly signal: AbortSignal;
}

/**
 * Looks for the issue about an error in the list of our own issues. (The search API lags by up to minutes.)
 * Where two open issues were made for the same, the younger is closed with a link to the older.
 */
export async function findIssue(key: ErrorKey, options: LookOptions): Promise<Found> {
  const { client, repository, login, signal } = options;
  const listed: Issue[] = [];
  const about: Issue[] = [];
  // Two that were made one after the other may stand on two pages: one more page is read after the first find.
  for (let page = 1, left = 1; page <= maxPages && left >= 0; page += 1) {
    const answered = await client.list(repository, { creator: login, page }, signal);
    const ours = answered.filter((issue) => issue !== undefined).filter(isBy(login));
    listed.push(...ours);
    about.push(...ours.filter((issue) => isIssueAbout(issue, key)));
    if (about.length > 0) left -= 1;
    if (answered.length < pageSize) break;
  }
  const kept = await closeDuplicates(about, options);
  return { current: newest(kept.filter(({ state }) => state === 'open')) ?? newest(kept), listed };
}

function isBy(login: string): (issue: Issue) => boolean {
  return ({ author }) => author.toLowerCase() === login.toLowerCase();
}

function isIssueAbout({ body }: Issue, key: ErrorKey): boolean {
  const marker = readMarker(body);
  return marker !== undefined && isAbout(marker, key) && readDuplicateMarker(body) === undefined;
}

/** Gives those that are kept. */
async function closeDuplicates(
  issues: readonly Issue[],
  { client, repository, signal }: LookOptions,
): Promise<readonly Issue[]> {
  const kept: Issue[] = [];
  const originals = new Map<number | undefined, Issue>();
  for (const issue of [...issues].sort((a, b) => a.number - b.number)) {
    // One that followed another issue's closing is no duplicate of that.
    const follows = readMarker(issue.body)?.follows;
    const original = originals.get(follows);
    if (trackerState(issue).state !== 'open') {
      kept.push(issue);
    } else if (original === undefined) {
      originals.set(follows, issue);
      kept.push(issue);
    } else {
      const body = `${duplicateMarker(original.number)}\nDuplicate of #${original.number}: both were made for the same error at the same time.\n\n${issue.body}`;
      try {
        const change = { state: 'closed', body: body.slice(0, maxBody) } as const;
        await client.edit(repository, issue.number, change, signal);
      } catch (error) {
        // The alert has its issue all the same; the next look finds the duplicate again.
        if (signal.aborted || !(error instanceof TocsinError)) throw error;
      }
    }
  }
  return kept;
}

function newest(issues: readonly Issue[]): Issue | undefined {
  return issues.reduce<Issue | undefined>(
    (best, issue) => (best === undefined || issue.number > best.number ? issue : best),
    undefined,
  );
}
