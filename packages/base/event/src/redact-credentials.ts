import { redacted } from './secret-patterns.js';

/** An authentication scheme and its credentials (RFC 9110, 11.4). */
const scheme =
  /(?<![\w-])(Bearer|Basic|Digest|Negotiate|NTLM|DPoP|Token|ApiKey|AWS4-HMAC-SHA256|HMAC)([ \t]{1,4}|%20|\+)([\w.~+/:%-]{6,}={0,2})/gi;

/** The usual ways of writing them: without letter case in play the look is many times faster. */
const anyScheme =
  /[Bb]earer|BEARER|[Bb]asic|BASIC|[Dd]igest|[Nn]egotiate|NTLM|DPoP|[Tt]oken|TOKEN|[Aa]pi[Kk]ey|APIKEY|HMAC/;

/** Replaces the credentials after `Bearer`, `Basic` and the like; prose such as "Basic authentication" stays. */
export function redactSchemes(text: string): string {
  if (!anyScheme.test(text)) return text;
  return text.replace(scheme, (match, name: string, space: string, value: string) =>
    isCredential(name.toLowerCase(), value) ? name + space + redacted : match,
  );
}

function isCredential(name: string, value: string): boolean {
  if (name === 'basic')
    return Buffer.from(value.slice(0, 1024), 'base64').includes(':') && /[A-Z\d=]/.test(value);
  if (name === 'bearer' && value.length >= 20) return true;
  // Letters alone are a word of a sentence; a token has a digit or a capital inside.
  return value.length >= 8 && /\d|[a-z][A-Z]/.test(value);
}

/** `://user:password@`; the password may hold `@`, not `/`, as URLs are written. */
const userInfo = /:\/\/([^\s/?#"'`<>:]{0,256}):([^\s/?#"'`<>]{1,1024})@/g;
/** The same with characters that should have been percent-encoded; a port and a path with `@` are not it. */
const sloppyUserInfo = /:\/\/([^\s/?#"'`<>:@]{1,256}):(?!\d{1,5}(?:[/?#]))([^\s"'`<>@]{1,256})@/g;
/** A token in the user's place: `https://<token>@host`. Short names (`git@`) are no secret. */
const tokenUser = /:\/\/([^\s/?#"'`<>:@]{16,1024})@/g;

/** Replaces the passwords and tokens before the host of a URL. */
export function redactUrlCredentials(text: string): string {
  return text
    .replace(userInfo, `://$1:${redacted}@`)
    .replace(sloppyUserInfo, `://$1:${redacted}@`)
    .replace(tokenUser, `://${redacted}@`);
}

const begin = '-----BEGIN ';

/** Replaces PEM blocks (RFC 7468); one without an end is taken to the end of the text. */
export function redactPem(text: string): string {
  let result = '';
  let from = 0;
  for (let start = text.indexOf(begin); start !== -1; start = text.indexOf(begin, from)) {
    const end = text.indexOf('-----END ', start);
    result += text.slice(from, start) + redacted;
    if (end === -1) return result;
    const close = text.indexOf('-----', end + 9);
    from = close === -1 || close - end > 80 ? end + 9 : close + 5;
  }
  return result + text.slice(from);
}
