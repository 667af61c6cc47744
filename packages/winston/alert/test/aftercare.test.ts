import { MemoryStore, resolvePolicy } from '@tocsin/decision';
import { TocsinError, toLogEvent, toSample, uuidv7 } from '@tocsin/event';
import { Reporter } from '@tocsin/transport';
import { expect } from 'chai';
import sinon from 'sinon';
import { Aftercare } from '../dist/aftercare.js';
import { AlertedErrors } from '../dist/alerted-errors.js';
import { NotifierLane } from '../dist/notifier-lane.js';
import { RecordingNotifier } from './recording-notifier.js';
import { closeScenes, pause, scene, storeWith, until } from './scene.js';

function tracking(name = 'tracker'): RecordingNotifier {
  const tracker = new RecordingNotifier(name, 'tracker');
  tracker.answer = () => ({ refs: { in: name } });
  return tracker;
}

const many = Array.from(
  { length: 60 },
  (_, index) => `error ${'abcdefgh'[index % 8]}${'abcdefgh'[index >> 3]}`,
);
const manyNew = { newPerMinute: 1_000, sweepMs: 15 };

describe('the aftercare of alerts', () => {
  afterEach(closeScenes);

  it('asks the fleet for each permit once, not with every sweep', async () => {
    const real = new MemoryStore();
    const asked = new Map<string, number>();
    const store = storeWith(real, {
      permit: (key, ...rest) => {
        asked.set(key, (asked.get(key) ?? 0) + 1);
        return real.permit(key, ...rest);
      },
    });
    const { logger, transport } = scene({
      notifiers: [tracking()],
      store,
      policy: { sweepMs: 10 },
      coalesceMs: 0,
    });
    logger.error('seen');
    await transport.flush();
    for (let round = 0; round < 10; round += 1) {
      logger.error('seen');
      await pause(15);
    }
    expect(asked.size).to.be.at.least(1);
    expect(Math.max(...asked.values())).to.equal(1);
  });

  for (const [care, everyMinutes] of [
    ['update', 1],
    ['check', 5],
  ] as const) {
    it(`makes one ${care} of an error in ${everyMinutes} min for the whole fleet while it is being seen`, async () => {
      const clock = sinon.useFakeTimers({ toFake: ['performance'] });
      try {
        const real = new MemoryStore({ clock: () => performance.now() });
        const store = storeWith(real, {});
        const tracker = tracking();
        const fleet = [1, 2, 3].map(() => {
          const alerted = new AlertedErrors();
          const quiet = new Reporter({ onError: () => undefined, emitWarn: () => true });
          const options = { alerted, store, reporter: quiet, closing: new AbortController().signal };
          const lanes = [new NotifierLane(tracker, store, quiet)];
          return { alerted, aftercare: new Aftercare({ ...options, lanes }) };
        });
        const event = toLogEvent({ level: 'error', message: 'seen' });
        const place = { service: 'checkout', environment: 'test', fingerprint: 'f1' };
        const done: number[] = [];
        for (let second = 0; second <= everyMinutes * 125; second += 5) {
          for (const { alerted, aftercare } of fleet) {
            const sighting = { ...place, id: uuidv7(), instance: 'one', count: 1, occurredAt: 0 };
            const verdict = await store.record(
              { ...sighting, severity: 'error', sample: toSample(event) },
              resolvePolicy('test'),
            );
            if (verdict.alert)
              await store.settle(
                place,
                verdict.claim.token,
                'tracker',
                { state: 'delivered', refs: 7 },
                true,
              );
            alerted.saw(verdict.record, event, verdict.alert);
            if (care === 'update') await aftercare.updateCounters();
            else await aftercare.checkTrackers();
          }
          const calls = care === 'update' ? tracker.updated.length : tracker.checked.length;
          if (calls > done.length) done.push(second);
          expect(calls).to.equal(done.length);
          clock.tick(5_000);
        }
        const minute = 60 * everyMinutes;
        expect(done).to.deep.equal([0, minute, 2 * minute]);
      } finally {
        clock.restore();
      }
    });
  }

  it('asks trackers about a few errors at a time', async () => {
    const tracker = tracking();
    let running = 0;
    let most = 0;
    tracker.check = async () => {
      running += 1;
      most = Math.max(most, running);
      await pause(5);
      running -= 1;
      tracker.checked.push(null);
      return { state: 'open' };
    };
    const { logger } = scene({ notifiers: [tracker], policy: manyNew });
    for (const message of many) logger.error(message);
    await until(() => tracker.checked.length === many.length);
    expect(most).to.be.at.most(4);
  });

  it('leaves a tracker alone for a round that does not answer', async () => {
    const tracker = tracking();
    let asked = 0;
    tracker.check = () => {
      asked += 1;
      return Promise.reject(
        new TocsinError('unreachable', { code: 'TOCSIN_NOTIFY_UNREACHABLE', retryable: true }),
      );
    };
    const { logger, transport } = scene({ notifiers: [tracker], policy: { ...manyNew, sweepMs: 200 } });
    for (const message of many) logger.error(message);
    await transport.flush();
    await until(() => asked > 0);
    await pause(100);
    expect(asked).to.be.at.most(4);
  });

  it('survives a check that throws at once and one that answers with nonsense', async () => {
    const [throwing, odd, fine] = ['throwing', 'odd', 'fine'].map(tracking);
    throwing!.check = () => {
      throw new Error('at once');
    };
    odd!.check = () => Promise.resolve({ state: 'gone' } as never);
    const { logger, transport, failures } = scene({
      notifiers: [throwing!, odd!, fine!],
      policy: { sweepMs: 20 },
    });
    logger.error('asked about');
    await until(() => fine!.checked.length === 1);
    await until(() => failures.length === 2);
    expect(transport.stats().dropped).to.deep.equal({});
  });

  it('takes an error for closed when all its trackers say so, and does not alert in turn with their answers', async () => {
    const store = new MemoryStore();
    const [one, two] = ['one', 'two'].map(tracking);
    const { logger, transport } = scene({ notifiers: [one!, two!], store, policy: { sweepMs: 20 } });
    two!.state = { state: 'closed', closedAt: 1 };
    logger.error('half closed');
    await transport.flush();
    await until(() => two!.checked.length > 0);
    await pause(30);
    expect((await store.list({}))[0]!.resolvedAt).to.equal(undefined);
    logger.error('half closed');
    await transport.flush();
    expect(one!.told.map(({ reason }) => reason)).to.deep.equal(['first']);
  });

  it('makes one update of an error at a time when several flushes ask for it', async () => {
    const tracker = tracking();
    let running = 0;
    let most = 0;
    tracker.update = async (alert) => {
      running += 1;
      most = Math.max(most, running);
      await pause(10);
      running -= 1;
      tracker.updated.push(alert);
      return {};
    };
    const { logger, transport } = scene({ notifiers: [tracker] });
    for (let index = 0; index < 5; index += 1) logger.error('counted');
    await Promise.all([transport.flush(), transport.flush(), transport.flush()]);
    expect(most).to.equal(1);
    expect(tracker.updated.at(-1)!.record.occurrences).to.equal(5);
  });

  it('updates what it can when one notifier fails to', async () => {
    const [bad, good] = ['bad', 'good'].map(tracking);
    bad!.update = () => Promise.reject(new Error('no'));
    const { logger, transport } = scene({ notifiers: [bad!, good!] });
    for (let index = 0; index < 5; index += 1) logger.error('counted');
    await transport.flush();
    expect(good!.updated.at(-1)!.record.occurrences).to.equal(5);
  });
});
