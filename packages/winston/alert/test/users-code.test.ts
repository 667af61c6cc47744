import { expect } from 'chai';
import { MemoryStore } from '@tocsin/decision';
import { RecordingNotifier } from './recording-notifier.js';
import { closeScenes, never, scene, storeWith, until } from './scene.js';

describe("code of the user's that AlertTransport calls", function () {
  this.timeout(10_000);
  afterEach(closeScenes);

  it('sends the alert as it was when beforeAlert never answers', async () => {
    const notifier = new RecordingNotifier();
    const { logger, transport, failures } = scene({ notifiers: [notifier], beforeAlert: never });
    logger.error('unanswered');
    expect(await transport.flush(8_000)).to.equal(true);
    expect(notifier.messages).to.deep.equal(['unanswered']);
    expect(failures.map(({ code }) => code)).to.deep.equal(['TOCSIN_USER_CODE_FAILED']);
  });

  it('closes in time while beforeAlert hangs', async () => {
    let asked = false;
    const { logger, transport } = scene({
      notifiers: [new RecordingNotifier()],
      beforeAlert: () => {
        asked = true;
        return never();
      },
    });
    logger.error('unanswered');
    await until(() => asked);
    expect(await transport.close(20)).to.equal(false);
    expect(transport.stats()).to.deep.include({ pending: 0, dropped: { closed: 1 } });
  });

  for (const option of ['ignore', 'routes'] as const) {
    it(`sends the alert, tells of it and leaves no rejection when a rule of ${option} is asynchronous`, async () => {
      const unhandled: unknown[] = [];
      const listener = (reason: unknown): void => void unhandled.push(reason);
      const others = process.listeners('unhandledRejection');
      process.removeAllListeners('unhandledRejection').on('unhandledRejection', listener);
      try {
        const rule = (): never => Promise.reject(new Error('later')) as never;
        const notifier = new RecordingNotifier();
        const { logger, transport, failures } = scene({
          notifiers: [notifier],
          ...(option === 'ignore'
            ? { ignore: [rule] }
            : { routes: [{ when: rule, notifiers: ['recorder'] }] }),
        });
        logger.error('heard');
        await transport.flush();
        expect(notifier.told).to.have.length(1);
        expect(failures.map(({ code }) => code)).to.deep.equal(['TOCSIN_USER_CODE_FAILED']);
        expect(unhandled).to.deep.equal([]);
      } finally {
        process.removeListener('unhandledRejection', listener);
        for (const other of others) process.on('unhandledRejection', other);
      }
    });
  }

  it('alerts an error though an ignored class cannot be compared with it', async () => {
    class Odd extends Error {
      static override [Symbol.hasInstance](): boolean {
        throw new Error('hasInstance');
      }
    }
    const notifier = new RecordingNotifier();
    const { logger, transport, failures } = scene({ notifiers: [notifier], ignore: [Odd] });
    logger.error('compared', new TypeError('x'));
    await transport.flush();
    expect(notifier.told).to.have.length(1);
    expect(failures.map(({ code }) => code)).to.deep.equal(['TOCSIN_USER_CODE_FAILED']);
  });

  it('does not silence an alert by a mute that is over by the clock of the store', async () => {
    // The clock of the store is a year ahead of that of this process.
    let now = Date.now() + 365 * 86_400_000;
    const store = new MemoryStore({ clock: () => now });
    const notifier = new RecordingNotifier();
    const { logger, transport } = scene({ notifiers: [notifier], store });
    logger.error('muted for an hour');
    await transport.flush();
    const [record] = await store.list({});
    await store.update(record!.key, { mutedUntil: now + 3_600_000 });
    now += 3_600_001;
    logger.error('muted for an hour');
    await transport.flush();
    expect(notifier.told.map(({ reason }) => reason)).to.deep.equal(['first', 'cooldown']);
  });

  it("keeps the budgets of two notifiers apart with store 'none'", async () => {
    const pace = (key: string) => ({ paces: [{ key, limit: 1, windowMs: 400 }] });
    const one = new RecordingNotifier('one', 'channel', pace('one'));
    const two = new RecordingNotifier('two', 'channel', pace('two'));
    const { logger, transport } = scene({ notifiers: [one, two], store: 'none' });
    for (let index = 0; index < 3; index += 1) logger.error('each');
    await transport.flush(250);
    expect([one.told.length, two.told.length]).to.deep.equal([1, 1]);
  });

  it('writes the refs of a tracker before the outcome that ends the claim', async () => {
    const real = new MemoryStore();
    let failed = false;
    const store = storeWith(real, {
      settle: (...values) => {
        if (values[2] === 'tracker' && !failed) {
          failed = true;
          return Promise.reject(new Error('a hiccup'));
        }
        return real.settle(...values);
      },
    });
    const tracker = new RecordingNotifier('tracker', 'tracker');
    tracker.answer = () => ({ refs: { number: 1 }, link: 'https://example.test/1' });
    const { logger, transport } = scene({
      notifiers: [tracker, new RecordingNotifier('other', 'tracker')],
      store,
    });
    logger.error('two outcomes');
    await transport.flush();
    const [record] = await real.list({});
    expect(record!.refs).to.deep.equal({ tracker: { number: 1 } });
    expect(record!.claim).to.equal(undefined);
  });

  it('wakes nobody for a digest that is less severe than they want', async () => {
    let now = Date.UTC(2026, 0, 1, 10, 0, 30);
    const store = new MemoryStore({ clock: () => now });
    const pager = new RecordingNotifier('pager', 'channel', { minSeverity: 'critical' });
    const chat = new RecordingNotifier('chat');
    const { logger, transport } = scene({
      notifiers: [pager, chat],
      store,
      policy: { newPerMinute: 0, sweepMs: 20 },
    });
    logger.error('merely an error');
    await transport.flush();
    now += 31_000;
    await until(() => chat.told.length === 1);
    await transport.flush();
    expect(pager.told).to.have.length(0);
  });
});
