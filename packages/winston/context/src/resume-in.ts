/** A generator of either kind, seen as what it has in common with the other. */
type AnyGenerator = Generator | AsyncGenerator;

/**
 * Has the body of a generator run by `within`: not only its making, as the body runs each time when the caller asks
 * for the next value, in the caller's context. The generator itself is changed, so that it stays what it is for
 * `instanceof`, `yield*`, `for await` and iterator helpers.
 *
 * @returns the generator
 */
export function resumeIn<G extends AnyGenerator>(generator: G, within: <T>(work: () => T) => T): G {
  for (const name of ['next', 'return', 'throw'] as const) {
    const resume = generator[name] as (...args: unknown[]) => unknown;
    Object.defineProperty(generator, name, {
      value: (...args: unknown[]) => within(() => Reflect.apply(resume, generator, args)),
      writable: true,
      configurable: true,
    });
  }
  return generator;
}
