import { answerFailure, requestFailure } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';

/** What a request was for; a failed read has changed nothing. */
export type RequestKind = 'read' | 'write';

export interface FailureContext {
  readonly kind: RequestKind;
  /** `owner/name`, for the words that a person reads. */
  readonly repository: string;
  /** Taken out of whatever GitHub says. */
  readonly token: string;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly data: unknown;
}

/** The error for what Octokit threw. Nothing of the request, its URL or its headers is kept. */
export function failureOf(thrown: unknown, context: FailureContext, now: number): TocsinError {
  const answer = answerOf(thrown);
  const failure = answer === undefined ? requestFailure('GitHub', thrown) : answered(answer, context, now);
  if (context.kind === 'write' || !failure.ambiguous) return failure;
  return withChanges(failure, { ambiguous: false });
}

/** GitHub's own refusals are not read by anybody but the person who has to mend them. */
export function rejected(
  message: string,
  userMessage: string,
  context: Readonly<Record<string, unknown>> = {},
): TocsinError {
  return new TocsinError(message, {
    code: 'TOCSIN_NOTIFY_REJECTED',
    context: { service: 'GitHub', ...context },
    userMessage,
  });
}

/** Of GitHub's statuses: what it answered, where it did. */
export function statusOf(error: unknown): number | undefined {
  const status = error instanceof TocsinError ? error.context['status'] : undefined;
  return typeof status === 'number' ? status : undefined;
}

function answered(answer: Answer, context: FailureContext, now: number): TocsinError {
  const reason = reasonOf(answer.data).replaceAll(context.token, '***');
  const failure = answerFailure(
    'GitHub',
    {
      status: answer.status,
      headers: { get: (name) => headerOf(answer, name, reason) },
      ...(reason === '' ? {} : { reason }),
    },
    now,
  );
  if (failure.code !== 'TOCSIN_NOTIFY_REJECTED') return failure;
  return withChanges(failure, { userMessage: plainWords(answer.status, reason, context.repository) });
}

/**
 * A secondary limit may come without any header: "wait for at least one minute", GitHub's documentation says
 * (Rate limits for the REST API, "Exceeding the rate limit").
 */
function headerOf({ status, headers }: Answer, name: string, reason: string): string | null {
  const value = headers[name];
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  const isSilentLimit = status === 403 && /rate limit|abuse detection/i.test(reason);
  return isSilentLimit && name === 'retry-after' && headers['x-ratelimit-remaining'] !== '0' ? '60' : null;
}

function plainWords(status: number, reason: string, repository: string): string {
  const said = reason === '' ? '' : ` GitHub says: ${reason}.`;
  switch (status) {
    case 401:
      return 'GitHub does not accept the token: it is wrong, has expired or was revoked.';
    case 403:
      return `The token may not do this in ${repository}. It needs "Issues: read and write" (fine-grained) or the scope repo (classic), and an organization with single sign-on must have authorized it.${said}`;
    case 404:
      return `${repository} does not exist, or the token cannot see it.`;
    case 410:
      return `Issues are switched off in ${repository}, or the issue was deleted.${said}`;
    case 422:
      return `GitHub did not accept the issue.${said}`;
    default:
      return `GitHub refused with status ${status}.${said}`;
  }
}

/** `Validation Failed: title is too long`, from GitHub's own fields; values of ours are not among them. */
function reasonOf(data: unknown): string {
  if (typeof data !== 'object' || data === null) return '';
  const { message, errors } = data as { message?: unknown; errors?: unknown };
  const details = (Array.isArray(errors) ? errors.slice(0, 3) : []).map(detailOf);
  const texts = [message, details.filter((text) => text !== '').join(', ')];
  return texts.filter((text) => typeof text === 'string' && text !== '').join(': ');
}

function detailOf(detail: unknown): string {
  if (typeof detail === 'string') return detail;
  if (typeof detail !== 'object' || detail === null) return '';
  const { field, code, message } = detail as Record<string, unknown>;
  if (typeof message === 'string') return message;
  return [field, code].filter((text) => typeof text === 'string').join(' ');
}

/** Octokit's RequestError has the answer under `response`; without one none came, whatever its `status` says. */
function answerOf(thrown: unknown): Answer | undefined {
  const { response } = (typeof thrown === 'object' && thrown !== null ? thrown : {}) as {
    response?: unknown;
  };
  if (typeof response !== 'object' || response === null) return undefined;
  const { status, headers, data } = response as Partial<Answer>;
  return typeof status === 'number' ? { status, headers: headers ?? {}, data } : undefined;
}

function withChanges(
  failure: TocsinError,
  changes: { readonly ambiguous?: boolean; readonly userMessage?: string },
): TocsinError {
  return new TocsinError(failure.message, {
    code: failure.code,
    retryable: failure.retryable,
    ambiguous: failure.ambiguous,
    ...(failure.retryAfterMs === undefined ? {} : { retryAfterMs: failure.retryAfterMs }),
    context: failure.context,
    userMessage: failure.userMessage,
    ...changes,
  });
}
