import type { TrackerState } from '@tocsin/decision';

/** What is read of an issue; GitHub's answer has ten times as much. */
export interface Issue {
  readonly number: number;
  readonly link: string;
  readonly body: string;
  readonly author: string;
  readonly labels: readonly string[];
  readonly state: 'open' | 'closed';
  readonly stateReason: string | undefined;
  /** Milliseconds since the epoch, by GitHub's clock. */
  readonly createdAt: number | undefined;
  readonly closedAt: number | undefined;
}

/** An issue from an answer; undefined for a pull request and for what is no issue. */
export function readIssue(data: unknown): Issue | undefined {
  if (!isObject(data) || data['pull_request'] !== undefined) return undefined;
  const { number, html_url: link, body, user, labels, state, state_reason: reason } = data;
  if (typeof number !== 'number' || !Number.isSafeInteger(number) || number < 1) return undefined;
  if (typeof link !== 'string' || !URL.canParse(link)) return undefined;
  return {
    number,
    link,
    body: typeof body === 'string' ? body : '',
    author: isObject(user) && typeof user['login'] === 'string' ? user['login'] : '',
    labels: Array.isArray(labels) ? labels.map(labelName) : [],
    state: state === 'closed' ? 'closed' : 'open',
    stateReason: typeof reason === 'string' ? reason : undefined,
    createdAt: timeOf(data['created_at']),
    closedAt: timeOf(data['closed_at']),
  };
}

/** Closed as not planned, or labelled `wontfix`: nobody wants to hear of it, open or closed. */
export function trackerState(issue: Issue): TrackerState {
  const closed = issue.closedAt === undefined ? {} : { closedAt: issue.closedAt };
  const isUnwanted = issue.labels.some((label) => label.toLowerCase() === 'wontfix');
  if (isUnwanted || (issue.state === 'closed' && issue.stateReason === 'not_planned'))
    return { state: 'ignored', ...closed };
  return issue.state === 'closed' ? { state: 'closed', ...closed } : { state: 'open' };
}

function labelName(label: unknown): string {
  if (typeof label === 'string') return label;
  return isObject(label) && typeof label['name'] === 'string' ? label['name'] : '';
}

function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
