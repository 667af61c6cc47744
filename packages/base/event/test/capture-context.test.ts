import { AsyncLocalStorage } from 'node:async_hooks';
import { captureAtCall, type CaptureOptions, toLogEvent } from '@tocsin/event';
import { expect } from 'chai';
import { LEVEL, MESSAGE } from 'triple-beam';
import winston from 'winston';
import { callStyles, requestName, whoLogged } from './call-styles.js';
import { seeded, SlowTransport } from './slow-transport.js';

const { format } = winston;

interface Request {
  readonly requestId: string;
}

const storage = new AsyncLocalStorage<Request>();
const source = { current: () => storage.getStore() as Readonly<Record<string, unknown>> | undefined };

/** What a transport sees of a line. */
interface Seen {
  readonly who: string | undefined;
  /** What the user's own format found in the AsyncLocalStorage. */
  readonly byFormat: unknown;
  /** What the event tells. */
  readonly byEvent: unknown;
}

function look(info: object): Seen {
  return {
    who: whoLogged(info),
    byFormat: (info as { readonly seenBy?: unknown }).seenBy,
    byEvent: toLogEvent(info).context['requestId'],
  };
}

/** A format as users write it: it works well until a transport is slow. */
const usersFormat = format((info) => {
  info['seenBy'] = storage.getStore()?.requestId;
  return info;
});

const requests = 300;

interface Setup {
  readonly options?: winston.LoggerOptions;
  readonly capture?: CaptureOptions | false;
  readonly inBatches?: boolean;
  /** Done when half of the requests have logged and most of their lines wait. */
  readonly between?: (logger: winston.Logger, slow: SlowTransport<Seen>) => void;
}

/** Has 300 requests log at the same time, each in its own async context, and gives the lines. */
async function logAtOnce(log: (typeof callStyles)[number]['log'], setup: Setup): Promise<readonly Seen[]> {
  const { options, capture = { context: source }, inBatches = false, between } = setup;
  const slow = new SlowTransport(look, { inBatches });
  const logger = winston.createLogger({
    format: format.combine(format.splat(), usersFormat()),
    transports: [slow],
    ...options,
  });
  if (capture !== false) captureAtCall(logger, capture);
  const random = seeded(2);
  const request = (index: number): Promise<void> =>
    storage.run({ requestId: requestName(index) }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 10 * random()));
      await log(logger, requestName(index));
    });
  const all = Array.from({ length: requests }, (_, index) => index);
  await Promise.all(all.slice(0, requests / 2).map(request));
  between?.(logger, slow);
  await Promise.all(all.slice(requests / 2).map(request));
  await slow.until(requests);
  return slow.seen;
}

function right(lines: readonly Seen[], by: 'byFormat' | 'byEvent'): number {
  const own = lines.filter((line) => line.who !== undefined && line.who === line[by]);
  return new Set(own.map(({ who }) => who)).size;
}

const setups: Readonly<Record<string, Setup>> = {
  'a transport that takes one line after the other': {},
  'a transport that takes all that wait at once': { inBatches: true },
  'a format that makes a new object': {
    options: { format: format.combine(format.splat(), usersFormat(), format((info) => ({ ...info }))()) },
  },
  'a new transport after clear() while lines wait': {
    between: (logger, slow) => logger.clear().add(slow),
  },
  'configure() while lines wait': {
    between: (logger, slow) =>
      logger.configure({ format: format.combine(format.splat(), usersFormat()), transports: [slow] }),
  },
};

