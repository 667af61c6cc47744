import type { Alert, Delivery, Json, TrackerState } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { account } from './account.js';
import { withCounters } from './counters.js';
import { dayCap } from './day-cap.js';
import { rejected, statusOf } from './failure.js';
import { type Found, findIssue } from './find-issue.js';
import type { GitHubClient } from './github-client.js';
import { type Issue, trackerState } from './issue.js';
import { issueBody } from './issue-body.js';
import { readRefs } from './issue-refs.js';
import { issueTitle } from './issue-title.js';
import { issueLabels } from './labels.js';
import { issueMarker, readDuplicateMarker } from './marker.js';
import type { ResolvedOptions } from './options.js';
import type { Repository } from './repository.js';
import { suspects } from './suspects.js';

/** What becomes of the issue of an error. */
export interface IssueKeeper {
  /** An alert is due: finds the issue or makes it. */
  tell(alert: Alert, signal: AbortSignal): Promise<Delivery>;
  /** Only the counters have changed. */
  count(alert: Alert, signal: AbortSignal): Promise<Delivery>;
  state(refs: Json, signal: AbortSignal): Promise<TrackerState>;
}

interface Call {
  readonly repository: Repository;
  readonly login: string;
  readonly signal: AbortSignal;
}

export function issueKeeper(options: ResolvedOptions, client: GitHubClient): IssueKeeper {
  const { name, onClosed, extraLabels } = options;
  const where = account(client, options.allowPublic);
  const cap = dayCap(options.maxNewPerDay);
  const unsure = suspects();

  async function look(alert: Alert, call: Call): Promise<Found> {
    const found = await findIssue(alert.record.key, { client, ...call });
    unsure.looked(nameOf(alert), Date.now());
    return found;
  }

  /** The issue by its number; undefined when it is gone although the repository is there. */
  async function read(number: number, { repository, signal }: Call): Promise<Issue | undefined> {
    try {
      const issue = await client.issue(repository, number, signal);
      const original = readDuplicateMarker(issue.body);
      return original === undefined ? issue : await client.issue(repository, original, signal);
    } catch (error) {
      if (statusOf(error) !== 404 && statusOf(error) !== 410) throw error;
      // The same answer means that the repository is gone, or its issues are switched off.
      where.forget();
      await where.ready(signal);
      return undefined;
    }
  }

  /** Whatever GitHub refuses, the repository may have changed: it is asked for anew before the next write. */
  async function written<T>(write: Promise<T>): Promise<T> {
    try {
      return await write;
    } catch (error) {
      if (statusOf(error) !== undefined) where.forget();
      throw error;
    }
  }

  async function create(
    alert: Alert,
    call: Call,
    listed: readonly Issue[],
    follows?: number,
  ): Promise<Delivery> {
    const { repository, signal } = call;
    const issue = {
      title: issueTitle(alert),
      body: issueBody(alert, follows === undefined ? {} : { follows }),
      ...(repository.mayLabel ? { labels: issueLabels(alert, extraLabels) } : {}),
    };
    const made = await cap.within(listed, async () => {
      try {
        // Without an answer that can be read the issue is made all the same: the list may have it already.
        const answered = await written(client.create(repository, issue, signal));
        return answered ?? (await look(alert, call)).current;
      } catch (error) {
        if (error instanceof TocsinError && error.ambiguous) unsure.add(nameOf(alert), Date.now());
        throw error;
      }
    });
    return made === undefined ? {} : deliveryOf(made, repository);
  }

  /** Brings the counters up to date. People may have written into the body, and only the counters change. */
  async function edit(alert: Alert, issue: Issue, call: Call, keepReason: boolean): Promise<Delivery> {
    const { repository, signal } = call;
    // One process's own counts say nothing of the fleet's.
    const body = alert.degraded ? issue.body : withCounters(issue.body, alert, { keepReason });
    if (body === issue.body || !isIn(issue, repository)) return deliveryOf(issue, repository);
    const edited = await written(client.edit(repository, issue.number, { body }, signal));
    return deliveryOf(edited ?? issue, repository);
  }

  async function reopen(alert: Alert, issue: Issue, call: Call): Promise<Delivery> {
    const { repository, signal } = call;
    const body = withCounters(issue.body, alert, { keepReason: false });
    // The label first: once the issue is open, another try would find nothing left to do.
    if (repository.mayLabel) await written(client.addLabel(repository, issue.number, 'regression', signal));
    const opened = await written(client.edit(repository, issue.number, { state: 'open', body }, signal));
    return deliveryOf(opened ?? { ...issue, state: 'open', closedAt: undefined }, repository);
  }

  return {
    async tell(alert, signal) {
      const call: Call = { ...(await where.ready(signal)), signal };
      // Without the store, other processes may be making the same issue.
      if (alert.possibleRepeat === true || alert.degraded) unsure.add(nameOf(alert), Date.now());
      const refs = readRefs(alert.record.refs[name], call.repository);
      const known = refs === undefined ? undefined : await read(refs.number, call);
      const isBack = alert.reason === 'regression' && known !== undefined && isClosed(known);
      if (known !== undefined && !isBack && !unsure.has(nameOf(alert))) return keep(alert, known, call);

      const found = await look(alert, call);
      const issue = chosen(known, found);
      if (issue === undefined) return create(alert, call, found.listed);
      if (!isClosed(issue) || !mayReturn(alert, issue, known)) return keep(alert, issue, call);
      return onClosed === 'reopen'
        ? reopen(alert, issue, call)
        : create(alert, call, found.listed, issue.number);
    },

    async count(alert, signal) {
      const call: Call = { ...(await where.ready(signal)), signal };
      const refs = readRefs(alert.record.refs[name], call.repository);
      if (refs === undefined) return {};
      const known = await read(refs.number, call);
      if (known === undefined) return { tracker: { state: 'closed' } };
      const issue = unsure.has(nameOf(alert)) ? chosen(known, await look(alert, call)) : known;
      return keep(alert, issue ?? known, call, true);
    },

    async state(refs, signal) {
      const call: Call = { ...(await where.ready(signal)), signal };
      const known = readRefs(refs, call.repository);
      if (known === undefined)
        throw rejected(
          'Not a reference to an issue of this repository',
          'What the store keeps of the issue cannot be read.',
        );
      const issue = await read(known.number, call);
      return issue === undefined ? { state: 'closed' } : trackerState(issue);
    },
  };

  /** Nothing new is made: the counters, unless nobody wants to hear of the error. */
  function keep(alert: Alert, issue: Issue, call: Call, keepReason = false): Promise<Delivery> | Delivery {
    return trackerState(issue).state === 'ignored'
      ? deliveryOf(issue, call.repository)
      : edit(alert, issue, call, keepReason);
  }
}

