import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { nodeBinary } from '../../scripts/node-versions.mjs';

/** An issue as the emulator gives it, as far as tests and the demo read it. */
export interface EmulatedIssue {
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
  readonly state: 'open' | 'closed';
  readonly state_reason: string | null;
  readonly html_url: string;
  readonly user: { readonly login: string };
  readonly labels: readonly { readonly name: string }[];
}

/** A Slack message as the emulator gives it. */
export interface EmulatedMessage {
  readonly ts: string;
  readonly thread_ts?: string;
  readonly text: string;
  readonly blocks?: readonly Readonly<Record<string, unknown>>[];
}

/** GitHub and Slack on loopback. Ports are free ones, so any number of emulators may run at once. */
export interface Emulator {
  /** The root of GitHub's REST API. */
  readonly githubUrl: string;
  /** The root of Slack: the API is under `/api/`. */
  readonly slackUrl: string;
  /** An incoming webhook of the channel `general`. */
  readonly slackWebhookUrl: string;
  /** A token of the user `tocsin-bot`, who may write to every repository of `acme`. */
  readonly githubToken: string;
  /** A token of the user `mallory`, who may write issues too. */
  readonly otherGithubToken: string;
  /** A token of Slack with the scope to post. */
  readonly slackToken: string;
  /** A new repository of `acme`, private unless said otherwise. Gives `acme/<name>`. */
  createRepository(options?: { readonly name?: string; readonly public?: boolean }): Promise<string>;
  /** Any request to GitHub; rejects when the answer is not a success. The token is the bot's unless one is given. */
  github(method: string, path: string, body?: unknown, token?: string): Promise<unknown>;
  /** All issues of a repository, oldest first, open and closed. */
  issues(repository: string): Promise<EmulatedIssue[]>;
  /** The messages of a channel (its name, or its id), oldest first; replies in threads are not among them. */
  messages(channel?: string): Promise<EmulatedMessage[]>;
  /** The replies under a message, oldest first, without the message itself. */
  replies(channel: string, ts: string): Promise<EmulatedMessage[]>;
  /** Back to how it was at the start. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

const githubToken = 'bot-token-of-the-emulator';
const otherGithubToken = 'other-token-of-the-emulator';
const slackToken = 'xoxb-token-of-the-emulator';
const slackChannels = ['general', 'alerts'];

const seed = {
  tokens: {
    [githubToken]: { login: 'tocsin-bot' },
    [otherGithubToken]: { login: 'mallory' },
    [slackToken]: { login: 'U000000001' },
  },
  github: {
    users: [{ login: 'tocsin-bot' }, { login: 'mallory' }],
    orgs: [
      {
        login: 'acme',
        members: [
          { login: 'tocsin-bot', role: 'admin' },
          { login: 'mallory', role: 'admin' },
        ],
      },
    ],
    repos: [
      { owner: 'acme', name: 'checkout', private: true },
      { owner: 'acme', name: 'storefront', private: false },
    ],
  },
  slack: { channels: slackChannels.map((name) => ({ name })), tokens: [{ token: slackToken }] },
};

/**
 * Starts `emulate` in a child process under the Node that development uses, on free ports of 127.0.0.1.
 * There are the repositories `acme/checkout` (private) and `acme/storefront` (public) and the Slack channels
 * `general` and `alerts`. The child ends with this process, however that ends.
 */
export async function startEmulator(): Promise<Emulator> {
  const program = fileURLToPath(new URL('emulator-process.mjs', import.meta.url));
  const child = spawn(await nodeBinary(24), [program, JSON.stringify({ seed })], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const { githubUrl, slackUrl } = await addresses(child);
  // Who forgets to stop it can still end.
  child.unref();
  child.channel?.unref();

  async function github(method: string, path: string, body?: unknown, token = githubToken): Promise<unknown> {
    const response = await fetch(githubUrl + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.status === 204 ? undefined : response.json();
  }

  async function slack(method: string, parameters: Record<string, string>): Promise<Record<string, unknown>> {
    const response = await fetch(`${slackUrl}/api/${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${slackToken}` },
      body: new URLSearchParams(parameters),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    if (answer['ok'] !== true) throw new Error(`${method}: ${String(answer['error'])}`);
    return answer;
  }

  async function channelId(channel: string): Promise<string> {
    const { channels } = await slack('conversations.list', { limit: '1000' });
    const known = channels as readonly { readonly id: string; readonly name: string }[];
    return known.find(({ id, name }) => id === channel || name === channel)?.id ?? channel;
  }

  /** Every page of what one method of Slack lists. */
  async function allMessages(method: string, parameters: Record<string, string>): Promise<EmulatedMessage[]> {
    const found: EmulatedMessage[] = [];
    for (let cursor: string | undefined = ''; cursor !== undefined;) {
      const page = await slack(method, { ...parameters, limit: '200', ...(cursor === '' ? {} : { cursor }) });
      found.push(...(page['messages'] as EmulatedMessage[]));
      const next = (page['response_metadata'] as { next_cursor?: string } | undefined)?.next_cursor;
      cursor = next === '' ? undefined : next;
    }
    return found.sort((a, b) => Number(a.ts) - Number(b.ts));
  }

  let repositories = 0;
  return {
    githubUrl,
    slackUrl,
    slackWebhookUrl: `${slackUrl}/services/T000000001/B000000001/X000000001`,
    githubToken,
    otherGithubToken,
    slackToken,
    github,
    async createRepository(options = {}) {
      const name = options.name ?? `repository-${(repositories += 1)}`;
      await github('POST', '/orgs/acme/repos', { name, private: options.public !== true });
      return `acme/${name}`;
    },
    async issues(repository) {
      const found: EmulatedIssue[] = [];
      for (let page = 1; ; page += 1) {
        const query = `state=all&direction=asc&per_page=100&page=${page}`;
        const issues = (await github('GET', `/repos/${repository}/issues?${query}`)) as EmulatedIssue[];
        found.push(...issues);
        if (issues.length < 100) return found.sort((a, b) => a.number - b.number);
      }
    },
    async messages(channel = 'general') {
      return allMessages('conversations.history', { channel: await channelId(channel) });
    },
    async replies(channel, ts) {
      const all = await allMessages('conversations.replies', { channel: await channelId(channel), ts });
      return all.filter((message) => message.ts !== ts);
    },
    async reset() {
      child.channel?.ref();
      const done = once(child, 'message');
      child.send('reset');
      await done;
      child.channel?.unref();
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.ref();
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** What the child says when both services listen. Rejects when it ends before. */
async function addresses(child: ChildProcess): Promise<{ githubUrl: string; slackUrl: string }> {
  const [message] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]: unknown[]) => [{ failed: `it ended with code ${String(code)}` }]),
  ]);
  const told = message as { failed?: string; githubUrl?: string; slackUrl?: string };
  if (told.githubUrl === undefined || told.slackUrl === undefined) {
    child.kill('SIGKILL');
    throw new Error(`The emulator did not start: ${told.failed ?? 'it told no addresses'}`);
  }
  // `localhost` may mean ::1, where nothing listens.
  const numeric = (url: string): string => url.replace('//localhost:', '//127.0.0.1:');
  return { githubUrl: numeric(told.githubUrl), slackUrl: numeric(told.slackUrl) };
}
