import { type AlertStore, MemoryStore } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { expect } from 'chai';
import sinon from 'sinon';
import { RecordingNotifier } from './recording-notifier.js';
import { closeScenes, never, pause, scene, storeWith, until } from './scene.js';

const paced = { paces: [{ key: 'paced', limit: 5, windowMs: 100 }] };

/** A store of which every call fails in its own way. */
function broken(fail: <T>() => Promise<T>): AlertStore {
  const store = new MemoryStore();
  return storeWith(store, {
    record: fail,
    renew: fail,
    settle: fail,
    recover: fail,
    permit: fail,
    get: fail,
    list: fail,
    update: fail,
    close: fail,
  });
}

/** A store that can be taken away and given back. */
function removable(): { readonly store: AlertStore; readonly real: MemoryStore; down: boolean } {
  const real = new MemoryStore();
  const state = { store: real as AlertStore, real, down: false };
  const guard =
    <Args extends unknown[], T>(call: (...values: Args) => Promise<T>) =>
    (...values: Args): Promise<T> =>
      state.down ? Promise.reject(new Error('gone')) : call(...values);
  state.store = storeWith(real, {
    record: guard(real.record.bind(real)),
    renew: guard(real.renew.bind(real)),
    settle: guard(real.settle.bind(real)),
    recover: guard(real.recover.bind(real)),
    permit: guard(real.permit.bind(real)),
  });
  return state;
}

