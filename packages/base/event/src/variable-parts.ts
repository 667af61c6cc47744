import { isIPv6 } from 'node:net';

type Replacement = string | ((match: string, ...groups: string[]) => string);

/** Two words with a dot are a host only under these; `logger.info` and `config.dev` are code. */
const sureDomains = 'com|net|org|edu|gov|io|eu|biz|cloud|internal|local|localdomain';
/** With two dots, also under these; `user.service.ts` and `this.app.use` are none. */
const likelyDomains =
  'info|dev|app|ai|co|de|uk|fr|nl|es|pl|ch|se|dk|fi|jp|cn|au|ca|br|ru|xyz|lan|intranet|svc|test|example';

/**
 * What varies in messages and what stands for it, in the order in which they are tried (the
 * kinds are those of Sentry's src/sentry/grouping/parameterization.py, the expressions are ours).
 *
 * Each expression starts only where a word starts and repeats only up to a bound, which makes it linear.
 */
export const variableParts: readonly (readonly [RegExp, Replacement])[] = [
  [/(?<![\w.%+-])[\w.%+-]{1,64}@(?:[a-z\d-]{1,63}\.){1,8}[a-z]{2,24}(?![\w-])/gi, '<email>'],
  [/(?<![a-z\d])[a-z][a-z\d+]{1,15}:\/\/[^\s"'`<>()[\]{}|]{1,1024}(?<![.,;:!?])/gi, '<url>'],
  [
    new RegExp(
      `(?<![\\w.-])(?:(?:[a-z\\d][a-z\\d-]{0,62}\\.){1,8}(?:${sureDomains})|` +
        `(?:[a-z\\d][a-z\\d-]{0,62}\\.){2,8}(?:${likelyDomains}))(?![\\w(-]|\\.\\w)`,
      'g',
    ),
    '<hostname>',
  ],
  [
    /(?<![\w.:])(E[A-Z]{3,20} )?((?=[\da-f.]{0,40}:[\da-f.]{0,40}:)[\da-f:.]{2,64})(%\w{1,16})?(?![\w:])/gi,
    (_, code: string | undefined, text: string) => (code ?? '') + ipv6(text, code !== undefined),
  ],
  [/(?<![\w.])(?:\d{1,3}\.){3}\d{1,3}(?!\w|\.\d)/g, '<ip>'],
  [/(?<![a-z\d])[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}(?![a-z\d])/gi, '<traceparent>'],
  [/(?<![a-z\d])[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}(?![a-z\d])/gi, '<uuid>'],
  [/(?<![a-z\d])[\da-f]{40}(?![a-z\d])/gi, '<sha1>'],
  [/(?<![a-z\d])[\da-f]{32}(?![a-z\d])/gi, '<md5>'],
  [
    /(?<!\w)\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?: ?(?:Z|[+-]\d{2}:?\d{2}))?)?(?![\w-])/g,
    '<date>',
  ],
  // Tue Nov 17 2026 10:00:00 GMT+0100, Tue, 17 Nov 2026 10:00:00 GMT, Nov 17 10:00:00
  [
    /\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:\d{1,2} )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?: \d{1,2})?,? (?:\d{4} )?\d{2}:\d{2}:\d{2}(?: (?:GMT|UTC)(?:[+-]\d{4})?)?(?!\w)/g,
    '<date>',
  ],
  [/(?<![\w.:])\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?![\w:])/g, '<date>'],
  [
    /(?<![\w.])\d{1,15}(?:\.\d{1,9})? ?(?:ms|milliseconds?|µs|us|ns|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)(?!\w)/g,
    '<duration>',
  ],
  [/(?<![a-z\d])0x[\da-f]{1,128}(?![a-z\d])/gi, '<hex>'],
  // Some digit and some letter: "defaced" is a word, and digits alone are a number.
  [/(?<![a-z\d])(?=[a-f]{0,128}\d)(?=\d{0,128}[a-f])[\da-f]{13,128}(?![a-z\d])/gi, '<hex>'],
  [/(?<![a-z\d])(?=[a-f]{0,12}\d)(?=\d{0,12}[a-f])[\da-f]{7,12}(?![a-z\d])/gi, '<git_sha>'],
  [/(?<![a-z\d.])-?\d{1,32}\.\d{1,32}(?:e[+-]?\d{1,4})?(?!\w|\.\d)/gi, '<float>'],
  // A port stays: what is refused at :6379 is another service than what is refused at :5432.
  [/(?<![a-z\d]|(?:<ip>|<hostname>|localhost)\]?:)-?\d{1,1024}(?!\w)/gi, '<int>'],
  [/(?<== ?)(?:'[^']{0,1024}'|"[^"]{0,1024}")/g, '<quoted>'],
  [/(?<== ?)(?:true|false)(?!\w)/gi, '<bool>'],
];

/**
 * Node writes addresses and ports as `::1:6379`, which could be read as one address: after an error code it is
 * an address and a port.
 */
function ipv6(text: string, afterCode: boolean): string {
  const body = text.replace(/(?<=[^:]):$|\.{1,64}$/, '');
  const rest = text.slice(body.length);
  const colon = body.lastIndexOf(':');
  const address = body.slice(0, colon);
  const port = body.slice(colon);
  if (/^:\d{2,5}$/.test(port) && isIPv6(address) && (afterCode || address === '::1' || !isIPv6(body))) {
    return `<ip>${port}${rest}`;
  }
  // `abc::def` is a name in C++; an address has a digit.
  return isIPv6(body) && (/\d/.test(body) || body === '::') ? `<ip>${rest}` : text;
}
