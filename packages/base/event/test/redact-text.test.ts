import { expect } from 'chai';
import fc from 'fast-check';
import { redactText, resolveRedaction } from '@tocsin/event';

/** Joined here, so that no scanner takes a test for a leak. */
const fake = (...parts: readonly string[]): string => parts.join('');
const r = '[redacted]';
const hex32 = '0123456789abcdef0123456789abcdef';
const alnum36 = 'aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1eF3hJ5';
const jwt = fake(
  'eyJhbGciOiJIUzI1NiJ9',
  '.eyJzdWIiOiIxMjM0NTY3ODkwIn0',
  '.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U',
);
const awsId = fake('AK', 'IALALEMEL33243OLIB');
const awsSecret = fake('wJalrXUtnFEMI/K7MDENG', '/bPxRfiCYEXAMPLEKEY');
const pem = fake(
  '-----BEGIN RSA PRIVATE',
  ' KEY-----\nMIIEpAIBAAKCAQEA\nabc=\n-----END RSA PRIVATE',
  ' KEY-----',
);

/** [where the shape is documented, the text, what is shown] */
const hidden: readonly (readonly [string, string, string])[] = [
  ['RFC 6750', 'sent Bearer abc123def456', `sent Bearer ${r}`],
  ['RFC 6750', 'bearer correcthorsebatterystaple', `bearer ${r}`],
  ['RFC 7617', 'Basic dXNlcjpwYXNz', `Basic ${r}`],
  ['RFC 7617, encoded', 'auth%20x Basic%20dXNlcjpwYXNz', `auth%20x Basic%20${r}`],
  ['GitHub REST docs', 'header was token abc123def456', `header was token ${r}`],
  ['RFC 7519', `got ${jwt} from client`, `got ${r} from client`],
  ['RFC 7516 (five parts)', `${jwt}.abc.def`, r],
  ['RFC 7468', `key: ${pem} end`, `key: ${r} end`],
  ['RFC 7468, on its own', `before\n${pem}\nafter`, `before\n${r}\nafter`],
  ['RFC 7468, cut off', `before ${pem.slice(0, 60)}`, `before ${r}`],
  [
    'RFC 3986 userinfo',
    'connect postgres://bob:hunter2@db:5432/app',
    `connect postgres://bob:${r}@db:5432/app`,
  ],
  ['redis docs, no user', 'redis://:hunter2@cache:6379', `redis://:${r}@cache:6379`],
  ['userinfo with a raw @', 'mongodb://u:p@ss@h1,h2/db', `mongodb://u:${r}@h1,h2/db`],
  ['userinfo with a raw /', 'amqp://u:p/ss@host/vhost', `amqp://u:${r}@host/vhost`],
  ['git over https', `https://${hex32}@git.example/x.git`, `https://${r}@git.example/x.git`],
  ['OAuth 2 in a query', 'GET /cb?access_token=abc&state=1', `GET /cb?access_token=${r}&state=1`],
  ['Azure SAS', 'https://a.blob.example/c?sv=2020&sig=a%2Fb%3D', `https://a.blob.example/c?sv=2020&sig=${r}`],
  [
    'AWS signature v4 in a query',
    '?X-Amz-Signature=abc123&X-Amz-Date=1',
    `?X-Amz-Signature=${r}&X-Amz-Date=1`,
  ],
  ['Google API in a query', 'https://maps.example/api?key=abc&q=x', `https://maps.example/api?key=${r}&q=x`],
  ['qs brackets', 'user[password]=hunter2&user[name]=bob', `user[password]=${r}&user[name]=bob`],
  ['encoded JSON', '%7B%22password%22%3A%22hunter2%22%7D', `%7B%22password%22%3A%22${r}%22%7D`],
  ['test card of Visa', 'paid with 4111111111111111', `paid with ${r}`],
  ['card in groups', 'paid with 4111 1111 1111 1111 today', `paid with ${r} today`],
  ['card with hyphens', '5555-5555-5555-4444', r],
  ['American Express', '378282246310005', r],
  ['card after another number', 'order 12345 4111111111111111', `order 12345 ${r}`],
  ['gitleaks aws-access-token', `id ${awsId}`, `id ${r}`],
  ['AWS secret beside its id', `${awsId} ${awsSecret}`, `${r} ${r}`],
  ['gitleaks slack-bot-token', fake('xo', 'xb-781236542736-2364535789652-GkwFDQoHqzXDVsC6GzqYUypD'), r],
  ['gitleaks slack-app-token', fake('xa', 'pp-1-A052FGTS2DL-5171572773297-610b6a11f4b7'), r],
  ['gitleaks slack-config-access-token', fake('xo', 'xe.xoxp-1-Mi0yLTM0MTQwNDE0MDE3Ni0z'), r],
  [
    'Slack docs',
    fake('https://hooks.slack', '.com/services/T000/B000/abcdef'),
    `https://hooks.slack.com/services/${r}`,
  ],
  [
    'Slack workflows',
    fake('https://hooks.slack', '.com/workflows/T0/A0/1/x'),
    `https://hooks.slack.com/workflows/${r}`,
  ],
  [
    'Discord docs',
    fake('https://discord', '.com/api/webhooks/123/abc-DEF'),
    `https://discord.com/api/webhooks/${r}`,
  ],
  [
    'Teams workflows',
    'https://prod-1.westus.logic.azure.com:443/workflows/a?sig=b',
    `https://prod-1.westus.logic.azure.com:443/${r}`,
  ],
  [
    'Teams connectors',
    'https://acme.webhook.office.com/webhookb2/a@b/x',
    `https://acme.webhook.office.com/${r}`,
  ],
  [
    'Telegram bot API',
    'https://api.telegram.org/bot123456789:AAabcdefghijklmnopqrstuvwxyz1234567/x',
    `https://api.telegram.org/bot${r}/x`,
  ],
  ['gitleaks github-pat', fake('gh', 'p_', alnum36), r],
  ['gitleaks github-oauth', fake('gh', 'o_', alnum36), r],
  ['gitleaks github-app-token', fake('gh', 's_', alnum36), r],
  ['gitleaks github-fine-grained-pat', fake('github', '_pat_11ABCDE_', alnum36), r],
  ['gitleaks gitlab-pat', fake('gl', 'pat-abcDEF123456abcDEF12'), r],
  ['gitleaks stripe-access-token', fake('sk', '_live_', alnum36), r],
  ['Stripe restricted key', fake('rk', '_live_', alnum36), r],
  ['Stripe signing secret', fake('wh', 'sec_', alnum36), r],
  ['gitleaks gcp-api-key', fake('AI', 'za', 'SyA1234567890abcdefghijklmnopqrstuv'), r],
  ['gitleaks npm-access-token', fake('np', 'm_', alnum36), r],
  ['gitleaks sendgrid-api-token', fake('S', 'G.', 'abcdefghijklmnop.', alnum36), r],
  ['gitleaks twilio-api-key', fake('S', 'K', hex32), r],
  ['Anthropic and OpenAI keys', fake('sk', '-proj-', alnum36), r],
  ['gitleaks hashicorp vault', fake('hv', 's.', alnum36), r],
  [
    'express-session cookie',
    'connect=s%3Aabcdefghijklmnopqrstuvwx.abcdefghijklmnopqrstuvwxyz%2B',
    `connect=${r}`,
  ],
  ['key=value', 'login failed: password=hunter2', `login failed: password=${r}`],
  ['connection string', 'AccountKey=abc==;EndpointSuffix=x', `AccountKey=${r};EndpointSuffix=x`],
  ['Java map', '{user=bob, password=hun,ter2, age=3}', `{user=bob, password=${r}, age=3}`],
  ['a password of letters in a sentence', 'password: swordfish was refused', `password: ${r} was refused`],
  ['YAML', 'token: "abc def"', `token: "${r}"`],
  ['JSON in a text', 'body {"password":"a\\"b","n":1}', `body {"password":"${r}","n":1}`],
  ['JSON in JSON', '{\\"apiKey\\":\\"a\\\\\\"b\\",\\"n\\":1}', `{\\"apiKey\\":\\"${r}\\",\\"n\\":1}`],
  ['JSON numbers', '{"otp":123456,"n":1}', `{"otp":"${r}","n":1}`],
  ['JSON objects', '{"auth":{"u":"a","k":"b"},"n":1}', `{"auth":"${r}","n":1}`],
  ['cut JSON', '{"password":"hunter', `{"password":"${r}"`],
  ['util.inspect', "{ auth: { user: 'a', pass: 'b' }, n: 1 }", `{ auth: ${r}, n: 1 }`],
  [
    'util.inspect in colour',
    "password: \u001B[32m'hunter2'\u001B[39m",
    `password: \u001B[32m'${r}'\u001B[39m`,
  ],
  ['util.inspect of a Map', "Map(1) { 'token' => 'abc' }", `Map(1) { 'token' => '${r}' }`],
  ['PostgreSQL detail', 'Key (token)=(abc) already exists.', `Key (token)=(${r}) already exists.`],
  [
    'header lines',
    'GET / HTTP/1.1\r\nCookie: a=b; c=d\r\nAccept: x',
    `GET / HTTP/1.1\r\nCookie: ${r}\r\nAccept: x`,
  ],
  ['header with any scheme', 'Authorization: Custom abc def\nX: y', `Authorization: ${r}\nX: y`],
  ['curl', "curl -H 'Authorization: Bearer abc' https://x", `curl -H 'Authorization: ${r}' https://x`],
  ['command line', 'mysql --password hunter2 -h db', `mysql --password ${r} -h db`],
  ['XML', '<ws:Password Type="x">hunter2</ws:Password>', `<ws:Password Type="x">${r}</ws:Password>`],
  [
    'knex',
    "insert into `u` (`n`) values ('bob''s', 'x') - dup",
    `insert into \`u\` (\`n\`) values ('${r}', '${r}') - dup`,
  ],
  [
    'drizzle',
    'Failed query: select $1\nparams: bob,hunter2\n    at f (a.js:1:1)',
    `Failed query: select $1\nparams: ${r}\n    at f (a.js:1:1)`,
  ],
];

