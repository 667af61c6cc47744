import { plainCopy, type CopyHook, type CopyLimits } from './plain-copy.js';
import { ownFieldsHook, redactionHook } from './redaction-hook.js';
import { textRedactor } from './text-redactor.js';
import { keyMatcher } from './sensitive-keys.js';
import { configError, readOptions } from './tocsin-error.js';

/** Options of everything that takes secrets out. */
export interface RedactOptions {
  /**
   * Names of fields that are secret here, beyond the built-in list, in any case and with any separators; each
   * also matches as a part of a longer name (`accountNumber` covers `oldAccountNumber`).
   * @default []
   */
  readonly sensitiveFields?: readonly string[];
  /**
   * Names to take off the built-in list: an entry of it (`session`), or one whole field (`sessionId`).
   * @default []
   */
  readonly keepFields?: readonly string[];
  /** Whether e-mail addresses, IP addresses and user agents are kept or masked. @default 'keep' */
  readonly personalData?: 'keep' | 'mask';
}

/** Compiled {@link RedactOptions}. */
export interface Redaction {
  readonly text: (text: string) => string;
  readonly copy: (value: unknown, limits?: CopyLimits) => unknown;
  /** A copy of the own fields of an Error, which were taken off it. */
  readonly copyOwnFields: (fields: object, limits?: CopyLimits) => unknown;
  /** What may be shown of the value that stands under a key; the value itself where nothing speaks against it. */
  readonly entry: CopyHook['entry'];
}

let byDefault: Redaction | undefined;
const resolved = new Map<string, Redaction>();
/** Services use one or two sets of options; more are made by a mistake, and are not kept. */
const maxResolved = 32;

/**
 * Compiles the options once; the same options give the same object again.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` naming `owner` and the option
 */
export function resolveRedaction(options?: RedactOptions, owner = 'redact'): Redaction {
  if (options === undefined) return (byDefault ??= compile([], [], false));
  if (typeof options !== 'object' || options === null)
    throw configError(owner, 'options', options, 'an object');
  return readOptions(owner, () => resolve(options, owner));
}

function resolve(options: RedactOptions, owner: string): Redaction {
  const { sensitiveFields = [], keepFields = [], personalData = 'keep' } = options;
  checkNames(owner, 'sensitiveFields', sensitiveFields);
  checkNames(owner, 'keepFields', keepFields);
  if (personalData !== 'keep' && personalData !== 'mask') {
    throw configError(owner, 'personalData', personalData, "'keep' or 'mask'");
  }
  const id = JSON.stringify([sensitiveFields, keepFields, personalData]);
  const before = resolved.get(id);
  if (before !== undefined) return before;

  const redaction = compile(sensitiveFields, keepFields, personalData === 'mask');
  if (resolved.size < maxResolved) resolved.set(id, redaction);
  return redaction;
}

function compile(added: readonly string[], kept: readonly string[], mask: boolean): Redaction {
  const meaningOf = keyMatcher(added, kept);
  const text = textRedactor(meaningOf, mask);
  const hook = redactionHook(meaningOf, text, mask);
  return {
    text,
    copy: (value, limits) => plainCopy(value, limits, hook),
    copyOwnFields: (fields, limits) => plainCopy(fields, limits, ownFieldsHook(hook, fields)),
    entry: hook.entry,
  };
}

function checkNames(owner: string, option: string, names: unknown): void {
  const allowed = 'an array of names';
  if (!Array.isArray(names)) throw configError(owner, option, names, allowed);
  for (const name of names as unknown[]) {
    if (typeof name !== 'string' || !/[\p{L}\p{N}]/u.test(name))
      throw configError(owner, option, name, allowed);
  }
}
