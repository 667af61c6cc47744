import { AlertTransport, type AlertTransportOptions } from '@tocsin/alert';
import { MemoryStore } from '@tocsin/decision';
import type { TocsinError } from '@tocsin/event';
import { expect } from 'chai';
import winston from 'winston';
import { RecordingNotifier } from './recording-notifier.js';

class PaymentError extends Error {
  override readonly name = 'PaymentError';
}

interface Scene {
  readonly logger: winston.Logger;
  readonly transport: AlertTransport;
  readonly failures: TocsinError[];
}

const open: AlertTransport[] = [];

function scene(options: Partial<AlertTransportOptions> & Pick<AlertTransportOptions, 'notifiers'>): Scene {
  const failures: TocsinError[] = [];
  const transport = new AlertTransport({
    service: 'checkout',
    environment: 'test',
    grouping: 'message',
    onError: (error) => failures.push(error),
    ...options,
  });
  open.push(transport);
  return { logger: winston.createLogger({ transports: [transport] }), transport, failures };
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((a, b) => a + b, 0);
}

async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries += 1) {
    if (tries > 600) throw new Error(`still not so: ${holds.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('AlertTransport', () => {
  afterEach(async () => {
    await Promise.all(open.splice(0).map((transport) => transport.close(200)));
  });

  it('tells one alert for many equal errors, and its books balance', async () => {
    const notifier = new RecordingNotifier();
    const store = new MemoryStore();
    const { logger, transport } = scene({ notifiers: [notifier], store });
    for (let index = 0; index < 500; index += 1) logger.error('charge failed', new PaymentError('declined'));
    expect(await transport.flush()).to.equal(true);
    expect(notifier.told).to.have.length(1);
    expect(notifier.told[0]).to.deep.include({
      kind: 'error',
      reason: 'first',
      suppressedSince: 0,
      degraded: false,
    });
    const [record] = await store.list({});
    expect(record!.occurrences).to.equal(500);
    const stats = transport.stats();
    expect(stats.accepted).to.equal(500);
    expect(stats.delivered + sum(stats.suppressed) + sum(stats.dropped) + stats.pending).to.equal(500);
    expect(stats.alerts).to.deep.equal({ first: 1 });
    expect(stats.notifiers['recorder']).to.include({ delivered: 1, failed: 0, waiting: 0 });
  });

  it('makes few store calls for many equal errors: four a second at most', async () => {
    const store = new MemoryStore();
    let calls = 0;
    const counting = Object.assign(Object.create(store) as MemoryStore, {
      record: (...values: Parameters<MemoryStore['record']>) => {
        calls += 1;
        return store.record(...values);
      },
    });
    const { logger, transport } = scene({ notifiers: [new RecordingNotifier()], store: counting });
    const startedAt = performance.now();
    while (performance.now() - startedAt < 600) {
      logger.error('again and again');
      await new Promise((resolve) => setImmediate(resolve));
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    expect(calls).to.be.at.most(Math.ceil(seconds * 4) + 1);
    await transport.flush();
  });

  it('tells trackers first, and gives their links to the channels', async () => {
    const order: string[] = [];
    const tracker = new RecordingNotifier('tracker', 'tracker');
    tracker.answer = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      order.push('tracker');
      return { link: 'https://example.test/issues/1', refs: { number: 1 } };
    };
    const channel = new RecordingNotifier('channel');
    channel.answer = () => {
      order.push('channel');
      return {};
    };
    const { logger, transport } = scene({ notifiers: [channel, tracker] });
    logger.error('ordered');
    await transport.flush();
    expect(order).to.deep.equal(['tracker', 'channel']);
    expect(channel.told[0]!.links).to.deep.equal({ tracker: 'https://example.test/issues/1' });
  });

  it('keeps the channels silent when a tracker says that the issue is ignored', async () => {
    const tracker = new RecordingNotifier('tracker', 'tracker');
    tracker.answer = () => ({ refs: { number: 1 }, tracker: { state: 'ignored' } });
    const channel = new RecordingNotifier('channel');
    const { logger, transport } = scene({
      notifiers: [channel, tracker],
      policy: { everyNth: 1, countGapMs: 0 },
    });
    logger.error('unloved');
    await transport.flush();
    logger.error('unloved');
    await transport.flush();
    expect(channel.told).to.have.length(0);
    expect(tracker.told).to.have.length(1);
    expect(transport.stats().suppressed).to.include({ ignored: 1 });
  });

  it('does not make one notifier wait for another', async () => {
    const hanging = new RecordingNotifier('hanging');
    hanging.answer = () => new Promise(() => undefined);
    const quick = new RecordingNotifier('quick');
    const { logger, transport } = scene({ notifiers: [hanging, quick] });
    logger.error('one');
    await until(() => quick.told.length === 1);
    expect(await transport.flush(10)).to.equal(false);
  });

  it('sends what matches no route to all, and what matches to the union of its routes', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => new RecordingNotifier(name));
    const { logger, transport } = scene({
      notifiers: [a!, b!, c!],
      routes: [
        { when: (event) => event.message.includes('payment'), notifiers: ['a'] },
        { when: (event) => event.severity === 'critical', notifiers: ['b'] },
      ],
    });
    logger.error('payment lost');
    logger.error('payment and disk lost', { severity: 'critical' });
    logger.error('something else');
    await transport.flush();
    expect(a!.messages).to.have.members(['payment lost', 'payment and disk lost', 'something else']);
    expect(b!.messages).to.have.members(['payment and disk lost', 'something else']);
    expect(c!.messages).to.deep.equal(['something else']);
  });

  it('tells all, and tells of the failure, when the `when` of a route throws', async () => {
    const notifier = new RecordingNotifier();
    const when = (): boolean => {
      throw new Error('route');
    };
    const { logger, transport, failures } = scene({
      notifiers: [notifier],
      routes: [{ when, notifiers: ['recorder'] }],
    });
    logger.error('routed');
    await transport.flush();
    expect(notifier.messages).to.deep.equal(['routed']);
    expect(failures.map(({ code }) => code)).to.deep.equal(['TOCSIN_USER_CODE_FAILED']);
  });

  it('leaves out a notifier whose minSeverity is not reached, and ends the claim all the same', async () => {
    const picky = new RecordingNotifier('picky', 'channel', { minSeverity: 'critical' });
    const store = new MemoryStore();
    const { logger, transport } = scene({ notifiers: [picky], store });
    logger.error('merely an error');
    await transport.flush();
    expect(picky.told).to.have.length(0);
    expect((await store.list({}))[0]!.claim).to.equal(undefined);
    expect(transport.stats().suppressed).to.deep.equal({ silenced: 1 });
  });

  it('ignores by class, pattern and rule', async () => {
    const notifier = new RecordingNotifier();
    const { logger, transport } = scene({
      notifiers: [notifier],
      ignore: [PaymentError, /^Error: boring/g, (event) => event.context['optional'] === true],
    });
    logger.error('a', new PaymentError('x'));
    logger.error(new Error('boring one'));
    logger.error(new Error('boring two'));
    logger.error('b', { optional: true });
    logger.error('heard');
    await transport.flush();
    expect(notifier.messages).to.deep.equal(['heard']);
    expect(transport.stats().suppressed).to.deep.equal({ ignored: 4 });
  });

  describe('beforeAlert', () => {
    it('may change the alert', async () => {
      const notifier = new RecordingNotifier();
      const { logger, transport } = scene({
        notifiers: [notifier],
        beforeAlert: (alert) => ({ ...alert, event: { ...alert.event, message: 'changed' } }),
      });
      logger.error('original');
      await transport.flush();
      expect(notifier.messages).to.deep.equal(['changed']);
    });

    it('may answer null, which is silent, ends the claim and keeps the window', async () => {
      const notifier = new RecordingNotifier();
      const store = new MemoryStore();
      const { logger, transport } = scene({ notifiers: [notifier], store, beforeAlert: () => null });
      logger.error('hushed');
      await transport.flush();
      logger.error('hushed');
      await transport.flush();
      const [record] = await store.list({});
      expect(notifier.told).to.have.length(0);
      expect(record).to.deep.include({ alertCount: 1, occurrences: 2 });
      expect(record!.claim).to.equal(undefined);
      expect(transport.stats().suppressed).to.deep.equal({ silenced: 1, cooldown: 1 });
    });

    for (const [what, beforeAlert] of [
      [
        'throws',
        () => {
          throw new Error('hook');
        },
      ],
      ['rejects', () => Promise.reject(new Error('hook'))],
      ['gives something else', () => 7 as never],
    ] as const) {
      it(`that ${what} is told, and the alert is sent as it was`, async () => {
        const notifier = new RecordingNotifier();
        const { logger, transport, failures } = scene({ notifiers: [notifier], beforeAlert });
        logger.error('kept');
        await transport.flush();
        expect(notifier.messages).to.deep.equal(['kept']);
        expect(failures.map(({ code }) => code)).to.deep.equal(['TOCSIN_USER_CODE_FAILED']);
      });
    }
  });

  it('brings the counts up to date at flush in what a notifier can edit', async () => {
    const tracker = new RecordingNotifier('tracker', 'tracker');
    tracker.answer = () => ({ refs: { number: 7 } });
    const { logger, transport } = scene({ notifiers: [tracker] });
    for (let index = 0; index < 25; index += 1) logger.error('counted');
    await transport.flush();
    expect(tracker.updated.map(({ record }) => record.occurrences)).to.deep.equal([25]);
    expect(tracker.updated[0]!.record.refs).to.deep.equal({ tracker: { number: 7 } });
    await transport.flush();
    expect(tracker.updated).to.have.length(1);
  });

  it('puts errors past the cap into one digest, sent to channels only when the minute is over', async () => {
    let now = Date.UTC(2026, 0, 1, 10, 0, 30);
    const store = new MemoryStore({ clock: () => now });
    const channel = new RecordingNotifier('channel');
    const tracker = new RecordingNotifier('tracker', 'tracker');
    const { logger, transport } = scene({
      notifiers: [channel, tracker],
      store,
      policy: { newPerMinute: 2, sweepMs: 20 },
    });
    for (const name of ['alpha', 'beta', 'gamma', 'delta', 'epsilon']) logger.error(`new error ${name}`);
    await transport.flush();
    expect(channel.told).to.have.length(2);
    expect(transport.stats().suppressed).to.deep.equal({ digested: 3 });
    now += 31_000;
    await until(() => channel.told.length === 3);
    const digest = channel.told[2]!;
    expect(digest.kind).to.equal('digest');
    expect(digest.members!.map(({ title }) => title)).to.have.members([
      'new error gamma',
      'new error delta',
      'new error epsilon',
    ]);
    expect(tracker.told).to.have.length(2);
  });

  it('takes over a claim whose holder is gone and tells only those that were not told', async () => {
    let now = Date.UTC(2026, 0, 1);
    const store = new MemoryStore({ clock: () => now });
    const dead = scene({
      notifiers: [new RecordingNotifier('told'), new RecordingNotifier('missed')],
      store,
    });
    const missed = dead.transport;
    // The holder settles one notifier and is never heard of again.
    const settle = store.settle.bind(store);
    let outcomes = 0;
    store.settle = async (...values) => {
      outcomes += 1;
      return outcomes === 1 ? settle(...values) : new Promise(() => undefined);
    };
    dead.logger.error('left behind');
    await until(() => outcomes >= 2);
    store.settle = settle;
    const told = new RecordingNotifier('told');
    const heir = new RecordingNotifier('missed');
    // The dead holder's renewals must not be heard either.
    const renew = store.renew.bind(store);
    const [record] = await store.list({});
    const deadToken = record!.claim!.token;
    store.renew = async (key, token) => (token === deadToken ? false : renew(key, token));
    scene({ notifiers: [told, heir], store, policy: { sweepMs: 20 } });
    now += 31_000;
    await until(() => told.told.length + heir.told.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect([told.told.length, heir.told.length].toSorted()).to.deep.equal([0, 1]);
    expect([...told.told, ...heir.told][0]!.delayedMs).to.be.a('number');
    void missed;
  });

  it('asks trackers about errors that are still seen, and alerts a regression when the issue was closed', async () => {
    let now = Date.UTC(2026, 0, 1);
    const store = new MemoryStore({ clock: () => now });
    const tracker = new RecordingNotifier('tracker', 'tracker');
    tracker.answer = () => ({ refs: { number: 1 }, tracker: { state: 'open' } });
    const { logger, transport } = scene({ notifiers: [tracker], store, policy: { sweepMs: 20 } });
    logger.error('mended, they said');
    await transport.flush();
    tracker.state = { state: 'closed', closedAt: now };
    await until(() => tracker.checked.length > 0);
    await until(() => transport.stats().failures === 0);
    expect(tracker.checked).to.deep.equal([{ number: 1 }]);
    now += 1_000;
    logger.error('mended, they said');
    await transport.flush();
    expect(tracker.told.map(({ reason }) => reason)).to.deep.equal(['first', 'regression']);
  });

  it('takes a closed error for a regression in a new release only, where releases are known', async () => {
    const store = new MemoryStore();
    const reasons: string[] = [];
    for (const release of ['v1', 'v1', 'v2']) {
      const notifier = new RecordingNotifier();
      const { logger, transport } = scene({ notifiers: [notifier], store, release });
      logger.error('mended in v2, they said');
      await transport.flush();
      reasons.push(...notifier.told.map(({ reason }) => `${release} ${reason}`));
      const [record] = await store.list({});
      if (reasons.length === 1) await store.update(record!.key, { resolved: true });
    }
    expect(reasons).to.deep.equal(['v1 first', 'v2 regression']);
  });

  it("alerts every error with store 'none'", async () => {
    const notifier = new RecordingNotifier();
    const { logger, transport } = scene({ notifiers: [notifier], store: 'none' });
    for (let index = 0; index < 20; index += 1) logger.error('each of them');
    await transport.flush();
    expect(notifier.told).to.have.length(20);
  });

  it('decides alone while the store fails, says so on the alert, and catches the counts up without a second alert', async () => {
    const real = new MemoryStore();
    let down = true;
    const record: MemoryStore['record'] = (...values) =>
      down ? Promise.reject(new Error('gone')) : real.record(...values);
    const store = Object.assign(Object.create(real) as MemoryStore, { record });
    const notifier = new RecordingNotifier();
    const { logger, transport, failures } = scene({ notifiers: [notifier], store, policy: { sweepMs: 50 } });
    for (let index = 0; index < 30; index += 1) logger.error('in the dark');
    await transport.flush();
    expect(notifier.told.map(({ degraded }) => degraded)).to.deep.equal([true]);
    expect(failures.map(({ code }) => code)).to.include('TOCSIN_STORE_UNAVAILABLE');
    down = false;
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    logger.error('in the dark');
    await transport.flush();
    const [known] = await real.list({});
    expect(known!.occurrences).to.equal(31);
    expect(notifier.told).to.have.length(1);
  });

  it('sends nothing and says so once when TOCSIN_DISABLED is set', async () => {
    process.env['TOCSIN_DISABLED'] = '1';
    const warnings: string[] = [];
    const listener = (warning: Error): void => void warnings.push(warning.message);
    process.on('warning', listener);
    try {
      const notifier = new RecordingNotifier();
      const { logger, transport } = scene({ notifiers: [notifier] });
      scene({ notifiers: [notifier] });
      logger.error('unheard');
      logger.error('unheard');
      await transport.flush();
      await new Promise((resolve) => setImmediate(resolve));
      expect(notifier.told).to.have.length(0);
      expect(transport.stats().suppressed).to.deep.equal({ disabled: 2 });
      expect(warnings.filter((message) => message.includes('TOCSIN_DISABLED'))).to.have.length(1);
    } finally {
      delete process.env['TOCSIN_DISABLED'];
      process.removeListener('warning', listener);
    }
  });

  it('closes its notifiers and its store', async () => {
    const notifier = new RecordingNotifier();
    const { transport } = scene({ notifiers: [notifier] });
    await transport.close();
    await transport.close();
    expect(notifier.closed).to.equal(1);
  });
});
