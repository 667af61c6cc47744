/** The version of this package. Required, and not read, so that bundlers take it along. */
export const { version } = require('../package.json') as { readonly version: string };
