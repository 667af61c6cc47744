import { isIPv4, isIPv6 } from 'node:net';

/** One `@` between a name and a host with a dot; every run is bounded. */
const email =
  /(?<![^\s<>"'`,;:()[\]{}=|/\\@])[^\s<>"'`,;:()[\]{}=|/\\@]{1,128}@(?:[\p{L}\p{N}-]{1,63}\.){1,8}[\p{L}\p{N}-]{2,63}/gu;
const ipv4 = /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?!\d|\.\d)/g;
const ipv6 = /(?<![\w:.])[0-9A-Fa-f:]{2,39}(?::\d{1,3}(?:\.\d{1,3}){3})?(?![\w:])/g;
/** RFC 9110, 10.1.5, as browsers write it: to the end of the line or the closing quote. */
const browser = /\bMozilla\/\d[^\n\r"'`]{0,512}/g;

/** Replaces e-mail addresses, IP addresses and browsers' user agents in a text. */
export function maskPersonal(text: string): string {
  let result = text;
  if (result.includes('@')) result = result.replace(email, '[email]');
  if (result.includes(':')) result = result.replace(ipv6, (found) => (isIPv6(found) ? '[ip]' : found));
  if (result.includes('.')) result = result.replace(ipv4, (found) => (isIPv4(found) ? '[ip]' : found));
  if (result.includes('Mozilla/')) result = result.replace(browser, '[user agent]');
  return result;
}

/** Keys whose whole value is personal, by their words written as one. */
const personalKeys: ReadonlyMap<string, string> = new Map([
  ...['email', 'emailaddress', 'useremail', 'mail'].map((key) => [key, '[email]'] as const),
  ...[
    'ip',
    'ipaddress',
    'clientip',
    'remoteip',
    'userip',
    'remoteaddress',
    'remoteaddr',
    'clientaddress',
  ].map((key) => [key, '[ip]'] as const),
  ...['xforwardedfor', 'xrealip', 'forwarded', 'cfconnectingip', 'trueclientip'].map(
    (key) => [key, '[ip]'] as const,
  ),
  ...['useragent', 'secchua', 'httpuseragent'].map((key) => [key, '[user agent]'] as const),
]);

/** What stands in place of the value of such a key, or `undefined` for other keys. */
export function personalKey(key: string): string | undefined {
  return key.length > 40 ? undefined : personalKeys.get(key.replace(/[\W_]/g, '').toLowerCase());
}
