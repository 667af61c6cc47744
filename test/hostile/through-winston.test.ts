import { AlertTransport } from '@tocsin/alert';
import { callsiteFormat, context, contextFormat, enrichFormat } from '@tocsin/context';
import { MemoryStore } from '@tocsin/decision';
import { errorFormat, redactFormat, type TocsinError } from '@tocsin/event';
import { GitHubNotifier } from '@tocsin/github';
import { SlackNotifier } from '@tocsin/slack';
import { expect } from 'chai';
import fc from 'fast-check';
import { inspect } from 'node:util';
import { MESSAGE } from 'triple-beam';
import winston from 'winston';
import TransportStream from 'winston-transport';
import { balanced } from '../e2e/books.js';
import { startServices, type Services } from './services.js';
import { hostileCalls, loggedValues, planted, runs, type Logging, type Recipe } from './values.js';

const { combine, colorize, errors, json, prettyPrint, simple, splat } = winston.format;

const ownFormats = "Tocsin's own formats";
/** The format of the user's logger. Each test makes its own. */
const formats: Readonly<Record<string, () => winston.Logform.Format | undefined>> = {
  'no format': () => undefined,
  json,
  'errors and json': () => combine(errors({ stack: true, cause: true }), json()),
  'splat and simple': () => combine(splat(), simple()),
  'colorize and simple': () => combine(colorize({ all: true }), simple()),
  prettyPrint,
  [ownFormats]: () =>
    combine(errorFormat(), contextFormat(), callsiteFormat(), enrichFormat(), redactFormat(), json()),
  // What a user's format throws reaches the caller: that is winston's own matter, and the same without Tocsin.
  "a format of the user's that throws at some lines": () =>
    winston.format((info) => {
      if (Object.keys(info).length > 2) throw new Error('the format is broken');
      return info;
    })(),
};

/** One budget for as many alerts as a run makes: pacing is not what is tested here. */
class UnpacedStore extends MemoryStore {
  override permit(): Promise<{ granted: boolean; retryAfterMs: number }> {
    return Promise.resolve({ granted: true, retryAfterMs: 0 });
  }
}

/** Numbers that Node 20 shows on a Promise; no two have the same. */
const asyncIds = /\[Symbol\((?:trigger_)?async_id_symbol\)\]: \d+/g;

/** The transport that the user has already. */
class Sibling extends TransportStream {
  readonly lines: string[] = [];
  override log(info: Record<symbol, unknown>, callback: () => void): void {
    const printed = info[MESSAGE];
    const line = typeof printed === 'string' ? printed : inspected(info);
    this.lines.push(line.replaceAll(asyncIds, ''));
    callback();
  }
}

function inspected(info: unknown): string {
  try {
    return inspect(info, { depth: 4, maxStringLength: 2_000 });
  } catch (error) {
    return `not to be printed: ${(error as Error).message}`;
  }
}

/** What came of one call: nothing, or the text of what was thrown. */
function outcomeOf(log: (logger: Logging) => unknown, logger: Logging): string {
  try {
    log(logger);
    return 'logged';
  } catch (error) {
    return `threw ${inspected(error).split('\n', 1)[0]}`;
  }
}

function loggerWith(
  format: winston.Logform.Format | undefined,
  ...transports: TransportStream[]
): winston.Logger {
  const logger = winston.createLogger({ transports, ...(format === undefined ? {} : { format }) });
  // What winston tells by 'error', it tells with and without Tocsin.
  return logger.on('error', () => undefined);
}

type Calls = readonly Recipe<(logger: Logging) => unknown>[];

describe('hostile values logged through winston', function () {
  this.timeout(60_000);
  let services: Services;
  const { error: consoleError } = console;

  before(async () => {
    services = await startServices();
    // Winston's own remarks on levels that it does not know.
    console.error = () => undefined;
  });
  after(async () => {
    console.error = consoleError;
    await services.close();
  });

  /** Logs the calls, in a context that holds anything, with and without Tocsin, and says what came of both. */
  async function logBoth(makeFormat: () => winston.Logform.Format | undefined, calls: Calls, held: Recipe) {
    services.reset();
    const failures: TocsinError[] = [];
    const transport = new AlertTransport({
      service: 'checkout',
      environment: 'production',
      store: new UnpacedStore(),
      notifiers: [
        new GitHubNotifier({
          token: 'token-of-github',
          repository: 'acme/checkout',
          baseUrl: services.githubUrl,
          maxNewPerDay: 10_000,
        }),
        new SlackNotifier({ webhookUrl: services.webhookUrl }),
      ],
      policy: { newPerMinute: 100_000 },
      breadcrumbs: true,
      // Every line is an alert of its own, so that every line is sent.
      grouping: ({ id }) => id,
      onError: (error) => void failures.push(error),
    });
    const without = new Sibling();
    const beside = new Sibling();
    const plain = loggerWith(makeFormat(), without);
    const logger = loggerWith(makeFormat(), beside, transport);
    const outcomes = context.run({ held: held.make() }, () =>
      calls.map((call) => {
        // Made and logged from the same place, since stacks are printed.
        const [withoutTocsin, withTocsin] = [plain, logger].map((one) => outcomeOf(call.make(), one));
        return { call: String(call), withoutTocsin, withTocsin };
      }),
    );
    const flushed = await transport.flush(20_000);
    const stats = transport.stats();
    await transport.close();
    return { failures, without, beside, outcomes, flushed, stats };
  }

  for (const [name, makeFormat] of Object.entries(formats)) {
    it(`${name}: nothing of ours throws, all is told within the limits, and no secret leaves`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(hostileCalls, { minLength: 1, maxLength: 8 }),
          loggedValues,
          async (calls, held) => {
            const { failures, without, beside, outcomes, flushed, stats } = await logBoth(
              makeFormat,
              calls,
              held,
            );
            for (const { call, withoutTocsin, withTocsin } of outcomes)
              expect(withTocsin, call).to.equal(withoutTocsin);
            // Tocsin's own formats tell more where the transport has captured the Error.
            if (name === ownFormats) expect(beside.lines).to.have.length(without.lines.length);
            else expect(beside.lines).to.deep.equal(without.lines);

            expect(failures.map(String)).to.deep.equal([]);
            expect(flushed).to.equal(true);
            expect(balanced(stats)).to.equal(true);
            expect(stats).to.deep.include({ pending: 0, dropped: {}, degraded: 0 });
            expect(stats.accepted).to.be.at.least(beside.lines.length);
            // A field `fingerprint` makes lines one error, whatever the grouping says.
            if (![...calls, held].some((value) => String(value).includes('"fingerprint"'))) {
              expect(stats.suppressed).to.deep.equal({});
              expect(stats.delivered).to.equal(stats.accepted);
            }
            expect([services.messages(), services.issues()]).to.deep.equal([
              stats.delivered,
              stats.delivered,
            ]);

            expect(services.broken).to.deep.equal([]);
            for (const body of services.bodies) expect(body).not.to.contain(planted);
          },
        ),
        runs(15),
      );
    });
  }
});