describe('captureAtCall, with 300 requests at once and a transport of 1 to 50 ms', function () {
  this.timeout(30_000);
  const found = new Map<string, readonly Seen[]>();
  const uncaptured = new Map<string, readonly Seen[]>();

  before(async () => {
    const runs = callStyles.flatMap(({ call, log }) => [
      ...Object.entries(setups).map(async ([name, setup]) => {
        found.set(`${name}: ${call}`, await logAtOnce(log, setup));
      }),
      logAtOnce(log, { capture: false }).then((lines) => uncaptured.set(call, lines)),
    ]);
    await Promise.all(runs);
  });

  for (const name of Object.keys(setups)) {
    describe(`and ${name}`, () => {
      for (const { call } of callStyles) {
        it(`gives each event of ${call} its own request, and the user's format too`, () => {
          const lines = found.get(`${name}: ${call}`)!;
          expect(lines).to.have.lengthOf(requests);
          expect(right(lines, 'byEvent')).to.equal(requests);
          expect(right(lines, 'byFormat')).to.equal(requests);
        });
      }
    });
  }

  it('is needed for each call style: without it, the same format shows other requests', () => {
    for (const { call } of callStyles) {
      const lines = uncaptured.get(call)!;
      expect(lines, call).to.have.lengthOf(requests);
      expect(right(lines, 'byFormat'), call).to.be.lessThan(requests / 2);
      expect(right(lines, 'byEvent'), call).to.equal(0);
    }
  });

  describe('and one object that 60 requests log at levels of their own', () => {
    const levels = ['error', 'warn', 'info', 'verbose', 'debug'] as const;
    const levelOf = (index: number): (typeof levels)[number] => levels[index % levels.length]!;

    /** What is seen of each line: its level, as the line and as the event tell it, and its request. */
    interface Shared {
      readonly level: unknown;
      readonly printed: unknown;
      readonly event: string;
      readonly byEvent: unknown;
      readonly byFormat: unknown;
    }

    const expected: readonly Shared[] = Array.from({ length: 60 }, (_, index) => ({
      level: levelOf(index),
      printed: `${levelOf(index)} ${requestName(index)}`,
      event: levelOf(index),
      byEvent: requestName(index),
      byFormat: requestName(index),
    }));

    const numberOf = (printed: unknown): number => Number(/\d+$/.exec(String(printed))?.[0]);

    async function share(
      log: (logger: winston.Logger, level: (typeof levels)[number]) => unknown,
      { capture, inBatches = false }: { capture: boolean; inBatches?: boolean },
    ): Promise<readonly Shared[]> {
      const slow = new SlowTransport<Shared>(
        (info) => {
          const { level, seenBy, [MESSAGE]: printed } = info as Record<PropertyKey, unknown>;
          const event = toLogEvent(info);
          return {
            level,
            printed,
            event: event.level,
            byEvent: event.context['requestId'],
            byFormat: seenBy,
          };
        },
        { inBatches, longestMs: 8 },
      );
      const print = format.printf((info) => `${info.level} ${String(info['seenBy'])}`);
      const logger = winston.createLogger({
        level: 'silly',
        format: format.combine(usersFormat(), print),
        transports: [slow],
      });
      if (capture) captureAtCall(logger, { context: source });
      await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          storage.run({ requestId: requestName(index) }, async () => {
            await new Promise((resolve) => setImmediate(resolve));
            log(logger, levelOf(index));
          }),
        ),
      );
      await slow.until(60);
      // They come in any order where the transport takes many at once.
      return slow.seen.toSorted((a, b) => numberOf(a.printed) - numberOf(b.printed));
    }

    const ways: Readonly<
      Record<string, () => (logger: winston.Logger, level: (typeof levels)[number]) => unknown>
    > = {
      'an Error': () => {
        const error = new RangeError('shared');
        return (logger, level) => logger[level](error);
      },
      'an Error, by log()': () => {
        const error = new RangeError('shared');
        return (logger, level) => logger.log(level, error as never);
      },
      'an Error, by a child': () => {
        const error = new RangeError('shared');
        return (logger, level) => logger.child({ part: 1 })[level](error);
      },
      "an Error, by error('m', err)": () => {
        const error = new RangeError('shared');
        return (logger, level) => logger[level]('failed', error);
      },
      'a plain object': () => {
        const line = { message: 'shared' };
        return (logger, level) => logger[level](line);
      },
      'a plain object, by log(level, object)': () => {
        const line = { message: 'shared' };
        return (logger, level) => logger.log(level, line);
      },
      'a plain object, by log(object)': () => {
        const line = { level: '', message: 'shared' };
        return (logger, level) => logger.log(Object.assign(line, { level }));
      },
    };

    for (const [name, way] of Object.entries(ways)) {
      for (const inBatches of [false, true]) {
        it(`tells 60 of 60 right for ${name}${inBatches ? ', to a transport that takes all that wait' : ''}`, async () => {
          const seen = await share(way(), { capture: true, inBatches });
          expect(seen).to.deep.equal(expected);
        });
      }
      it(`is needed for ${name}`, async () => {
        const seen = await share(way(), { capture: false });
        const own = seen.filter(({ level, byFormat }, index) => {
          const { level: asLogged, byFormat: asWanted } = expected[index]!;
          return level === asLogged && byFormat === asWanted;
        });
        expect(own.length).to.be.lessThan(60);
      });
    }

    it("leaves the caller's object as winston itself leaves it", async () => {
      const line: Record<PropertyKey, unknown> = { message: 'shared', list: [1] };
      const logged: object[] = [];
      await share(
        (logger, level) => {
          logger[level](line);
          logged.push({ ...line });
        },
        { capture: true },
      );
      expect(logged).to.deep.equal(
        expected.map(({ level }) => ({ message: 'shared', list: [1], level, [LEVEL]: level })),
      );
    });
  });
});
