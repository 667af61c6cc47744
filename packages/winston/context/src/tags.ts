/** Tags add up: those of the call, of each scope around it and of the global layer. A single one may stand alone. */
export function unionOfTags(...tags: readonly unknown[]): readonly unknown[] {
  return [...new Set(tags.flat().filter((tag) => tag !== undefined && tag !== ''))];
}
