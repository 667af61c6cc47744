import { type Alert, MemoryStore, type Notifier } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { Reporter } from '@tocsin/transport';
import { expect } from 'chai';
import { defaultLaneLimits, type Errand, type LaneLimits, NotifierLane } from '../dist/notifier-lane.js';
import { RecordingNotifier } from './recording-notifier.js';
import { never, pause, storeWith, until } from './scene.js';

const quiet = new Reporter({ onError: () => undefined, emitWarn: () => true });

function lane(
  notifier: Notifier,
  limits: Partial<LaneLimits> = {},
  store = storeWith(new MemoryStore(), {}),
) {
  return new NotifierLane(notifier, store, quiet, { ...defaultLaneLimits, ...limits });
}

function errand(call: Errand['call'], title: string, signal = new AbortController().signal): Errand {
  const alert = { event: { message: title } } as Alert;
  return { call, alert, signal, mayShip: () => Promise.resolve(true) };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'done',
    (error: unknown) => (error as TocsinError).code,
  );
}

describe('NotifierLane', () => {
  it('lets alerts go before updates, and keeps a place free for them', async () => {
    const notifier = new RecordingNotifier();
    const order: string[] = [];
    notifier.update = async ({ event }) => {
      order.push(event.message);
      await pause(30);
      return {};
    };
    notifier.answer = (_call, { event }) => {
      order.push(event.message);
      return {};
    };
    const way = lane(notifier);
    const updates = Array.from({ length: 20 }, (_, index) => way.ship(errand('update', `update ${index}`)));
    await pause(5);
    await way.ship(errand('notify', 'alert'));
    expect(order.indexOf('alert')).to.be.below(6);
    await Promise.all(updates);
    expect(way.stats).to.include({ updated: 20, delivered: 1, waiting: 0 });
  });

  it('refuses no alert because many updates wait', async () => {
    const notifier = new RecordingNotifier();
    notifier.update = never;
    const way = lane(notifier, { maxWaiting: 10, requestTimeoutMs: 50, maxUpdateAgeMs: 60 });
    const updates = Array.from({ length: 12 }, () => codeOf(way.ship(errand('update', 'stuck'))));
    expect(await codeOf(way.ship(errand('notify', 'alert')))).to.equal('done');
    await Promise.all(updates);
  });

  it('does not count a failed update as a failed alert', async () => {
    const notifier = new RecordingNotifier();
    notifier.update = () => Promise.reject(new TocsinError('gone', { code: 'TOCSIN_NOTIFY_REJECTED' }));
    const way = lane(notifier);
    expect(await codeOf(way.ship(errand('update', 'x')))).to.equal('TOCSIN_NOTIFY_REJECTED');
    expect(way.stats.failed).to.equal(0);
  });

  it('gives an alert up whose permit would come too late, instead of waiting for ever', async () => {
    const store = storeWith(new MemoryStore(), {
      permit: () => Promise.resolve({ granted: false, retryAfterMs: 20 }),
    });
    const notifier = new RecordingNotifier('slow', 'channel', {
      paces: [{ key: 'k', limit: 1, windowMs: 50 }],
    });
    const way = lane(notifier, { maxAgeMs: 60 }, store);
    expect(await codeOf(way.ship(errand('notify', 'late')))).to.equal('TOCSIN_NOTIFY_LIMITED');
    expect(way.stats).to.include({ failed: 1, waiting: 0 });
  });

  it('asks a store that names no time for a permit not more than once a second', async () => {
    let asked = 0;
    const store = storeWith(new MemoryStore(), {
      permit: () => {
        asked += 1;
        return Promise.resolve({ granted: false, retryAfterMs: Number.NaN });
      },
    });
    const notifier = new RecordingNotifier('slow', 'channel', {
      paces: [{ key: 'k', limit: 1, windowMs: 50 }],
    });
    const controller = new AbortController();
    const shipping = codeOf(lane(notifier, {}, store).ship(errand('notify', 'x', controller.signal)));
    await pause(100);
    controller.abort(new TocsinError('over', { code: 'TOCSIN_CLOSED' }));
    expect(await shipping).to.equal('TOCSIN_CLOSED');
    expect(asked).to.equal(1);
  });

  it('does not hammer a service whose wait is no time at all', async () => {
    let calls = 0;
    const notifier = new RecordingNotifier();
    notifier.answer = (call) => {
      calls = call;
      throw new TocsinError('later', { code: 'TOCSIN_NOTIFY_LIMITED', retryAfterMs: Number.NaN });
    };
    const controller = new AbortController();
    const shipping = codeOf(lane(notifier).ship(errand('notify', 'x', controller.signal)));
    await pause(100);
    controller.abort(new TocsinError('over', { code: 'TOCSIN_CLOSED' }));
    await shipping;
    expect(calls).to.equal(1);
  });

  it('never shortens a wait that the service asked for', async () => {
    const times: number[] = [];
    const startedAt = performance.now();
    const notifier = new RecordingNotifier();
    notifier.answer = (call) => {
      times.push(performance.now() - startedAt);
      if (call === 1) throw new TocsinError('later', { code: 'TOCSIN_NOTIFY_LIMITED', retryAfterMs: 300 });
      if (call === 2) throw new TocsinError('later', { code: 'TOCSIN_NOTIFY_LIMITED', retryAfterMs: 100 });
      return {};
    };
    const way = lane(notifier);
    await Promise.all([way.ship(errand('notify', 'a')), way.ship(errand('notify', 'b'))]);
    expect(times[2]).to.be.at.least(290);
  });

  it('ends what waits in line at once when it is called off', async () => {
    const notifier = new RecordingNotifier();
    notifier.answer = never;
    const way = lane(notifier);
    const controller = new AbortController();
    const shipping = Array.from({ length: 50 }, () =>
      codeOf(way.ship(errand('notify', 'x', controller.signal))),
    );
    await until(() => way.stats.waiting === 50);
    controller.abort(new TocsinError('over', { code: 'TOCSIN_CLOSED' }));
    expect(new Set(await Promise.all(shipping))).to.deep.equal(new Set(['TOCSIN_CLOSED']));
    expect(way.stats).to.include({ waiting: 0, failed: 0 });
  });

  it('tries each alert at least once, though the service has asked for a day of patience', async () => {
    const notifier = new RecordingNotifier();
    notifier.answer = (call) => {
      if (call === 1)
        throw new TocsinError('tomorrow', { code: 'TOCSIN_NOTIFY_LIMITED', retryAfterMs: 86_400_000 });
      return {};
    };
    const way = lane(notifier, { maxAgeMs: 100 });
    expect(await codeOf(way.ship(errand('notify', 'first')))).to.equal('TOCSIN_NOTIFY_LIMITED');
    await pause(20);
    expect(await codeOf(way.ship(errand('notify', 'second')))).to.equal('done');
  });

  describe('after an ambiguous failure', () => {
    const ambiguous = (): never => {
      throw new TocsinError('who knows', {
        code: 'TOCSIN_NOTIFY_UNREACHABLE',
        retryable: true,
        ambiguous: true,
      });
    };

    it('sends again, and says that it may be a repeat', async () => {
      const seen: (boolean | undefined)[] = [];
      const notifier = new RecordingNotifier();
      notifier.answer = (call, { possibleRepeat }) => {
        seen.push(possibleRepeat);
        return call === 1 ? ambiguous() : {};
      };
      expect(await codeOf(lane(notifier).ship(errand('notify', 'x')))).to.equal('done');
      expect(seen).to.deep.equal([undefined, true]);
    });

    it("sends nothing more to a notifier with onAmbiguous: 'drop'", async () => {
      let calls = 0;
      const notifier = new RecordingNotifier('once', 'channel', { onAmbiguous: 'drop' });
      notifier.answer = (call) => {
        calls = call;
        return ambiguous();
      };
      const way = lane(notifier);
      expect(await codeOf(way.ship(errand('notify', 'x')))).to.equal('TOCSIN_NOTIFY_UNREACHABLE');
      expect(calls).to.equal(1);
      expect(way.stats).to.include({ failed: 1, retried: 0 });
    });

    it("still tries again with onAmbiguous: 'drop' when nothing was sent, and does not speak of a repeat", async () => {
      const seen: (boolean | undefined)[] = [];
      const notifier = new RecordingNotifier('once', 'channel', { onAmbiguous: 'drop' });
      notifier.answer = (call, { possibleRepeat }) => {
        seen.push(possibleRepeat);
        if (call === 1)
          throw new TocsinError('refused', { code: 'TOCSIN_NOTIFY_UNREACHABLE', retryable: true });
        return {};
      };
      expect(await codeOf(lane(notifier).ship(errand('notify', 'x')))).to.equal('done');
      expect(seen).to.deep.equal([undefined, undefined]);
    });
  });
});
