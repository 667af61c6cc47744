import { isCardNumber } from './card-number.js';
import { isLeafObject } from './copy-leaf.js';
import { carriedValue, isCarrier, isErrorLike } from './error-carriers.js';
import type { CopyHook } from './plain-copy.js';
import { personalKey } from './redact-personal.js';
import { redacted } from './secret-patterns.js';
import { safeRead } from './safe-read.js';
import type { KeyMatcher } from './sensitive-keys.js';

/** Fields that name what a `value` beside them is: HAR headers, validators' errors, sequelize's items. */
const naming = ['name', 'key', 'path', 'field', 'param', 'property'] as const;
const named = new Set(['value', 'input', 'received']);

/** The hook that makes a plain copy a redacted one. */
export function redactionHook(
  meaningOf: KeyMatcher,
  text: (text: string) => string,
  mask: boolean,
): CopyHook {
  function entry(key: string, value: unknown, holder: object): unknown {
    const meaning = meaningOf(key);
    if (meaning !== 'plain' && isSecret(value, meaning === 'secret')) return redacted;
    if (named.has(key) && isNamedSecret(holder, meaningOf) && isSecret(value, true)) return redacted;
    if (mask && isToldAsText(value)) {
      const masked = personalKey(key);
      if (masked !== undefined && value !== '') return masked;
    }
    if (isLongNumber(value)) return redacted;
    return isCarrier(key) && isErrorLike(holder) ? carriedValue(key, value) : value;
  }

  function member(value: unknown, index: number, array: readonly unknown[], name: string): unknown {
    if (isLongNumber(value)) return redacted;
    const before = index === 0 ? undefined : array[index - 1];
    if (typeof before !== 'string' || hasFields(value)) return value;
    // [['authorization', 'x']], node's flat rawHeaders, and the arguments of a command: ['--password', 'x'].
    const isPair = index % 2 === 1 && ((array.length === 2 && name === '') || /headers$/i.test(name));
    const isNamed = isPair || before.startsWith('--');
    return isNamed && before.length <= 256 && meaningOf(before) !== 'plain' && isSecret(value, true)
      ? redacted
      : value;
  }

  return { entry, member, text, key: (key) => (key.length > 12 ? text(key) : key) };
}

function isToldAsText(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return !hasFields(value) && value !== undefined && typeof value !== 'boolean';
}

/** Whether it is looked into; a Date or a Buffer is told as a text. */
function hasFields(value: unknown): boolean {
  return typeof value === 'object' && (value === null || !isLeafObject(value));
}

/** The hook for the own fields of an Error, which alone do not show that they are an Error's. */
export function ownFieldsHook(hook: CopyHook, fields: object): CopyHook {
  return {
    ...hook,
    entry(key, value, holder) {
      const seen = hook.entry(key, value, holder);
      return seen === value && holder === fields && isCarrier(key) ? carriedValue(key, value) : seen;
    },
  };
}

/** Whether a value under a sensitive key can be a secret: flags, what is absent and what is empty cannot. */
function isSecret(value: unknown, numbersToo: boolean): boolean {
  if (!numbersToo && typeof value !== 'object' && /^-?\d{1,20}(?:\.\d{1,20})?n?$/.test(String(value)))
    return false;
  return typeof value !== 'boolean' && value !== null && value !== '' && value !== undefined;
}

function isNamedSecret(holder: object, meaningOf: KeyMatcher): boolean {
  return naming.some((field) => {
    const name = safeRead(holder, field);
    const last: unknown = Array.isArray(name) ? name.at(-1) : name;
    return typeof last === 'string' && last.length <= 256 && meaningOf(last) !== 'plain';
  });
}

function isLongNumber(value: unknown): boolean {
  if (typeof value === 'number')
    return value >= 1e11 && Number.isInteger(value) && isCardNumber(String(value));
  return (
    typeof value === 'bigint' && value >= 10n ** 11n && value < 10n ** 19n && isCardNumber(String(value))
  );
}
