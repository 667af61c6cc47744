import { configError, readOptions, refuseUnknownOptions } from '@tocsin/event';

/** The option `keys` of a store. @throws TocsinError `TOCSIN_CONFIG_INVALID` naming `owner` and the option */
export function listedKeys(
  owner: string,
  options: { readonly keys?: readonly string[] },
  known: readonly string[] = ['keys'],
): readonly string[] {
  return readOptions(owner, () => {
    if (typeof options !== 'object' || options === null)
      throw configError(owner, 'options', options, 'an object');
    refuseUnknownOptions(owner, '', Object.keys(options), known);
    const keys: unknown = options.keys ?? [];
    if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string' && key !== ''))
      throw configError(owner, 'keys', keys, 'an array of names');
    return [...(keys as string[])];
  });
}
