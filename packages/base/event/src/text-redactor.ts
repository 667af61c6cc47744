import { redactAssignments } from './redact-assignments.js';
import { redactPem, redactSchemes, redactUrlCredentials } from './redact-credentials.js';
import { maskPersonal } from './redact-personal.js';
import { redactSqlInText } from './redact-sql.js';
import { redactCards, redactPatterns } from './secret-patterns.js';
import { wordsOf, type KeyMatcher } from './sensitive-keys.js';

/** A part of every built-in name: a text without one assigns to none of them. */
const partsOfNames = [
  ...['pass', 'pwd', 'pw', 'secret', 'token', 'jwt', 'bearer', 'auth', 'cred', 'csrf', 'xsrf', 'key', 'pem'],
  ...['cookie', 'sess', 'sid', 'otp', 'code', 'ssn', 'social', 'card', 'cv[vc]', 'sig'],
];

/** A function that replaces the secrets in a text; linear in the text, and quick where there is nothing. */
export function textRedactor(
  meaningOf: KeyMatcher,
  mask: boolean,
  added: readonly string[],
): (text: string) => string {
  const own = added.flatMap((name) => wordsOf(name)).map((word) => word.replace(/[^\p{L}\p{N}]/gu, ''));
  const mayAssign = new RegExp([...partsOfNames, ...own].join('|'), 'i');

  return (text) => {
    // Nothing that is recognised is shorter than `otp=1`.
    if (text.length < 5) return text;
    let result = text;
    if (result.includes('-----BEGIN ')) result = redactPem(result);
    if (result.includes('@') && result.includes('://')) result = redactUrlCredentials(result);
    if (result.length > 15) {
      result = redactPatterns(result);
      result = redactSchemes(result);
    }
    if (/[=:>]|--|%3/.test(result) && mayAssign.test(result)) result = redactAssignments(result, meaningOf);
    if (result.length > 11 && /\d[\d -]{10}/.test(result)) result = redactCards(result);
    if (result.length > 15) result = redactSqlInText(result);
    return mask ? maskPersonal(result) : result;
  };
}
