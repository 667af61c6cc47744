import { AlertTransport } from '@tocsin/alert';
import { MemoryStore } from '@tocsin/decision';
import { GitHubNotifier } from '@tocsin/github';
import { SlackNotifier } from '@tocsin/slack';
import { expect } from 'chai';
import winston from 'winston';
import { type Emulator, startEmulator } from '../services/emulator.js';
import { type FaultProxy, startFaultProxy } from '../services/fault-proxy.js';

class StockError extends Error {
  override readonly name = 'StockError';
}

/** The service of these tests, whose errors go to a repository and a channel of their own. */
interface Service {
  readonly repository: string;
  /** Logs the error once and waits until all is delivered. */
  fail(): Promise<void>;
  messages(): Promise<readonly string[]>;
}

describe('issues on GitHub, through a proxy that fails as told', function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let proxy: FaultProxy;
  let now: number;
  let alerts: AlertTransport;

  before(async () => {
    emulator = await startEmulator();
    proxy = await startFaultProxy(emulator.githubUrl);
  });
  beforeEach(async () => {
    await emulator.reset();
    proxy.setFault(() => 'pass');
    proxy.requests.length = 0;
    now = Date.now();
  });
  afterEach(() => alerts.close());
  after(async () => {
    await proxy.stop();
    await emulator.stop();
  });

  async function service(): Promise<Service> {
    const repository = await emulator.createRepository();
    alerts = new AlertTransport({
      service: 'checkout',
      environment: 'production',
      store: new MemoryStore({ clock: () => now }),
      policy: { sweepMs: 50 },
      notifiers: [
        new GitHubNotifier({ token: emulator.githubToken, repository, baseUrl: proxy.url }),
        new SlackNotifier({ webhookUrl: emulator.slackWebhookUrl }),
      ],
    });
    const logger = winston.createLogger({ transports: [alerts] });
    return {
      repository,
      async fail() {
        logger.error('The stock is wrong', new StockError('minus three'));
        expect(await alerts.flush(20_000)).to.equal(true);
      },
      messages: async () => (await emulator.messages('general')).map(({ text }) => text),
    };
  }

  /** Until the sweep has asked GitHub for the issue and the store knows the answer. */
  async function untilChecked(repository: string, number: number): Promise<void> {
    const path = `/repos/${repository}/issues/${number}`;
    const asked = (): boolean =>
      proxy.requests.some(({ method, path: to }) => method === 'GET' && to === path);
    proxy.requests.length = 0;
    for (let tries = 0; !asked(); tries += 1) {
      if (tries > 200) throw new Error(`nobody asked for ${path}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }

  it('makes no second issue when the create was answered 502 after it had created', async () => {
    const { repository, fail, messages } = await service();
    let broken = 0;
    proxy.setFault(({ method, path }) => {
      if (method !== 'POST' || !path.endsWith('/issues') || broken > 0) return 'pass';
      broken += 1;
      return { passThenAnswer: { status: 502, body: 'Bad gateway' } };
    });
    await fail();
    expect(broken).to.equal(1);
    expect(await emulator.issues(repository)).to.have.length(1);
    expect(await messages()).to.have.length(1);
    expect(alerts.stats().notifiers['github']).to.include({ delivered: 1, failed: 0, retried: 1 });
  });

  it('makes a new issue that links the old one when the error comes back after the issue was closed', async () => {
    const { repository, fail, messages } = await service();
    await fail();
    await emulator.github('PATCH', `/repos/${repository}/issues/1`, {
      state: 'closed',
      state_reason: 'completed',
    });
    await untilChecked(repository, 1);
    now += 1_000;
    await fail();
    const issues = await emulator.issues(repository);
    expect(issues.map(({ number, state }) => [number, state])).to.deep.equal([
      [1, 'closed'],
      [2, 'open'],
    ]);
    expect(issues[1]!.body).to.match(/#\u200b?1\b|issues\/1\b/);
    expect(alerts.stats().alerts).to.deep.equal({ first: 1, regression: 1 });
    expect(await messages()).to.have.length(2);
  });

  for (const [title, change] of [
    ['labelled wontfix', { labels: ['wontfix'] }],
    ['closed as not planned', { state: 'closed', state_reason: 'not_planned' }],
  ] as const) {
    it(`is silent, in Slack too, about an error whose issue is ${title}`, async () => {
      const { repository, fail, messages } = await service();
      await fail();
      await emulator.github('PATCH', `/repos/${repository}/issues/1`, change);
      await untilChecked(repository, 1);
      now += 3_600_000;
      await fail();
      expect(await emulator.issues(repository)).to.have.length(1);
      expect(await messages()).to.have.length(1);
      expect(alerts.stats().suppressed).to.deep.equal({ ignored: 1 });
    });
  }

  it("does not take a marker that was pasted into somebody else's issue", async () => {
    // The marker of this very error, as anybody can copy it from an issue that was made.
    const first = await service();
    await first.fail();
    const [made] = await emulator.issues(first.repository);
    await alerts.close();
    const { repository, fail } = await service();
    const theirs = { title: 'Mine now', body: made!.body, labels: ['tocsin'] };
    await emulator.github('POST', `/repos/${repository}/issues`, theirs, emulator.otherGithubToken);
    await fail();
    const issues = await emulator.issues(repository);
    expect(issues.map(({ number, user }) => [number, user.login])).to.deep.equal([
      [1, 'mallory'],
      [2, 'tocsin-bot'],
    ]);
    expect(issues[0]!.title).to.equal('Mine now');
  });
});
