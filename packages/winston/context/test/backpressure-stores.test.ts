import { bindContext, type Context, contextFormat, createContext } from '@tocsin/context';
import { expect } from 'chai';
import winston from 'winston';
import { type CallStyle, callStyles, requestName, whoLogged } from '../../../base/event/test/call-styles.js';
import { seeded, SlowTransport } from '../../../base/event/test/slow-transport.js';
import { storeKinds } from './context-stores.js';

const { combine, splat } = winston.format;
const requests = 300;

/** What a transport sees of a line. */
interface Seen {
  /** Whose line it is, as the line itself tells. */
  readonly who: string | undefined;
  /** Whose context `contextFormat()` put on it. */
  readonly shown: unknown;
  /** Whose scope a format of the user's found. */
  readonly found: unknown;
}

function look(info: object): Seen {
  const { requestId, foundBy } = info as { readonly requestId?: unknown; readonly foundBy?: unknown };
  return { who: whoLogged(info), shown: requestId, found: foundBy };
}

/** Requests whose line came, and told of them alone. */
function right(lines: readonly Seen[], by: 'shown' | 'found'): number {
  return new Set(lines.flatMap((line) => (line.who === line[by] ? (line.who ?? []) : []))).size;
}

/** Has 300 requests log at the same time, and gives the lines as the transport saw them. */
async function logAtOnce(context: Context, log: CallStyle['log'], bound: boolean): Promise<readonly Seen[]> {
  const usersFormat = winston.format((info) => {
    info['foundBy'] = context.current()['requestId'];
    return info;
  });
  const slow = new SlowTransport(look);
  const logger = winston.createLogger({
    level: 'silly',
    format: combine(splat(), ...(bound ? [contextFormat()] : []), usersFormat()),
    transports: [slow],
  });
  if (bound) bindContext(logger, { context });
  const random = seeded(2);
  await Promise.all(
    Array.from({ length: requests }, (_, index) =>
      context.run({ requestId: requestName(index) }, async () => {
        await new Promise((resolve) => setTimeout(resolve, 10 * random()));
        await log(logger, requestName(index));
      }),
    ),
  );
  await slow.until(requests);
  return slow.seen;
}

describe('contextFormat over each store, with 300 requests at once and a transport of 1 to 50 ms', function () {
  this.timeout(60_000);
  const seen = new Map<string, readonly Seen[]>();

  before(async () => {
    await Promise.all(
      storeKinds.map(async ({ name, open }) => {
        const { store, close } = open();
        const context = createContext(store === undefined ? {} : { store });
        const runs = callStyles.flatMap(({ call, log }) =>
          [true, false].map(async (bound) => {
            seen.set(`${name} ${bound} ${call}`, await logAtOnce(context, log, bound));
          }),
        );
        await Promise.all(runs).finally(close);
      }),
    );
  });

  for (const { name } of storeKinds) {
    for (const { call } of callStyles) {
      it(`shows on each line of ${call} its own request, over ${name}, where a user's format finds it too`, () => {
        const lines = seen.get(`${name} true ${call}`)!;
        expect(lines).to.have.lengthOf(requests);
        expect(right(lines, 'shown')).to.equal(requests);
        expect(right(lines, 'found')).to.equal(requests);
      });
    }

    it(`needs a bound logger: without one, a user's format finds the scopes of others over ${name}`, () => {
      for (const { call } of callStyles) {
        const lines = seen.get(`${name} false ${call}`)!;
        expect(lines, call).to.have.lengthOf(requests);
        expect(right(lines, 'found'), call).to.be.lessThan(requests / 2);
      }
    });
  }
});
