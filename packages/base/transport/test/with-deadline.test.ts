import { expect } from 'chai';
import { TocsinError } from '@tocsin/event';
import { sleep, withDeadline } from '@tocsin/transport';

async function failureOf(work: Promise<unknown>): Promise<TocsinError> {
  try {
    await work;
  } catch (error) {
    return error as TocsinError;
  }
  throw new Error('it did not fail');
}

describe('withDeadline', () => {
  it('gives what the work gives, and its own error', async () => {
    expect(await withDeadline(1_000, 'TOCSIN_NOTIFY_TIMEOUT', 'it', () => Promise.resolve(7))).to.equal(7);
    const broken = new RangeError('broken');
    expect(
      await failureOf(withDeadline(1_000, 'TOCSIN_NOTIFY_TIMEOUT', 'it', () => Promise.reject(broken))),
    ).to.equal(broken);
  });

  it('ends in time and aborts the signal, also when the work ignores it', async () => {
    let signal: AbortSignal | undefined;
    const error = await failureOf(
      withDeadline(20, 'TOCSIN_NOTIFY_TIMEOUT', 'Slack', (given) => {
        signal = given;
        return new Promise(() => undefined);
      }),
    );
    expect(error.code).to.equal('TOCSIN_NOTIFY_TIMEOUT');
    expect(error.message).to.equal('Slack did not answer within 20 ms');
    expect([error.retryable, error.ambiguous, signal?.aborted]).to.deep.equal([true, true, true]);
  });

  it('turns a synchronous throw into a rejection', async () => {
    const error = await failureOf(
      withDeadline(1_000, 'TOCSIN_NOTIFY_TIMEOUT', 'it', () => {
        throw new RangeError('at once');
      }),
    );
    expect(error).to.be.instanceOf(RangeError);
  });

  it('rejects with an Error for whatever the work rejects with, also what cannot be printed', async () => {
    const refuse = (): never => {
      throw new Error('no');
    };
    for (const thrown of [Object.create(null), new Proxy({}, { getPrototypeOf: refuse, get: refuse })]) {
      const failure = await failureOf(
        withDeadline(10_000, 'TOCSIN_NOTIFY_TIMEOUT', 'it', () => Promise.reject(thrown as Error)),
      );
      expect(failure.message).to.equal('what was thrown cannot be read');
    }
  });

  it('ends when the outer signal is aborted, before and during the work', async () => {
    const never = (): Promise<void> => new Promise(() => undefined);
    const outer = new AbortController();
    const running = failureOf(withDeadline(10_000, 'TOCSIN_NOTIFY_TIMEOUT', 'it', never, outer.signal));
    outer.abort();
    expect((await running).message).to.equal('it was called off');
    expect(
      (await failureOf(withDeadline(10_000, 'TOCSIN_NOTIFY_TIMEOUT', 'it', never, outer.signal))).message,
    ).to.equal('it was called off');
  });
});

describe('sleep', () => {
  it('wakes at once when its signal is or gets aborted', async () => {
    const controller = new AbortController();
    const sleeping = sleep(3_600_000, controller.signal);
    controller.abort();
    await sleeping;
    await sleep(3_600_000, controller.signal);
  });
});
