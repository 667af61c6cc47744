import { TocsinError } from '@tocsin/event';
import { expect } from 'chai';
import { nextTry } from '@tocsin/transport';

const half = (): number => 0.5;

function failure(options: Partial<ConstructorParameters<typeof TocsinError>[1]>): TocsinError {
  return new TocsinError('failed', { code: 'TOCSIN_NOTIFY_UNREACHABLE', ...options });
}

describe('nextTry', () => {
  it('waits between nothing and a bound that doubles from 1 s to 60 s', () => {
    const error = failure({ retryable: true });
    const rules = { tries: 100, baseMs: 1_000, maxMs: 60_000 };
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((tried) => nextTry(error, tried, 'retry', half, rules));
    expect(waits.map((next) => (next.again ? next.delayMs : 'given up'))).to.deep.equal([
      500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
    const shortest = nextTry(error, 1, 'retry', () => 0);
    expect(shortest).to.deep.equal({ again: true, delayMs: 0, counts: true });
  });

  it('gives up after five tries', () => {
    const error = failure({ retryable: true });
    expect(nextTry(error, 4, 'retry').again).to.equal(true);
    expect(nextTry(error, 5, 'retry').again).to.equal(false);
  });

  it('gives up at once on what was refused for good', () => {
    expect(nextTry(failure({ code: 'TOCSIN_NOTIFY_REJECTED' }), 1, 'retry').again).to.equal(false);
  });

  it('waits as long as the service asked for, and does not count that as a try', () => {
    const error = failure({ code: 'TOCSIN_NOTIFY_LIMITED', retryable: true, retryAfterMs: 42_000 });
    expect(nextTry(error, 5, 'retry', half)).to.deep.equal({ again: true, delayMs: 42_000, counts: false });
  });

  it('tries an ambiguous failure again unless the notifier would rather lose a message than repeat it', () => {
    const error = failure({ retryable: true, ambiguous: true });
    expect(nextTry(error, 1, 'retry').again).to.equal(true);
    expect(nextTry(error, 1, 'drop').again).to.equal(false);
  });

  it('neither hammers a service that asks for no wait at all nor trips over one that asks for nonsense', () => {
    const waitFor = (retryAfterMs: number): unknown =>
      nextTry(failure({ code: 'TOCSIN_NOTIFY_LIMITED', retryAfterMs }), 1, 'retry');
    for (const none of [0, -5]) {
      expect(waitFor(none)).to.deep.equal({ again: true, delayMs: 100, counts: false });
    }
    for (const nonsense of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(waitFor(nonsense)).to.deep.equal({ again: true, delayMs: 60_000, counts: false });
    }
  });
});
