import { AsyncLocalStorage } from 'node:async_hooks';
import { captureAtCall, toLogEvent } from '@tocsin/event';
import { expect } from 'chai';
import winston from 'winston';
import { requestName } from './call-styles.js';
import { SlowTransport } from './slow-transport.js';

const storage = new AsyncLocalStorage<{ readonly requestId: string }>();
const source = { current: () => storage.getStore() as Readonly<Record<string, unknown>> | undefined };

const usersFormat = winston.format((info) => {
  info['seenBy'] = storage.getStore()?.requestId;
  return info;
});

describe('a logger that is piped to another, with 100 requests at once', () => {
  const requests = Array.from({ length: 100 }, (_, index) => requestName(index));

  /** Gives whose line each is, by the line, by the user's format in the second logger and by the event. */
  async function pipe(capture: boolean): Promise<readonly (readonly unknown[])[]> {
    const slow = new SlowTransport(
      (info) => {
        const { message, seenBy } = info as { readonly message?: unknown; readonly seenBy?: unknown };
        return [message, seenBy, toLogEvent(info).context['requestId']] as const;
      },
      { longestMs: 5 },
    );
    const second = winston.createLogger({ format: usersFormat(), transports: [slow] });
    const first = winston.createLogger({ format: winston.format.json() });
    first.pipe(second);
    if (capture) for (const logger of [first, second]) captureAtCall(logger, { context: source });
    await Promise.all(
      requests.map((requestId) =>
        storage.run({ requestId }, async () => {
          await new Promise((resolve) => setImmediate(resolve));
          first.info(requestId);
        }),
      ),
    );
    await slow.until(requests.length);
    return slow.seen;
  }

  it("runs the second one's formats in the caller's async context, and tells the caller's in its events", async () => {
    expect(await pipe(true)).to.deep.equal(requests.map((id) => [id, id, id]));
  });

  it('is needed: without it, they find the stores of others', async () => {
    const right = (await pipe(false)).filter(([who, seenBy]) => who === seenBy);
    expect(right.length).to.be.lessThan(requests.length / 2);
  });
});

describe('an Error that was logged by itself before', () => {
  it("comes with the caller's context where defaultMeta has a field of the same name", async () => {
    const slow = new SlowTransport((info) => toLogEvent(info).context['requestId'], { longestMs: 2 });
    const logger = winston.createLogger({ defaultMeta: { requestId: 'none' }, transports: [slow] });
    captureAtCall(logger, { context: source });
    const error = new RangeError('shared');
    storage.run({ requestId: 'r-1' }, () => logger.error(error));
    await slow.until(1);
    storage.run({ requestId: 'r-2' }, () => logger.error('failed', error));
    await slow.until(2);
    expect(slow.seen).to.deep.equal(['r-1', 'r-2']);
  });
});
