import type { LogEvent } from '@tocsin/event';
import { expect } from 'chai';
import sinon from 'sinon';
import { type Batch, Coalescer } from '../dist/coalescer.js';

const event = { message: 'again' } as LogEvent;

describe('Coalescer', () => {
  let time: sinon.SinonFakeTimers;
  beforeEach(() => {
    time = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => time.restore());

  /** A coalescer whose sends take `sendMs`, and when it sent how many. */
  function watched(sendMs = 0): {
    readonly coalescer: Coalescer;
    readonly sent: { at: number; count: number }[];
  } {
    const sent: { at: number; count: number }[] = [];
    const coalescer = new Coalescer(250, async ({ count }: Batch) => {
      sent.push({ at: performance.now(), count });
      if (sendMs > 0) await new Promise((resolve) => setTimeout(resolve, sendMs));
    });
    return { coalescer, sent };
  }

  /** A thousand errors a second. */
  async function tightLoop(coalescer: Coalescer, ms: number, key = 'a'): Promise<void> {
    for (let elapsed = 0; elapsed < ms; elapsed += 1) {
      void coalescer.add(key, key, event);
      await time.tickAsync(1);
    }
  }

  it('sends the first at once and never more than four times in a second, and loses none', async () => {
    const { coalescer, sent } = watched();
    await tightLoop(coalescer, 10_000);
    await coalescer.flush();
    expect(sent[0]).to.deep.equal({ at: 0, count: 1 });
    expect(sent.reduce((sum, { count }) => sum + count, 0)).to.equal(10_000);
    for (const { at } of sent.slice(0, -1)) {
      const inSecond = sent.slice(0, -1).filter((other) => other.at >= at && other.at < at + 1_000);
      expect(inSecond.length).to.be.at.most(4);
    }
    expect(sent).to.have.length(41);
  });

  it('has one call of a key under way, however long it takes, and adds up meanwhile', async () => {
    const { coalescer, sent } = watched(2_000);
    await tightLoop(coalescer, 5_000);
    expect(sent.map(({ at }) => at)).to.deep.equal([0, 2_000, 4_000]);
    expect(sent[1]!.count).to.be.within(1_999, 2_001);
  });

  it('does not make one key wait for another', async () => {
    const { coalescer, sent } = watched(2_000);
    void coalescer.add('a', 'a', event);
    void coalescer.add('b', 'b', event);
    expect(sent.map(({ at }) => at)).to.deep.equal([0, 0]);
    await time.tickAsync(5_000);
  });

  it('forgets a key of which nothing comes any more', async () => {
    const { coalescer } = watched();
    for (let key = 0; key < 1_000; key += 1) void coalescer.add(`key ${key}`, 'a', event);
    await time.tickAsync(1_000);
    expect((coalescer as unknown as { entries: Map<string, unknown> }).entries.size).to.equal(0);
  });

  it('asks for patience when many calls are under way', async () => {
    const { coalescer } = watched(1_000);
    const answers = Array.from({ length: 65 }, (_, key) => coalescer.add(`key ${key}`, 'a', event));
    expect(answers.slice(0, 63).every((answer) => answer === undefined)).to.equal(true);
    expect(answers.at(-1)).to.be.instanceOf(Promise);
    await time.tickAsync(2_000);
    await answers.at(-1);
  });

  it('gives up what waits when it is closed, and says how much that was', async () => {
    const { coalescer, sent } = watched();
    for (let index = 0; index < 8; index += 1) void coalescer.add('a', 'a', event);
    expect(coalescer.close()).to.equal(7);
    await time.tickAsync(1_000);
    expect(sent).to.have.length(1);
  });
});
