import type { ErrorDetails } from './log-event.js';

/** Steps from the logged error to its deepest cause. */
const maxSteps = 5;
/** Members of one AggregateError that are looked at. */
const maxMembers = 20;
/** Errors that are looked at in all: aggregates of aggregates grow fast. */
const maxVisits = 200;

/** What an error comes down to. */
export interface RootCause {
  /** From the logged error to the root, both included. */
  readonly chain: readonly ErrorDetails[];
  readonly root: ErrorDetails;
  readonly type: string;
  /** The empty string for none. */
  readonly code: string;
  /** What the message template is made of. Members that agree in type and code may differ in their messages. */
  readonly sources: readonly ErrorDetails[];
}

/**
 * Follows `cause` to the deepest Error. An AggregateError whose members agree in type and code counts as one of
 * them; otherwise its code is the sorted set of theirs. Safe against cycles.
 */
export function rootCause(error: ErrorDetails): RootCause {
  return follow(error, maxSteps, new Set());
}

function follow(error: ErrorDetails, steps: number, seen: Set<ErrorDetails>): RootCause {
  seen.add(error);
  const plain: RootCause = {
    chain: [error],
    root: error,
    type: error.type,
    code: error.code ?? '',
    sources: [error],
  };
  if (steps === 0) return plain;
  // What is thrown with a string or an object as its cause is itself the deepest Error.
  const { cause } = error;
  if (cause?.isError === true) {
    return isNew(cause, seen) ? under(error, follow(cause, steps - 1, seen)) : plain;
  }
  const members = (error.errors ?? []).slice(0, maxMembers).filter((member) => isNew(member, seen));
  const roots = members.map((member) => follow(member, steps - 1, seen));
  const [first] = roots;
  if (first === undefined) return plain;
  const kinds = new Set(roots.map(({ type, code }) => (code === '' ? type : `${type}:${code}`)));
  if (kinds.size === 1) return { ...under(error, first), sources: roots.flatMap(({ sources }) => sources) };
  return { ...plain, code: [...kinds].sort().join(',') };
}

function isNew(error: ErrorDetails, seen: ReadonlySet<ErrorDetails>): boolean {
  return seen.size < maxVisits && !seen.has(error);
}

function under(wrapper: ErrorDetails, found: RootCause): RootCause {
  return { ...found, chain: [wrapper, ...found.chain] };
}
