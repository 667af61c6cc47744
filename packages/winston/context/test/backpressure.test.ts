import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bindContext, context, contextFormat } from '@tocsin/context';
import { expect } from 'chai';
import { LEVEL } from 'triple-beam';
import winston from 'winston';
import { callStyles, requestName } from '../../../base/event/test/call-styles.js';
import { SlowTransport } from '../../../base/event/test/slow-transport.js';
import { logAtOnce, requests, right, type Seen, setups } from './backpressure-table.js';

describe('contextFormat, with 300 requests at once and a transport of 1 to 50 ms', function () {
  this.timeout(60_000);
  const bound = new Map<string, readonly Seen[]>();

  before(async () => {
    const runs = Object.entries(setups).flatMap(([name, setup]) =>
      callStyles.map(async ({ call, log }) => {
        bound.set(`${name}: ${call}`, await logAtOnce(log, setup, { bound: true }));
      }),
    );
    await Promise.all(runs);
  });

  for (const name of Object.keys(setups)) {
    describe(name, () => {
      for (const { call } of callStyles) {
        it(`shows on each line of ${call} its own request`, () => {
          const lines = bound.get(`${name}: ${call}`)!;
          expect(lines).to.have.lengthOf(requests);
          expect(right(lines, 'shown')).to.equal(requests);
        });

        it(`lets a user's format find the store of the caller of ${call}`, () => {
          expect(right(bound.get(`${name}: ${call}`)!, 'found')).to.equal(requests);
        });
      }
    });
  }
});

describe('contextFormat, where nobody catches the errors of 300 requests', function () {
  this.timeout(30_000);

  const programs = ['exceptions', 'rejections'].flatMap((kind) =>
    ['logger', 'transport'].map((place) => ({ kind, place, key: `${kind} ${place}` })),
  );
  const seen = new Map<string, readonly Seen[]>();

  before(() =>
    Promise.all(
      programs.map(async ({ kind, place, key }) => {
        seen.set(key, JSON.parse(await run('uncaught.mjs', kind, place)) as Seen[]);
      }),
    ),
  );

  for (const { kind, place, key } of programs) {
    it(`shows each of the ${kind} its own request, in the format of a ${place}`, () => {
      expect(seen.get(key)).to.have.lengthOf(requests);
      expect(right(seen.get(key)!, 'shown')).to.equal(requests);
    });
  }
});

describe('contextFormat, with one object that 60 requests log at levels of their own', () => {
  const levels = ['error', 'warn', 'info', 'verbose', 'debug'] as const;
  type Level = (typeof levels)[number];
  const levelOf = (index: number): Level => levels[index % levels.length]!;

  /** Has 60 requests log, and gives each line's level and context, in the order of the requests. */
  async function share(
    log: (logger: winston.Logger, level: Level) => unknown,
    place: 'logger' | 'transport',
  ): Promise<readonly string[]> {
    const slow = new SlowTransport(
      (info) =>
        `${String((info as { level?: unknown })['level'])} ${String((info as { requestId?: unknown }).requestId)}`,
      { longestMs: 8, ...(place === 'transport' ? { format: contextFormat() } : {}) },
    );
    const plain = winston.format((info) => info);
    const logger = winston.createLogger({
      level: 'silly',
      format: place === 'logger' ? contextFormat() : plain(),
      transports: [slow],
    });
    bindContext(logger);
    await Promise.all(
      Array.from({ length: 60 }, (_, index) =>
        context.run({ requestId: requestName(index) }, async () => {
          await new Promise((resolve) => setImmediate(resolve));
          log(logger, levelOf(index));
        }),
      ),
    );
    await slow.until(60);
    return slow.seen;
  }

  const objects: Readonly<Record<string, () => { readonly message: string }>> = {
    'an Error': () => new RangeError('shared'),
    'an Error that holds itself': () => {
      const error = new RangeError('shared');
      return Object.assign(error, { details: { error } });
    },
    'a plain object': () => ({ message: 'shared' }),
    'an object with what winston calls splat': () => ({
      message: 'shared',
      [Symbol.for('splat')]: [{ a: 1 }],
    }),
  };

  for (const [name, make] of Object.entries(objects)) {
    for (const place of ['logger', 'transport'] as const) {
      it(`shows 60 of 60 right for ${name}, in the format of a ${place}`, async () => {
        const object = make();
        const seen = await share((logger, level) => logger[level](object), place);
        expect(seen).to.deep.equal(
          Array.from({ length: 60 }, (_, index) => `${levelOf(index)} ${requestName(index)}`),
        );
      });

      it(`leaves ${name} as winston itself leaves it, in the format of a ${place}`, async () => {
        const object = make();
        const before = Reflect.ownKeys(object);
        const after: (readonly PropertyKey[])[] = [];
        await share((logger, level) => {
          logger[level](object);
          after.push(Reflect.ownKeys(object).filter((key) => !before.includes(key)));
        }, place);
        expect(after).to.deep.equal(Array.from({ length: 60 }, () => ['level', LEVEL]));
      });
    }
  }
});

describe("contextFormat in a transport's own format", () => {
  it('knows all lines but those that were handed to it before it was first at work, and those show nothing', async () => {
    const seen = JSON.parse(await run('late-format.mjs')) as string[];
    const all = Array.from({ length: 120 }, (_, index) => requestName(index));
    // As many as a stream holds, and the one that it works on.
    const handed = 17;
    expect(seen.slice(0, handed)).to.deep.equal(all.slice(0, handed).map(() => 'nobody'));
    expect(seen.slice(handed)).to.deep.equal(all.slice(handed));
  });
});

// The last, since from the first line that a format cannot know, all loggers of the process make theirs known.
describe('contextFormat without bindContext()', function () {
  this.timeout(30_000);

  const unbound = new Map<string, readonly Seen[]>();

  before(() =>
    Promise.all(
      callStyles.map(async ({ call, log }) => {
        unbound.set(call, await logAtOnce(log, Object.values(setups)[0]!, { bound: false }));
      }),
    ),
  );

  for (const { call } of callStyles) {
    it(`shows nothing on the lines of ${call}, and a user's format finds others' stores`, () => {
      const lines = unbound.get(call)!;
      expect(lines).to.have.lengthOf(requests);
      expect(new Set(lines.map(({ shown }) => shown))).to.deep.equal(new Set([undefined]));
      expect(right(lines, 'found')).to.be.lessThan(requests / 2);
    });
  }
});

async function run(program: string, ...args: string[]): Promise<string> {
  const file = join(__dirname, 'fixtures', program);
  return (await promisify(execFile)(process.execPath, [file, ...args])).stdout;
}
