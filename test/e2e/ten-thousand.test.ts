import { AlertTransport } from '@tocsin/alert';
import { MemoryStore } from '@tocsin/decision';
import { GitHubNotifier } from '@tocsin/github';
import { SlackNotifier } from '@tocsin/slack';
import { expect } from 'chai';
import winston from 'winston';
import { type Emulator, startEmulator } from '../services/emulator.js';
import { balanced } from './books.js';

class PaymentError extends Error {
  override readonly name = 'PaymentError';
}

/** Four kinds of errors, each thrown at a place of its own. */
const kinds: readonly (() => Error)[] = [
  function declined() {
    return new PaymentError('The card was declined');
  },
  function unsaved() {
    return new Error('The order could not be saved', {
      cause: Object.assign(new RangeError('out of ids'), { code: 'E_IDS' }),
    });
  },
  function missing() {
    try {
      return (undefined as unknown as { error: Error }).error;
    } catch (error) {
      return error as Error;
    }
  },
  function unreadable() {
    try {
      return JSON.parse('{"half":') as Error;
    } catch (error) {
      return error as Error;
    }
  },
];

describe('ten thousand errors of four kinds', function () {
  this.timeout(60_000);
  let emulator: Emulator;
  before(async () => {
    emulator = await startEmulator();
  });
  after(() => emulator.stop());

  it('become four issues and four messages, with exact counts in records and issues after flush', async () => {
    const repository = await emulator.createRepository();
    const store = new MemoryStore();
    const alerts = new AlertTransport({
      service: 'checkout',
      environment: 'production',
      store,
      notifiers: [
        new GitHubNotifier({ token: emulator.githubToken, repository, baseUrl: emulator.githubUrl }),
        new SlackNotifier({ webhookUrl: emulator.slackWebhookUrl }),
      ],
    });
    const logger = winston.createLogger({ transports: [alerts] });
    const counts = [4_000, 3_000, 2_000, 1_000];
    for (let index = 0; index < 4_000; index += 1) {
      for (const [kind, make] of kinds.entries()) {
        if (index < counts[kind]!) logger.error('The request failed', { error: make() });
      }
      if (index % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await alerts.flush(30_000)).to.equal(true);

    const records = await store.list({});
    expect(records.map(({ occurrences }) => occurrences).toSorted((a, b) => b - a)).to.deep.equal(counts);
    const issues = await emulator.issues(repository);
    expect(issues).to.have.length(4);
    for (const { key, occurrences, refs } of records) {
      const { number } = refs['github'] as { readonly number: number };
      const body = issues.find((issue) => issue.number === number)!.body!;
      expect(body).to.contain(key.fingerprint);
      expect(body).to.match(new RegExp(`\\b${occurrences.toLocaleString('en-US')}\\b`));
    }
    expect(await emulator.messages('general')).to.have.length(4);
    const stats = alerts.stats();
    expect(stats.accepted).to.equal(10_000);
    expect(stats.dropped).to.deep.equal({});
    expect(stats.alerts).to.deep.equal({ first: 4 });
    expect(balanced(stats)).to.equal(true);
    await alerts.close();
  });
});