/** The issue that refs led to, or the one that looking found. */
function chosen(known: Issue | undefined, { current, listed }: Found): Issue | undefined {
  if (known === undefined || current === undefined) return current ?? known;
  // An issue that has lost its label, or was moved elsewhere, is not in the list; an older one does not replace it.
  const isListed = listed.some(({ number }) => number === known.number);
  return isListed || current.number > known.number ? current : known;
}

/** Whether a closed issue is to be followed by a new one, or reopened. */
function mayReturn({ reason, event }: Alert, issue: Issue, known: Issue | undefined): boolean {
  // The store has decided about the issue that it knows; about another one, which it will hear of only now,
  // the sighting must be younger than the closing.
  if (known !== undefined && reason !== 'regression') return false;
  return issue.number === known?.number || (issue.closedAt ?? 0) < event.timestamp;
}

function isClosed(issue: Issue): boolean {
  return trackerState(issue).state === 'closed';
}

/** Names the error, for what is kept about it between calls. */
function nameOf({ record }: Alert): string {
  return issueMarker(record.key);
}

/** Whether the issue is still in the repository: one that was moved is found by a redirect, and left alone. */
function isIn({ link }: Issue, { fullName }: Repository): boolean {
  return new URL(link).pathname.toLowerCase().includes(`/${fullName.toLowerCase()}/issues/`);
}

function deliveryOf(issue: Issue, { fullName }: Repository): Delivery {
  return {
    refs: { repository: fullName, number: issue.number },
    link: issue.link,
    tracker: trackerState(issue),
  };
}
