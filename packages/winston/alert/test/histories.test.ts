import type { AlertTransport } from '@tocsin/alert';
import { type AlertStore, type Delivery, MemoryStore } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { expect } from 'chai';
import fc from 'fast-check';
import { RecordingNotifier } from './recording-notifier.js';
import { never, pause, scene, storeWith, sum } from './scene.js';

const storeMethods = ['record', 'renew', 'settle', 'recover', 'permit', 'get', 'update', 'close'] as const;
const storeMoods = ['fine', 'fine', 'fine', 'slow', 'fails', 'fails after', 'hangs', 'hangs after'] as const;
const notifierMoods = [
  'fine',
  'fine',
  'slow',
  'refuses',
  'unreachable',
  'limited',
  'ambiguous',
  'hangs',
] as const;

type StoreMood = (typeof storeMoods)[number];
type NotifierMood = (typeof notifierMoods)[number];

/** Takes the moods of its calls in turn, again and again. */
function inTurn<T>(moods: readonly T[]): () => T {
  let call = 0;
  return () => moods[call++ % moods.length]!;
}

/** A store that does what it is told to, or takes its time, or fails before or after it. */
function moody(real: MemoryStore, moods: readonly StoreMood[], onCall: () => void): AlertStore {
  const next = inTurn(moods);
  const moodily =
    <Args extends unknown[], T>(call: (...values: Args) => Promise<T>) =>
    async (...values: Args): Promise<T> => {
      onCall();
      const mood = next();
      if (mood === 'fails') throw new Error('refused');
      if (mood === 'hangs') return never();
      const answer = await call(...values);
      if (mood === 'slow') await pause(15);
      if (mood === 'fails after') throw new Error('the answer was lost');
      return mood === 'hangs after' ? never() : answer;
    };
  const methods = storeMethods.map((name) => [
    name,
    moodily((real[name] as () => Promise<never>).bind(real)),
  ]);
  return storeWith(real, Object.fromEntries(methods) as Partial<AlertStore>);
}

function moodyNotifier(
  name: string,
  kind: 'tracker' | 'channel',
  moods: readonly NotifierMood[],
  onCall: () => void,
): RecordingNotifier {
  const next = inTurn(moods);
  const notifier = new RecordingNotifier(name, kind, {
    paces: [{ key: name, limit: 20, windowMs: 50 }],
  });
  const behave = async (): Promise<Delivery> => {
    onCall();
    const mood = next();
    if (mood === 'slow') await pause(10);
    if (mood === 'hangs') return never();
    if (mood === 'refuses') throw new Error('no');
    if (mood === 'limited')
      throw new TocsinError('later', { code: 'TOCSIN_NOTIFY_LIMITED', retryAfterMs: 1 });
    if (mood === 'unreachable' || mood === 'ambiguous')
      throw new TocsinError('down', {
        code: 'TOCSIN_NOTIFY_UNREACHABLE',
        retryable: true,
        ambiguous: mood === 'ambiguous',
      });
    return { refs: { in: name } };
  };
  notifier.answer = behave;
  notifier.update = behave;
  return notifier;
}

/** Whether the books balance: at every moment, and with nothing counted twice. */
function expectBalance(transport: AlertTransport): void {
  const { accepted, delivered, suppressed, dropped, pending } = transport.stats();
  expect(pending).to.be.at.least(0);
  expect(delivered + sum(suppressed) + sum(dropped) + pending).to.equal(accepted);
}

const history = fc.record({
  moods: fc.array(fc.constantFrom(...storeMoods), { minLength: 1, maxLength: 12 }),
  tracker: fc.array(fc.constantFrom(...notifierMoods), { minLength: 1, maxLength: 6 }),
  channel: fc.array(fc.constantFrom(...notifierMoods), { minLength: 1, maxLength: 6 }),
  steps: fc.array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.record({
          log: fc.constantFrom('alpha', 'beta', 'gamma'),
          times: fc.integer({ min: 1, max: 5 }),
        }),
      },
      { weight: 2, arbitrary: fc.record({ pause: fc.integer({ min: 0, max: 25 }) }) },
      { weight: 1, arbitrary: fc.record({ flush: fc.integer({ min: 0, max: 20 }) }) },
    ),
    { minLength: 1, maxLength: 12 },
  ),
  leaseMs: fc.constantFrom(60, 30_000, 30_000),
  maxEvents: fc.constantFrom(3, 10_000),
  coalesceMs: fc.constantFrom(0, 5, 250),
  closeMs: fc.constantFrom(0, 30, 150),
});

describe('AlertTransport in random histories', function () {
  this.timeout(120_000);
  const unhandled: unknown[] = [];
  const listener = (reason: unknown): void => void unhandled.push(reason);
  let others: NodeJS.UnhandledRejectionListener[] = [];

  before(() => {
    others = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection').on('unhandledRejection', listener);
  });
  after(() => {
    process.removeListener('unhandledRejection', listener);
    for (const other of others) process.on('unhandledRejection', other);
  });

  it('keeps its books, tells nobody twice, closes in time and leaves nothing running', async () => {
    await fc.assert(
      fc.asyncProperty(
        history,
        async ({ moods, tracker, channel, steps, leaseMs, maxEvents, coalesceMs, closeMs }) => {
          let calls = 0;
          const onCall = (): void => void (calls += 1);
          const notifiers = [
            moodyNotifier('tracker', 'tracker', tracker, onCall),
            moodyNotifier('channel', 'channel', channel, onCall),
          ];
          const { logger, transport } = scene({
            notifiers,
            store: moody(new MemoryStore(), moods, onCall),
            policy: { leaseMs, sweepMs: 20 },
            queue: { maxEvents },
            coalesceMs,
          });
          let logged = 0;
          for (const step of steps) {
            if ('log' in step) {
              for (let time = 0; time < step.times; time += 1) logger.error(step.log);
              logged += step.times;
            } else if ('pause' in step) await pause(step.pause);
            else {
              const delivered = await transport.flush(step.flush);
              if (delivered) expect(transport.stats().pending).to.equal(0);
            }
            expectBalance(transport);
          }
          const startedAt = performance.now();
          const closed = await transport.close(closeMs);
          expect(performance.now() - startedAt).to.be.below(2_000);
          expectBalance(transport);
          const stats = transport.stats();
          expect([stats.accepted, stats.pending]).to.deep.equal([logged, 0]);
          if (closed) expect(stats.queue.events).to.equal(0);
          // A window is much longer than a history: whatever fails, a notifier accepts an error once. (A lease that
          // ends while the store is away may be taken over, and an answer of the store may be lost then.)
          for (const { told, name } of leaseMs === 30_000 ? notifiers : []) {
            const messages = told.map(({ event }) => event.message);
            expect(messages.length, `${name}: ${messages.join()}`).to.equal(new Set(messages).size);
          }
          const before = calls;
          await pause(50);
          expect(calls).to.equal(before);
          expect(unhandled).to.deep.equal([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});
