/** Says what is being done, does it, and says how long it took. */
export async function step(what, work) {
  const started = performance.now();
  console.log(`${what} …`);
  const result = await work();
  console.log(`${what}: ${seconds(started)} s`);
  return result;
}

/** Seconds since `started` (a `performance.now()`), with one decimal. */
export function seconds(started) {
  return ((performance.now() - started) / 1000).toFixed(1);
}
