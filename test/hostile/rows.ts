import fc from 'fast-check';
import { hostileValues, Recipe } from './values.js';

/** What an entry may do with input that it does not like. */
export type MayThrow =
  | 'nothing'
  | 'a configuration error'
  | 'a TocsinError'
  | 'what the caller gave'
  | 'as fetch does';

/** One way into a package: what is given, and what may come of it. Given recipes are made, anything else is handed on. */
export interface Row {
  readonly mayThrow: MayThrow;
  readonly given: fc.Arbitrary<readonly unknown[]>;
  readonly run: (...given: never[]) => unknown;
  readonly title: string;
}

export function row(
  mayThrow: MayThrow,
  title: string,
  given: readonly fc.Arbitrary<unknown>[],
  run: (...given: never[]) => unknown,
): Row {
  return { mayThrow, title, given: fc.tuple(...given), run };
}

export const never = (
  title: string,
  given: readonly fc.Arbitrary<unknown>[],
  run: (...given: never[]) => unknown,
): Row => row('nothing', title, given, run);
export const config = (
  title: string,
  given: readonly fc.Arbitrary<unknown>[],
  run: (...given: never[]) => unknown,
): Row => row('a configuration error', title, given, run);
/** A list of values that nothing can be given to; or a type that says so itself. */
export const noInput: readonly Row[] = [];

/** Options: a hostile value in their place, as one of them, or behind one that cannot be read. */
export function optionsOf(valid: object, ...names: readonly string[]): fc.Arbitrary<Recipe> {
  const name = fc.constantFrom(...names, '__proto__', 'unheard-of');
  return fc.oneof(
    { weight: 1, arbitrary: hostileValues },
    {
      weight: 4,
      arbitrary: fc
        .tuple(name, hostileValues)
        .map(
          ([key, { text: shown, make }]) =>
            new Recipe(`options whose ${key} is ${shown}`, () =>
              Object.defineProperty({ ...valid }, key, { value: make(), enumerable: true }),
            ),
        ),
    },
    {
      weight: 1,
      arbitrary: name.map(
        (key) =>
          new Recipe(`options whose ${key} cannot be read`, () =>
            Object.defineProperty({ ...valid }, key, {
              enumerable: true,
              get() {
                throw new Error('not to be read');
              },
            }),
          ),
      ),
    },
  );
}