/** [why it is no secret, the text, which stays] */
const shown: readonly (readonly [string, string])[] = [
  ['whole words', 'keyboard: azerty, side: left, authors: Ann, secretary: Bob, monkey: 1'],
  ['a sentence', 'Invalid password: must be at least 8 characters'],
  ['a sentence', 'token: expired'],
  ['a sentence', 'auth: user bob logged in, session: created for bob'],
  ['a literal', '{"password":null,"token":"","auth":true}'],
  ['counts', '{"tokens":12,"maxTokens":4096,"tokenCount":5}'],
  ['aspects', 'passwordLength=12 sessionTimeout=30 tokenType=jwt cookieName=sid'],
  ['error names', 'TokenExpiredError: jwt expired'],
  ['error names', 'CredentialsProviderError: Could not load'],
  ['files', '    at Token.verify (/app/src/token.js:12:5)'],
  ['files', '    at check (file:///app/auth.ts:3:14)'],
  ['hosts and ports', 'connect ECONNREFUSED http://auth:8080/x'],
  ['hosts and ports', 'redis at session:6379 is down'],
  ['a path with @', 'https://cdn.example:8080/@scope/pkg@1.2.3/index.js'],
  ['a user without a password', 'ssh://git@github.com/a/b'],
  ['prose', 'Basic authentication failed, Bearer authentication is required'],
  ['prose', 'Basic subscription of the user'],
  ['a time in milliseconds', 'at 1700000000000 and 1700000000123456'],
  ['no check digit', 'order 4111111111111112'],
  ['counting', '1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16'],
  ['a UUID', 'id 4111a111-1111-4111-8111-111111111111'],
  ['a commit', 'at 9fceb02d0ae598e95dc970b74767f19372d61af8'],
  ['AWS id of the wrong length', 'TODAYINASIAASACKOFRICEFELLOVER'],
  ['gitleaks slack false positive', 'xoxb-my-bot-token-here'],
  ['a publishable key', fake('pk', '_live_', alnum36)],
  ['a class in CSS', 'sk-fading-circle is missing'],
  ['comparison', 'expected 3 === 4 in a != b'],
  ['a query without secrets', 'GET /x?page=2&sort=name&keyword=a'],
  ['SQL with placeholders', 'select * from "users" where id = $1'],
  ['an e-mail (kept by default)', 'mail to bob@example.com from 10.0.0.1'],
  ['what is redacted already', `password=${r} token: "${r}" Bearer ${r}`],
];

