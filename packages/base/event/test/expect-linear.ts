import { expect } from 'chai';

/**
 * Fails where ten times the input takes more than forty times as long. Generous, and with a floor: what is quick
 * on large inputs is never too slow, however busy the machine is.
 */
export function expectLinear<T>(make: (size: number) => T, run: (input: T) => unknown): void {
  const [small, large] = [make(20_000), make(200_000)];
  run(make(200));
  const before = timeOf(() => run(small));
  const after = timeOf(() => run(large));
  expect(after, 'milliseconds for ten times the input').to.be.below(Math.max(250, before * 40));
}

/** The best of three, since a pause of the machine only ever adds. */
function timeOf(work: () => void): number {
  const times = [0, 0, 0].map(() => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...times);
}
