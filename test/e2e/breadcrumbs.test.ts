import { AlertTransport, type AlertTransportOptions } from '@tocsin/alert';
import { context } from '@tocsin/context';
import { GitHubNotifier } from '@tocsin/github';
import { SlackNotifier } from '@tocsin/slack';
import { expect } from 'chai';
import winston from 'winston';
import Transport from 'winston-transport';
import { type Emulator, startEmulator } from '../services/emulator.js';

class StockError extends Error {
  override readonly name = 'StockError';
}

/** Takes 5 ms for each line, one after the other, so that lines wait in the logger. */
class Slow extends Transport {
  constructor() {
    super({ level: 'silly' });
    Object.defineProperty(this, '_writev', { value: null });
  }
  override log(_info: object, callback: () => void): void {
    setTimeout(callback, 5);
  }
}

describe('the lines before an error, in Slack and on GitHub', function () {
  this.timeout(60_000);
  let emulator: Emulator;
  let alerts: AlertTransport;

  before(async () => {
    emulator = await startEmulator();
  });
  beforeEach(() => emulator.reset());
  afterEach(() => alerts.close());
  after(() => emulator.stop());

  interface Told {
    /** The text of each issue, and of each message in Slack with its blocks. */
    readonly issues: readonly string[];
    readonly messages: readonly string[];
  }

  /** Has three requests at once log 30 lines and fail, and gives what GitHub and Slack were told. */
  async function fail(options: Pick<AlertTransportOptions, 'breadcrumbs'>): Promise<Told> {
    const repository = await emulator.createRepository();
    alerts = new AlertTransport({
      service: 'checkout',
      environment: 'production',
      notifiers: [
        new GitHubNotifier({ token: emulator.githubToken, repository, baseUrl: emulator.githubUrl }),
        new SlackNotifier({ webhookUrl: emulator.slackWebhookUrl }),
      ],
      ...options,
    });
    const logger = winston.createLogger({ level: 'info', transports: [new Slow(), alerts] });
    await Promise.all(
      ['anna', 'ben', 'cleo'].map((customer) =>
        context.run({ customer }, async () => {
          for (let step = 1; step <= 30; step += 1) {
            logger.debug(`${customer} takes step ${step}.`, { password: `secret of ${customer}`, step });
            await new Promise((resolve) => setImmediate(resolve));
          }
          logger.error(`${customer} could not pay`, new StockError(`no stock for ${customer}`));
          logger.debug(`${customer} is sorry.`);
        }),
      ),
    );
    // The error waits behind the other lines.
    while (alerts.stats().accepted < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await alerts.flush(20_000)).to.equal(true);
    const issues = await emulator.issues(repository);
    const messages = await emulator.messages('general');
    return {
      issues: issues.map(({ body }) => body ?? ''),
      messages: messages.map(({ blocks, text }) => JSON.stringify(blocks ?? text)),
    };
  }

  /** The steps of each customer that a text tells of. */
  function steps(text: string): Readonly<Record<string, readonly number[]>> {
    const told: Record<string, number[]> = {};
    for (const [, customer, step] of text.matchAll(/(anna|ben|cleo) takes step (\d+)\./g))
      (told[customer!] ??= []).push(Number(step));
    return told;
  }

  it('are those of the same request alone: 20 on GitHub, three in Slack, without their secrets', async () => {
    const { issues, messages } = await fail({ breadcrumbs: true });
    for (const customer of ['anna', 'ben', 'cleo']) {
      const [issue, ...moreIssues] = issues.filter((text) => text.includes(`no stock for ${customer}`));
      expect(moreIssues).to.deep.equal([]);
      expect(steps(issue!)).to.deep.equal({ [customer]: Array.from({ length: 20 }, (_, step) => step + 11) });
      const [message] = messages.filter((text) => text.includes(`no stock for ${customer}`));
      expect(steps(message!)).to.deep.equal({ [customer]: [28, 29, 30] });
    }
    for (const text of [...issues, ...messages]) {
      // Not the names alone: an issue shows the lines of source around the error too.
      expect(text).not.to.match(/secret of (?:anna|ben|cleo)|(?:anna|ben|cleo) is sorry/);
    }
  });

  it('are told nobody unless it was asked for', async () => {
    for (const text of Object.values(await fail({})).flat()) {
      expect(steps(text)).to.deep.equal({});
      expect(text).not.to.include('Before it');
    }
  });
});
