import type { GitHubNotifierOptions } from '@tocsin/github';
import type { SlackNotifierOptions } from '@tocsin/slack';
import {
  type EmulatedIssue,
  type EmulatedMessage,
  startEmulator,
} from '../../../../test/services/emulator.js';

/** Where the alerts of the demo go. */
export interface Targets {
  readonly github: GitHubNotifierOptions;
  readonly slack: SlackNotifierOptions;
  /** In words, for the screen. */
  readonly told: string;
  /** What arrived, read back from an emulator; undefined for the real services. */
  readBack(): Promise<
    { readonly issues: readonly EmulatedIssue[]; readonly messages: readonly EmulatedMessage[] } | undefined
  >;
  stop(): Promise<void>;
}

/** The real services when their three variables are set, else an emulator of both on loopback. */
export async function findTargets(): Promise<Targets> {
  const { SLACK_WEBHOOK_URL: webhookUrl, GITHUB_TOKEN: token, GITHUB_REPOSITORY: repository } = process.env;
  if (webhookUrl !== undefined && token !== undefined && repository !== undefined) {
    return {
      github: { token, repository },
      slack: { webhookUrl },
      told: `the repository ${repository} and your Slack channel`,
      readBack: () => Promise.resolve(undefined),
      stop: () => Promise.resolve(),
    };
  }
  const missing = Object.entries({
    SLACK_WEBHOOK_URL: webhookUrl,
    GITHUB_TOKEN: token,
    GITHUB_REPOSITORY: repository,
  })
    .filter(([, value]) => value === undefined)
    .map(([name]) => name);
  if (missing.length < 3)
    console.log(`Not the real services, because of what is not set: ${missing.join(', ')}.`);
  const emulator = await startEmulator();
  const emulated = await emulator.createRepository({ name: 'checkout-demo' });
  return {
    github: { token: emulator.githubToken, repository: emulated, baseUrl: emulator.githubUrl },
    slack: { token: emulator.slackToken, channel: 'alerts', apiUrl: `${emulator.slackUrl}/api/` },
    told: 'an emulator of GitHub and Slack on this machine',
    readBack: async () => ({
      issues: await emulator.issues(emulated),
      messages: await emulator.messages('alerts'),
    }),
    stop: () => emulator.stop(),
  };
}
