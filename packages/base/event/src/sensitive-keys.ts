/** What a key says of its value. */
export type KeyMeaning =
  /** Nothing: the value is shown (and still searched for secrets). */
  | 'plain'
  /** A secret of any kind, also a number. */
  | 'secret'
  /** A secret where it is text or an object; a number is a count (`tokens: 12`). */
  | 'secret unless a number';

export type KeyMatcher = (key: string) => KeyMeaning;

/**
 * Words that make a key sensitive, whatever its case and separators (completed from the
 * default lists of Sentry's data scrubber and of Rails' parameter filter). An entry of several words also
 * matches where they are written as one.
 */
const builtIn: readonly string[] = [
  ...['password', 'passwd', 'pwd', 'passphrase', 'passcode', 'passkey', 'pass', 'pw'],
  ...['secret', 'token', 'jwt', 'bearer', 'authorization', 'auth', 'credential', 'cred', 'csrf', 'xsrf'],
  ...['api key', 'private key', 'access key', 'secret key', 'account key', 'encryption key', 'signing key'],
  ...['master key', 'ssh key', 'auth key', 'shared key', 'function key', 'private pem'],
  ...[
    'cookie',
    'set cookie',
    'session',
    'session id',
    'sess id',
    'connect sid',
    'php sess id',
    'j session id',
  ],
  ...['otp', 'totp', 'mfa code', 'verification code', 'recovery code', 'backup code'],
  ...['ssn', 'social security'],
  ...['card number', 'credit card', 'debit card', 'card no', 'cvv', 'cvv2', 'cvc', 'cvc2', 'security code'],
];

/** Written as part of one long word, these still mean a secret (`dbpassword`, `myapikey`); no English word holds them. */
const stems: readonly string[] = [
  ...['password', 'passwd', 'passphrase', 'apikey', 'privatekey', 'accesskey', 'secretkey', 'authtoken'],
  ...['accesstoken', 'sessionid', 'cardnumber', 'creditcard', 'credential'],
];
/** The same at the end of a word: `clientsecret`, `idtoken`, `dbpwd` (`secretary` stays). */
const endings: readonly string[] = ['secret', 'token', 'pwd'];

/**
 * A key that ends so tells something about the secret, not the secret: `passwordLength`, `tokenType`,
 * `sessionStorageSize`, `cookieName`, `TokenExpiredError`, `auth_method`.
 */
const aspects = new Set([
  ...[
    'count',
    'size',
    'length',
    'limit',
    'max',
    'min',
    'total',
    'used',
    'usage',
    'remaining',
    'index',
    'age',
  ],
  ...[
    'ttl',
    'ms',
    'seconds',
    'minutes',
    'hours',
    'days',
    'timeout',
    'expires',
    'expiry',
    'expiration',
    'expired',
  ],
  ...[
    'at',
    'in',
    'type',
    'kind',
    'name',
    'enabled',
    'required',
    'valid',
    'invalid',
    'status',
    'method',
    'mode',
  ],
  ...['provider', 'strategy', 'policy', 'version', 'algorithm', 'attempts', 'failures', 'failed', 'strength'],
  ...['error', 'errors', 'exception', 'service', 'controller', 'module', 'middleware', 'guard'],
]);

/** A single number under these is a count or a flag, not a secret. */
const countable = new Set(['pass', 'pw', 'auth', 'cred']);

/** A key's words in lower case: `X-Api-Key2`, `xApiKey2` and `X_API_KEY_2` are x, api, key, 2. */
export function wordsOf(key: string): readonly string[] {
  return key
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

function joined(key: string): string {
  return wordsOf(key).join('');
}

/** A part of every built-in name: most keys have none, and need no closer look. */
const partsOfNames = [
  ...['pass', 'pwd', 'pw', 'secret', 'token', 'jwt', 'bearer', 'auth', 'cred', 'csrf', 'xsrf', 'key', 'pem'],
  ...['cookie', 'sess', 'sid', 'otp', 'code', 'ssn', 'social', 'card', 'cv[vc]'],
];

/** Longer keys are cut: what is beyond says nothing about the value. */
const maxKeyLength = 256;
/** Meanings kept; then the memory starts anew, since keys may come from requests. */
const maxRemembered = 2000;

/**
 * A function that tells what a key means, with the user's own names added and taken off.
 *
 * @param added names in any case and with any separators; never excused by an ending such as `count`
 * @param kept names taken off: an entry of the built-in list, or one whole key
 */
export function keyMatcher(added: readonly string[] = [], kept: readonly string[] = []): KeyMatcher {
  const own = new Set(added.map(joined).filter((entry) => entry !== ''));
  const off = new Set(kept.map(joined));
  const entries = new Set(builtIn.map(joined).filter((entry) => !off.has(entry)));
  const inside = stems.filter((stem) => !off.has(stem));
  const atEnd = endings.filter((ending) => !off.has(ending));
  const longest = Math.max(3, ...added.map((name) => wordsOf(name).length));
  const mayMatch = new RegExp([...partsOfNames, ...own].join('|'));
  const remembered = new Map<string, KeyMeaning>();

  function meaningOf(key: string): KeyMeaning {
    if (
      !mayMatch.test(
        key
          .slice(0, maxKeyLength)
          .replace(/[^\p{L}\p{N}]/gu, '')
          .toLowerCase(),
      )
    )
      return 'plain';
    const words = wordsOf(key.slice(0, maxKeyLength));
    if (words.length === 0 || words.length > 40) return 'plain';
    const runs = runsOf(words, longest);
    if (runs.some((run) => own.has(run))) return 'secret';
    const last = words.at(-1) ?? '';
    if (off.has(words.join('')) || (words.length > 1 && aspects.has(last))) return 'plain';
    const found = runs.find((run) => matches(run));
    if (found === undefined) return 'plain';
    return countable.has(found) || isPlural(last) ? 'secret unless a number' : 'secret';
  }

  function matches(run: string): boolean {
    if (off.has(run)) return false;
    const bare = run.replace(/\d+$/, '');
    for (const word of [run, bare, isPlural(bare) ? bare.slice(0, -1) : bare]) {
      if (entries.has(word) || (word.length < 64 && atEnd.some((ending) => word.endsWith(ending))))
        return true;
    }
    return inside.some((stem) => run.includes(stem));
  }

  return (key) => {
    const before = remembered.get(key);
    if (before !== undefined) return before;
    const meaning = meaningOf(key);
    if (remembered.size >= maxRemembered) remembered.clear();
    if (key.length <= maxKeyLength) remembered.set(key, meaning);
    return meaning;
  };
}

function isPlural(word: string): boolean {
  return word.length > 3 && word.endsWith('s') && !word.endsWith('ss');
}

/** Every run of up to `longest` words, written as one. */
function runsOf(words: readonly string[], longest: number): string[] {
  const runs: string[] = [];
  for (let start = 0; start < words.length; start += 1) {
    let run = '';
    for (const word of words.slice(start, start + longest)) {
      run += word;
      runs.push(run);
    }
  }
  return runs;
}
