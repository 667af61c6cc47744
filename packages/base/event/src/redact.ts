import type { CopyLimits } from './plain-copy.js';
import { resolveRedaction, type RedactOptions } from './resolve-redaction.js';

export type { RedactOptions } from './resolve-redaction.js';

/**
 * A plain copy ({@link plainCopy}) without secrets: values under sensitive names at any depth, and whatever looks
 * like a credential in any text, are `'[redacted]'`; what an error's known carriers hold (axios' `config`, a
 * driver's `params`) is left out. Never throws for any value; never changes what it is given.
 *
 * Booleans, `null` and empty strings stay, as does a number under a plural (`tokens: 12`) or under a name that
 * speaks of the secret (`passwordLength`, `sessionStorageSize`, `tokenType`).
 */
export function redact(value: unknown, options?: RedactOptions, limits?: CopyLimits): unknown {
  return resolveRedaction(options).copy(value, limits);
}

/**
 * The same for the own fields of an Error that were taken off it: what only an Error's `config`, `request`, `response`,
 * `query` or `params` is known to carry is left out here too.
 */
export function redactOwnFields(
  fields: Readonly<Record<string, unknown>>,
  options?: RedactOptions,
  limits?: CopyLimits,
): Readonly<Record<string, unknown>> {
  return resolveRedaction(options).copyOwnFields(fields, limits) as Record<string, unknown>;
}
