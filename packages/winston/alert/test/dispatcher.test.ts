import { type AlertStore, type Delivery, MemoryStore, resolvePolicy, type Sighting } from '@tocsin/decision';
import { TocsinError, toLogEvent, toSample, uuidv7 } from '@tocsin/event';
import { Reporter } from '@tocsin/transport';
import { expect } from 'chai';
import sinon from 'sinon';
import { Dispatcher, type DueAlert } from '../dist/dispatcher.js';
import { NotifierLane } from '../dist/notifier-lane.js';
import { RecordingNotifier } from './recording-notifier.js';
import { never, pause, storeWith, until } from './scene.js';

const quiet = new Reporter({ onError: () => undefined, emitWarn: () => true });
const policy = resolvePolicy('test');

/** An alert that has just become due in the store. */
async function dueIn(store: AlertStore): Promise<DueAlert> {
  const event = toLogEvent({ level: 'error', message: 'due' });
  const sighting: Sighting = {
    id: uuidv7(),
    instance: 'test',
    service: 'checkout',
    environment: 'test',
    fingerprint: 'f1',
    count: 1,
    occurredAt: Date.now(),
    severity: 'error',
    sample: toSample(event),
  };
  const verdict = await store.record(sighting, policy);
  if (!verdict.alert) throw new Error('no alert is due');
  return { record: verdict.record, claim: verdict.claim, event, store, degraded: false };
}

function dispatcherOf(notifiers: readonly RecordingNotifier[], store: AlertStore, trackerWaitMs?: number) {
  return new Dispatcher({
    lanes: notifiers.map((notifier) => new NotifierLane(notifier, store, quiet)),
    routes: [],
    beforeAlert: undefined,
    leaseMs: policy.leaseMs,
    reporter: quiet,
    closing: new AbortController().signal,
    ...(trackerWaitMs === undefined ? {} : { trackerWaitMs }),
  });
}

describe('Dispatcher', () => {
  it('lets the channels go without the link of a tracker that takes too long, and settles the tracker later', async () => {
    const store = storeWith(new MemoryStore(), {});
    const tracker = new RecordingNotifier('tracker', 'tracker');
    let answer: (delivery: Delivery) => void = () => undefined;
    tracker.answer = () => new Promise((resolve) => void (answer = resolve));
    const channel = new RecordingNotifier('channel');
    const due = await dueIn(store);
    const dispatched = dispatcherOf([channel, tracker], store, 40).dispatch(due);
    await until(() => channel.told.length === 1);
    expect(channel.told[0]!.links).to.deep.equal({});
    expect((await store.get(due.record.key))!.claim!.settled).to.have.keys('channel');
    answer({ link: 'https://example.test/issues/1' });
    expect(await dispatched).to.equal('delivered');
    const record = (await store.get(due.record.key))!;
    expect(record.claim).to.equal(undefined);
    expect(record.links).to.deep.equal({ tracker: 'https://example.test/issues/1' });
  });

  it('waits for a tracker for 15 s, counted anew from its first send', async () => {
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      const store = storeWith(new MemoryStore(), {});
      const tracker = new RecordingNotifier('tracker', 'tracker', {
        paces: [{ key: 'k', limit: 1, windowMs: 1_000 }],
      });
      // Its turn comes after 10 s; then it hangs.
      let asked = 0;
      store.permit = () => Promise.resolve({ granted: (asked += 1) > 1, retryAfterMs: 10_000 });
      tracker.answer = never;
      const channel = new RecordingNotifier('channel');
      const due = await dueIn(store);
      void dispatcherOf([channel, tracker], store).dispatch(due);
      await clock.tickAsync(24_900);
      expect(channel.told).to.have.length(0);
      await clock.tickAsync(200);
      expect(channel.told).to.have.length(1);
    } finally {
      clock.restore();
    }
  });

  it('sends nothing any more once another process has taken the claim over', async () => {
    const store = storeWith(new MemoryStore(), { renew: () => Promise.resolve(false) });
    const channel = new RecordingNotifier('channel');
    expect(await dispatcherOf([channel], store).dispatch(await dueIn(store))).to.equal('lost');
    expect(channel.told).to.have.length(0);
  });

  it('asks before each further try whether the claim still holds', async () => {
    let renewals = 0;
    const store = storeWith(new MemoryStore(), { renew: () => Promise.resolve((renewals += 1) === 1) });
    const channel = new RecordingNotifier('channel');
    let calls = 0;
    channel.answer = (call) => {
      calls = call;
      throw new TocsinError('later', { code: 'TOCSIN_NOTIFY_LIMITED', retryAfterMs: 100 });
    };
    expect(await dispatcherOf([channel], store).dispatch(await dueIn(store))).to.equal('lost');
    await pause(120);
    expect(calls).to.equal(1);
    expect(renewals).to.equal(2);
  });
});