describe('redactText', () => {
  for (const [source, text, result] of hidden) {
    it(`hides: ${source}: ${text.slice(0, 40).replaceAll(/\s/g, ' ')}`, () => {
      expect(redactText(text)).to.equal(result);
    });
  }
  for (const [why, text] of shown) {
    it(`keeps: ${why}: ${text.slice(0, 40)}`, () => {
      expect(redactText(text)).to.equal(text);
    });
  }

  it('gives its own result back unchanged', () => {
    for (const [, , result] of hidden) expect(redactText(result)).to.equal(result);
  });

  it('hides what stands after a name of the user in any spelling', () => {
    const options = { sensitiveFields: ['accountNumber'] };
    expect(redactText('account_number=12 Account-Number: "x" accounts=3', options)).to.equal(
      `account_number=${r} Account-Number: "${r}" accounts=3`,
    );
  });

  it('shows what the user took off the list', () => {
    expect(redactText('session=abc token=x', { keepFields: ['session'] })).to.equal(`session=abc token=${r}`);
  });

  it('masks personal data on demand', () => {
    const text = 'bob.o+x@mail.example.com from 10.0.0.1 and 2001:db8::1 at 12:34:56, Foo::bar, v1.2.3';
    expect(redactText(text, { personalData: 'mask' })).to.equal(
      '[email] from [ip] and [ip] at 12:34:56, Foo::bar, v1.2.3',
    );
    expect(redactText('ua "Mozilla/5.0 (X11; Linux)" end', { personalData: 'mask' })).to.equal(
      'ua "[user agent]" end',
    );
  });

  it('cuts a text of more than 256 Ki characters and tells it', () => {
    const text = redactText('x '.repeat(200_000));
    expect(text).to.have.length(262_144);
    expect(text).to.match(/… \(\+[\d,]+\)$/);
  });

  it('never throws and hides an assigned password wherever it stands', () => {
    const secret = 'hunter2hunter2';
    const separator = fc.constantFrom('=', ': ', '":"', '\\":\\"', ' => ', ":'");
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        separator,
        fc.string({ unit: 'binary' }),
        (before, sep, after) => {
          expect(redactText(`${before} password${sep}${secret} ${after}`)).to.not.include(secret);
        },
      ),
      { numRuns: 300 },
    );
  });

  describe('takes time in proportion to the text, also for', () => {
    const { text: unbounded } = resolveRedaction({ personalData: 'mask' });
    const hostile = [
      'a',
      '{"',
      'password=',
      'password="',
      'token:[',
      'key\\',
      '4111 ',
      '4111-',
      '1 ',
      'eyJ',
      'eyJaaaaaaaa.',
    ].concat(
      [
        '@',
        'a@',
        '\u001B[',
        '://',
        '://a:',
        '://a@',
        '-----BEGIN ',
        'Bearer ',
        '"',
        '\\',
        "'",
        '<a>',
        '</',
        '--token ',
      ],
      [
        '?key=',
        '%22',
        "insert into '",
        'query params:',
        fake('xo', 'xb-'),
        ':',
        '::',
        '1.',
        '=',
        'a,',
        '-',
        'Mozilla/5',
      ],
    );
    for (const part of hostile) {
      it(`${JSON.stringify(part)} repeated`, () => {
        const short = timed(unbounded, part.repeat(10_000 / part.length));
        const long = timed(unbounded, part.repeat(1_000_000 / part.length));
        // A hundred times the text. Quadratic would be ten thousand times the time.
        expect(long).to.be.lessThan(Math.max(short, 1) * 1500);
      }).timeout(20_000);
    }
  });
});

function timed(work: (text: string) => unknown, text: string): number {
  let best = Infinity;
  for (let run = 0; run < 2; run += 1) {
    const start = performance.now();
    work(text);
    best = Math.min(best, performance.now() - start);
  }
  return best;
}
