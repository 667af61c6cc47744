/** How many transports use a store or notifier: two transports may share one. */
const holders = new WeakMap<object, number>();

/** Takes note of one more transport that uses `shared`. */
export function hold(shared: object): void {
  holders.set(shared, (holders.get(shared) ?? 0) + 1);
}

/** Takes note of one that uses it no more. Whether it was the last, which has to close it. */
export function letGo(shared: object): boolean {
  const left = (holders.get(shared) ?? 1) - 1;
  holders.set(shared, left);
  return left === 0;
}
