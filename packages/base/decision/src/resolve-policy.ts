import { configError, readOptions, refuseUnknownOptions } from '@tocsin/event';
import { type AlertPolicy, defaultPolicy } from './alert-policy.js';
import { wholeNumber } from './whole-number.js';

const dayMs = 86_400_000;
/** Records live for 30 days after the last sighting, so a longer window could not be kept. */
const longestMs = 30 * dayMs;

const ranges: Readonly<Record<keyof AlertPolicy, readonly [min: number, max: number]>> = {
  cooldownMs: [0, longestMs],
  everyNth: [1, Number.MAX_SAFE_INTEGER],
  countGapMs: [0, longestMs],
  newPerMinute: [0, 1_000_000],
  leaseMs: [1, dayMs],
  sweepMs: [1, dayMs],
};
const names = Object.keys(ranges) as (keyof AlertPolicy)[];

/**
 * The whole policy: what the user gave, the defaults for the rest. The user's object is not changed.
 *
 * @param owner the class whose option `policy` this is; it begins the error's message
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` that names the option, what came and what is allowed
 */
export function resolvePolicy(owner: string, partial: Partial<AlertPolicy> = {}): AlertPolicy {
  return readOptions(owner, () => resolve(owner, partial));
}

function resolve(owner: string, partial: Partial<AlertPolicy>): AlertPolicy {
  if (typeof partial !== 'object' || partial === null || Array.isArray(partial)) {
    throw configError(owner, 'policy', partial, 'an object');
  }
  const given = Object.entries(partial).filter(([, value]) => value !== undefined);
  refuseUnknownOptions(
    owner,
    'policy.',
    given.map(([name]) => name),
    names,
  );
  const policy: AlertPolicy = { ...defaultPolicy, ...Object.fromEntries(given) };
  assertPolicy(owner, policy);
  return policy;
}

/** Throws as {@link resolvePolicy} does, for a policy of which no part may be missing. */
export function assertPolicy(owner: string, policy: AlertPolicy): void {
  if (typeof policy !== 'object' || policy === null) throw configError(owner, 'policy', policy, 'an object');
  readOptions(owner, () => {
    for (const name of names) wholeNumber(owner, `policy.${name}`, policy[name], ...ranges[name]);
  });
}
