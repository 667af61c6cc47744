import type { GitHubClient } from './github-client.js';
import { type Repository, assertUsable } from './repository.js';

/** How long what GitHub says of the repository is believed. */
const believedMs = 3_600_000;

/** Where issues go and under which name: asked once before the first write, and again each hour. */
export interface Account {
  /** Rejects when no issue may go to the repository. */
  ready(signal: AbortSignal): Promise<{ readonly repository: Repository; readonly login: string }>;
  /** The repository may have changed: it is asked for anew. */
  forget(): void;
}

export function account(client: GitHubClient, allowPublic: boolean): Account {
  let repository: Repository | undefined;
  let askedAt = 0;
  let login: string | undefined;
  return {
    async ready(signal) {
      const now = Date.now();
      if (repository === undefined || now - askedAt >= believedMs) {
        repository = await client.repository(signal);
        askedAt = now;
      }
      assertUsable(repository, allowPublic);
      login ??= await client.login(signal);
      return { repository, login };
    },
    forget() {
      repository = undefined;
    },
  };
}
