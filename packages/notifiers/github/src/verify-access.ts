import { rejected } from './failure.js';
import type { GitHubClient } from './github-client.js';
import type { ResolvedOptions } from './options.js';
import { assertUsable } from './repository.js';

/** Resolves when issues can be made, and rejects with what is wrong in plain words. Makes no issue. */
export async function verifyAccess(
  client: GitHubClient,
  { allowPublic }: ResolvedOptions,
  signal: AbortSignal,
): Promise<void> {
  const repository = await client.repository(signal);
  assertUsable(repository, allowPublic);
  if (!repository.mayLabel) {
    const { fullName } = repository;
    throw rejected(
      `The token's user may not set labels in ${fullName}`,
      `The token's user may not set labels in ${fullName}: give the user the role Triage or more. (Without it, issues are made without labels.)`,
    );
  }
  await client.login(signal);
  await client.mayCreate(repository, signal);
}
