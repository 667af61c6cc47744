import { expect } from 'chai';
import fc from 'fast-check';
import { BoundedQueue } from '../dist/bounded-queue.js';

function drain<T>(queue: BoundedQueue<T>): T[] {
  const items: T[] = [];
  for (let next = queue.take(); next !== undefined; next = queue.take()) items.push(next.item);
  return items;
}

describe('BoundedQueue', () => {
  it('gives up the oldest items when it is full, by default', () => {
    const queue = new BoundedQueue<number>(3, 1_000, 'drop-oldest');
    const dropped = [1, 2, 3, 4, 5].map((item) => queue.push(item, 1));
    expect(dropped).to.deep.equal([0, 0, 0, 1, 1]);
    expect(drain(queue)).to.deep.equal([3, 4, 5]);
  });

  it("refuses the newest item when it is full and the policy is 'drop-newest'", () => {
    const queue = new BoundedQueue<number>(3, 1_000, 'drop-newest');
    const dropped = [1, 2, 3, 4, 5].map((item) => queue.push(item, 1));
    expect(dropped).to.deep.equal([0, 0, 0, 1, 1]);
    expect(drain(queue)).to.deep.equal([1, 2, 3]);
  });

  it('makes room by bytes as well, dropping as many old items as one large item needs', () => {
    const queue = new BoundedQueue<string>(100, 100, 'drop-oldest');
    for (const item of ['a', 'b', 'c', 'd']) queue.push(item, 25);
    expect(queue.push('large', 60)).to.equal(3);
    expect(drain(queue)).to.deep.equal(['d', 'large']);
  });

  it('drops an item that is larger than the whole queue and keeps the rest', () => {
    const queue = new BoundedQueue<string>(100, 100, 'drop-oldest');
    queue.push('small', 10);
    expect(queue.push('huge', 101)).to.equal(1);
    expect(drain(queue)).to.deep.equal(['small']);
  });

  it('never holds more than its bounds and keeps the order, for any history', () => {
    const step = fc.oneof(
      fc.record({ bytes: fc.integer({ min: 1, max: 40 }) }),
      fc.constant('take' as const),
    );
    const policy = fc.constantFrom('drop-oldest' as const, 'drop-newest' as const);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), policy, (steps, chosen) => {
        const queue = new BoundedQueue<number>(7, 100, chosen);
        let pushed = 0;
        let dropped = 0;
        let lastTaken = -1;
        let taken = 0;
        for (const next of steps) {
          if (next === 'take') {
            const item = queue.take();
            if (item === undefined) continue;
            expect(item.item).to.be.greaterThan(lastTaken);
            lastTaken = item.item;
            taken += 1;
          } else {
            dropped += queue.push(pushed, next.bytes);
            pushed += 1;
          }
          expect(queue.size).to.be.at.most(7);
          expect(queue.bytes).to.be.at.most(100);
          expect(pushed).to.equal(taken + dropped + queue.size);
        }
      }),
    );
  });
});
