import { AsyncLocalStorage } from 'node:async_hooks';
import { captureAtCall, toLogEvent } from '@tocsin/event';
import { expect } from 'chai';
import { LEVEL, MESSAGE } from 'triple-beam';
import winston from 'winston';
import { requestName } from './call-styles.js';
import { SlowTransport } from './slow-transport.js';

const { format } = winston;

const storage = new AsyncLocalStorage<{ readonly requestId: string }>();
const source = { current: () => storage.getStore() as Readonly<Record<string, unknown>> | undefined };

/** A format as users write it: it works well until a transport is slow. */
const usersFormat = format((info) => {
  info['seenBy'] = storage.getStore()?.requestId;
  return info;
});

describe('captureAtCall, with one object that 60 requests log at levels of their own', () => {
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
