/** Says in one line what is being done and, once it is, how long it took. */
export async function step(what, work) {
  const started = performance.now();
  process.stdout.write(`${what} … `);
  const result = await work();
  process.stdout.write(`${seconds(started)} s\n`);
  return result;
}

/** Seconds since `started` (a `performance.now()`), with one decimal. */
export function seconds(started) {
  return ((performance.now() - started) / 1000).toFixed(1);
}