describe('AlertTransport without its store', function () {
  this.timeout(15_000);
  afterEach(closeScenes);

  it('sends a paced alert though no call of the store succeeds', async () => {
    const notifier = new RecordingNotifier('recorder', 'channel', paced);
    const store = broken(() => Promise.reject(new Error('refused')));
    const { logger, transport } = scene({ notifiers: [notifier], store });
    logger.error('in the dark');
    expect(await transport.flush()).to.equal(true);
    expect(notifier.told.map(({ degraded }) => degraded)).to.deep.equal([true]);
  });

  it('sends a paced alert though every call of the store hangs, and closes in time', async () => {
    const notifier = new RecordingNotifier('recorder', 'channel', paced);
    const { logger, transport } = scene({ notifiers: [notifier], store: broken(never) });
    logger.error('frozen');
    expect(await transport.flush(10_000)).to.equal(true);
    expect(notifier.messages).to.deep.equal(['frozen']);
    const startedAt = performance.now();
    await transport.close(300);
    expect(performance.now() - startedAt).to.be.below(3_000);
  });

  it('goes on with an alert whose claim cannot be renewed, because renewals hang', async () => {
    const notifier = new RecordingNotifier();
    const store = storeWith(new MemoryStore(), { renew: never });
    const { logger, transport } = scene({ notifiers: [notifier], store });
    logger.error('held');
    expect(await transport.flush(8_000)).to.equal(true);
    expect(notifier.messages).to.deep.equal(['held']);
  });

  it('does not begin anew with an error that the store has just decided on', async () => {
    const state = removable();
    const notifier = new RecordingNotifier();
    const { logger, transport } = scene({ notifiers: [notifier], store: state.store });
    logger.error('known');
    await transport.flush();
    state.down = true;
    logger.error('known');
    logger.error('new');
    await transport.flush();
    expect(notifier.told.map(({ event, degraded }) => [event.message, degraded])).to.deep.equal([
      ['known', false],
      ['new', true],
    ]);
    expect(transport.stats().suppressed).to.deep.equal({ cooldown: 1 });
  });

  it('keeps quiet without the store about what is muted or ignored', async () => {
    const state = removable();
    const notifier = new RecordingNotifier();
    const { logger, transport } = scene({ notifiers: [notifier], store: state.store });
    logger.error('muted');
    logger.error('ignored');
    await transport.flush();
    for (const record of await state.real.list({})) {
      const change = record.title === 'muted' ? { mutedUntil: Date.now() + 3_600_000 } : { ignored: true };
      await state.real.update(record.key, change);
    }
    for (let round = 0; round < 2; round += 1) {
      logger.error('muted');
      logger.error('ignored');
      await transport.flush();
      state.down = true;
    }
    expect(notifier.told).to.have.length(2);
    expect(transport.stats().suppressed).to.deep.equal({ muted: 2, ignored: 2 });
  });

  it('sends the digest of what was new without the store', async () => {
    const wall = sinon.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1, 10, 0, 30) });
    try {
      const store = broken(() => Promise.reject(new Error('refused')));
      const notifier = new RecordingNotifier();
      const { logger, transport } = scene({
        notifiers: [notifier],
        store,
        policy: { newPerMinute: 1, sweepMs: 50 },
      });
      logger.error('first of them');
      logger.error('second of them');
      await transport.flush();
      expect(transport.stats().suppressed).to.deep.equal({ digested: 1 });
      wall.setSystemTime(Date.UTC(2026, 0, 1, 10, 1, 1));
      await until(() => notifier.told.length === 2);
      expect(notifier.told[1]).to.include({ kind: 'digest', degraded: true });
    } finally {
      wall.restore();
    }
  });

  it('sends no second message when the note of the first comes after the lease', async () => {
    const state = removable();
    const notifier = new RecordingNotifier();
    notifier.answer = () => {
      state.down = true;
      return {};
    };
    const { logger, transport } = scene({
      notifiers: [notifier],
      store: state.store,
      policy: { leaseMs: 60, sweepMs: 20 },
    });
    logger.error('delivered in time');
    await until(() => notifier.told.length === 1);
    await pause(200);
    state.down = false;
    await until(() => transport.stats().pending === 0, 8_000);
    await pause(100);
    expect(notifier.told).to.have.length(1);
    expect((await state.real.list({}))[0]!.claim).to.equal(undefined);
  });

  it('does not send again what was delivered with an answer that no store can keep', async () => {
    const store = new MemoryStore();
    const notifier = new RecordingNotifier();
    notifier.answer = () => ({ refs: { id: 1n as never }, link: 7 as never, tracker: 'odd' as never });
    const { logger, transport } = scene({
      notifiers: [notifier],
      store,
      policy: { leaseMs: 60, sweepMs: 20 },
    });
    logger.error('odd answer');
    expect(await transport.flush()).to.equal(true);
    await pause(200);
    expect(notifier.told).to.have.length(1);
    expect((await store.list({}))[0]!.claim).to.equal(undefined);
  });

  it('decides alone on what the store refuses, without taking the store for gone', async () => {
    const real = new MemoryStore();
    const refusal = new TocsinError('refused', { code: 'TOCSIN_CONFIG_INVALID' });
    const store = storeWith(real, {
      record: (sighting, policy) =>
        sighting.sample.message === 'odd' ? Promise.reject(refusal) : real.record(sighting, policy),
    });
    const notifier = new RecordingNotifier();
    const { logger, transport } = scene({ notifiers: [notifier], store });
    logger.error('odd');
    await transport.flush();
    logger.error('even');
    await transport.flush();
    expect(notifier.told.map(({ degraded }) => degraded)).to.deep.equal([true, false]);
  });

  it('takes a store that answers with nothing for one that failed', async () => {
    const notifier = new RecordingNotifier();
    const store = storeWith(new MemoryStore(), { record: () => Promise.resolve(undefined as never) });
    const { logger, transport } = scene({ notifiers: [notifier], store });
    logger.error('unanswered');
    expect(await transport.flush()).to.equal(true);
    expect(notifier.told.map(({ degraded }) => degraded)).to.deep.equal([true]);
  });

  it('tells at the end how many occurrences the store was never told of', async () => {
    const state = removable();
    const { logger, transport, failures } = scene({
      notifiers: [new RecordingNotifier()],
      store: state.store,
    });
    state.down = true;
    for (let index = 0; index < 3; index += 1) logger.error('untold');
    await transport.close();
    expect(failures.map(({ message }) => message).join('\n')).to.match(/3 occurrences could not be told/);
  });

  it('sends what the store took over for it though the answer came late', async () => {
    let now = Date.UTC(2026, 0, 1);
    const real = new MemoryStore({ clock: () => now });
    const gone = scene({
      notifiers: [new RecordingNotifier()],
      store: storeWith(real, { settle: never, renew: never, close: () => Promise.resolve() }),
    });
    gone.logger.error('left');
    await until(() => gone.transport.stats().accepted === 1);
    await pause(50);
    await gone.transport.close(0);
    now += 60_000;
    const store = storeWith(real, {
      recover: async (...values) => {
        const recovered = await real.recover(...values);
        await pause(2_300);
        return recovered;
      },
    });
    const heir = new RecordingNotifier();
    scene({ notifiers: [heir], store, policy: { sweepMs: 20 } });
    await until(() => heir.told.length === 1, 6_000);
    expect(heir.messages).to.deep.equal(['left']);
  });
});
