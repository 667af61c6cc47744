import { AsyncLocalStorage } from 'node:async_hooks';
import { captureAtCall, type CaptureOptions, toLogEvent } from '@tocsin/event';
import { expect } from 'chai';
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
});
