import { MemoryStore } from '@tocsin/decision';
import { expect } from 'chai';
import { RecordingNotifier } from './recording-notifier.js';
import { closeScenes, never, pause, scene, storeWith, sum, until } from './scene.js';

describe('closing an AlertTransport', () => {
  afterEach(closeScenes);

  it('gives up what hangs, counts it, leaves its claim to others and runs nothing any more', async () => {
    const store = new MemoryStore();
    let renewals = 0;
    const watched = storeWith(store, {
      renew: (...values) => {
        renewals += 1;
        return store.renew(...values);
      },
      close: () => Promise.resolve(),
    });
    const notifier = new RecordingNotifier();
    notifier.answer = never;
    const { logger, transport } = scene({ notifiers: [notifier], store: watched, policy: { leaseMs: 60 } });
    for (let index = 0; index < 3; index += 1) logger.error('stuck');
    await until(() => renewals > 0);
    expect(await transport.close(50)).to.equal(false);
    const stats = transport.stats();
    expect([stats.pending, stats.dropped['closed']! + sum(stats.suppressed)]).to.deep.equal([0, 3]);
    const before = renewals;
    await pause(120);
    expect(renewals).to.equal(before);
    expect((await store.list({}))[0]!.claim!.settled).to.deep.equal({});
  });

  it('counts what still waits to be decided on', async () => {
    const { logger, transport } = scene({ notifiers: [new RecordingNotifier()], coalesceMs: 60_000 });
    logger.error('again');
    await transport.flush();
    for (let index = 0; index < 5; index += 1) logger.error('again');
    await pause(20);
    await transport.close(0);
    const { accepted, delivered, suppressed, dropped, pending } = transport.stats();
    expect(pending).to.equal(0);
    expect(accepted).to.equal(delivered + sum(suppressed) + sum(dropped));
  });

  it('is in time though the aftercare of an alert hangs', async () => {
    const tracker = new RecordingNotifier('tracker', 'tracker');
    tracker.answer = () => ({ refs: { number: 1 } });
    let updating = false;
    tracker.update = () => {
      updating = true;
      return never();
    };
    const { logger, transport } = scene({ notifiers: [tracker], policy: { sweepMs: 10 } });
    logger.error('counted');
    await until(() => tracker.told.length === 1);
    logger.error('counted');
    await until(() => updating);
    const startedAt = performance.now();
    await transport.close(100);
    expect(performance.now() - startedAt).to.be.below(2_000);
    expect(transport.stats().pending).to.equal(0);
  });

  it('is in time though a notifier hangs in its own close', async () => {
    const notifier = new RecordingNotifier();
    notifier.close = never;
    const { transport, failures } = scene({ notifiers: [notifier] });
    const startedAt = performance.now();
    await transport.close(50);
    expect(performance.now() - startedAt).to.be.below(2_000);
    expect(failures.map(({ code }) => code)).to.deep.equal(['TOCSIN_FLUSH_TIMEOUT']);
  });

  it('leaves a store and a notifier open that another transport uses, and the last one closes them', async () => {
    const real = new MemoryStore();
    let closed = 0;
    const store = storeWith(real, {
      close: () => {
        closed += 1;
        return real.close();
      },
    });
    const notifier = new RecordingNotifier();
    const one = scene({ notifiers: [notifier], store });
    const other = scene({ notifiers: [notifier], store });
    await one.transport.close();
    expect([closed, notifier.closed]).to.deep.equal([0, 0]);
    other.logger.error('still decided together');
    expect(await other.transport.flush()).to.equal(true);
    expect(notifier.told.map(({ degraded }) => degraded)).to.deep.equal([false]);
    await other.transport.close();
    expect([closed, notifier.closed]).to.deep.equal([1, 1]);
  });

  it('answers false to flush when one of two notifiers was not told', async () => {
    const refusing = new RecordingNotifier('refusing');
    refusing.answer = () => Promise.reject(new Error('no'));
    const { logger, transport } = scene({ notifiers: [refusing, new RecordingNotifier('fine')] });
    logger.error('half told');
    expect(await transport.flush()).to.equal(false);
    expect(transport.stats()).to.deep.include({ delivered: 1, dropped: {} });
    expect(transport.stats().notifiers['refusing']).to.include({ failed: 1 });
  });
});
