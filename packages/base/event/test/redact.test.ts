import http from 'node:http';
import { inspect } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import { TocsinError, redact, redactOwnFields, resolveRedaction } from '@tocsin/event';

const secret = 'hunter2-Zx81q';
const r = '[redacted]';

describe('redact', () => {
  describe('hides the value of', () => {
    const keys = [
      'password',
      'Passwd',
      'user_pwd',
      'passphrase',
      'passwordHash',
      'newPassword2',
      'dbpassword',
      'PGPASSWORD',
    ].concat(
      [
        'secret',
        'clientSecret',
        'client-secret',
        'CLIENT_SECRET',
        'clientsecret',
        'aws.secret.access.key',
        'secrets',
      ],
      [
        'token',
        'accessToken',
        'access_token',
        'ID-TOKEN',
        'refreshtoken',
        'token2',
        'JWTToken',
        'jwt',
        'tokenId',
      ],
      [
        'authorization',
        'Authorization',
        'proxy-authorization',
        'auth',
        'x-auth',
        'OAuthToken',
        'credential',
        'Credentials',
      ],
      [
        'apiKey',
        'API-KEY',
        'x-api-key',
        'X_API_KEY',
        'apikey',
        'api key',
        'APIKey',
        'myapikey',
        'privateKey',
        'accessKey',
      ],
      [
        'AccountKey',
        'encryption_key',
        'cookie',
        'Cookies',
        'set-cookie',
        'setCookie',
        'session',
        'sessionId',
        'PHPSESSID',
      ],
      [
        'csrf',
        'xsrfToken',
        '_csrf',
        'otp',
        'totpCode',
        'ssn',
        'user.ssn',
        'cardNumber',
        'card_number',
        'creditCard',
        'cvv',
      ],
    );
    for (const key of keys) {
      it(key, () => {
        expect(redact({ deep: [{ [key]: secret }] })).to.deep.equal({ deep: [{ [key]: r }] });
        expect(redact(new Map([[key, { a: 1 }]]))).to.deep.equal({ [key]: r });
      });
    }
  });

  describe('keeps the value of', () => {
    const keys = [
      'keyboard',
      'side',
      'inside',
      'authors',
      'author',
      'authority',
      'secretary',
      'monkey',
      'key',
      'primaryKey',
    ].concat(
      [
        'keyName',
        'sessionStorageSize',
        'sessionTimeout',
        'passwordLength',
        'tokenType',
        'tokenCount',
        'expiresIn',
      ],
      [
        'cookieName',
        'authMethod',
        'authProvider',
        'compass',
        'passenger',
        'bypass',
        'tokenizer',
        'cardinality',
        'card',
      ],
      [
        'discard',
        'number',
        'accountNumber',
        'option',
        'code',
        'status',
        'assignment',
        'session_started_at',
        'basic',
      ],
    );
    for (const key of keys) {
      it(key, () => {
        expect(redact({ deep: { [key]: 'value' } })).to.deep.equal({ deep: { [key]: 'value' } });
      });
    }
  });

  it('keeps flags, what is absent, what is empty, and counts', () => {
    const value = {
      password: '',
      token: null,
      auth: true,
      tokens: 12,
      cookies: 3,
      maxTokens: 4096,
      hasSession: false,
    };
    expect(redact(value)).to.deep.equal(value);
  });

  it('hides numbers that are secrets', () => {
    const value = {
      otp: 123456,
      cvv: 123,
      password: 1234n,
      card: 4111111111111111,
      big: [4111111111111111n],
    };
    expect(redact(value)).to.deep.equal({ otp: r, cvv: r, password: r, card: r, big: [r] });
  });

  it('hides what is named beside its value', () => {
    expect(
      redact({
        har: [{ name: 'Authorization', value: secret }],
        sequelize: { path: 'password', value: secret },
        zod: { path: ['user', 'password'], received: secret },
        entries: [
          ['authorization', secret],
          ['accept', 'x'],
        ],
        rawHeaders: ['Accept', 'x', 'Cookie', secret],
        plain: [{ name: 'colour', value: 'red' }],
      }),
    ).to.deep.equal({
      har: [{ name: 'Authorization', value: r }],
      sequelize: { path: 'password', value: r },
      zod: { path: ['user', 'password'], received: r },
      entries: [
        ['authorization', r],
        ['accept', 'x'],
      ],
      rawHeaders: ['Accept', 'x', 'Cookie', r],
      plain: [{ name: 'colour', value: 'red' }],
    });
  });

  it('takes names from the user, and gives up those that the user knows better', () => {
    const value = {
      accountNumber: 1,
      ACCOUNT_NUMBER: 'x',
      oldAccountNumber: 'x',
      session: 'x',
      sessionId: 'x',
      token: 'x',
    };
    expect(
      redact(value, { sensitiveFields: ['account-number'], keepFields: ['session', 'TOKEN'] }),
    ).to.deep.equal({
      accountNumber: r,
      ACCOUNT_NUMBER: r,
      oldAccountNumber: r,
      session: 'x',
      sessionId: r,
      token: 'x',
    });
    expect(redact({ sessionId: 'x', sessionToken: 'x' }, { keepFields: ['sessionId'] })).to.deep.equal({
      sessionId: 'x',
      sessionToken: r,
    });
  });

  it('masks personal data on demand only', () => {
    const value = {
      email: 'bob@example.com',
      note: 'from 10.0.0.1',
      'user-agent': 'curl/8',
      'x-forwarded-for': 'a',
    };
    expect(redact(value)).to.deep.equal(value);
    expect(redact(value, { personalData: 'mask' })).to.deep.equal({
      email: '[email]',
      note: 'from [ip]',
      'user-agent': '[user agent]',
      'x-forwarded-for': '[ip]',
    });
  });

  it('hides a secret in the name of a field', () => {
    expect(JSON.stringify(redact({ [`https://bob:${secret}@host/`]: 1 }))).to.not.include(secret);
  });

  it('recognises a secret that lies across the limit of its text', () => {
    const token = `eyJ${'a'.repeat(40)}.eyJ${'b'.repeat(400)}.${'c'.repeat(300)}`;
    const text = `${'x '.repeat(90)}${token}`;
    expect(redact(text, undefined, { maxStringLength: 300 })).to.equal(`${'x '.repeat(90)}${r}`);
  });

  describe('leaves no trace of a secret planted in', () => {
    class Account {
      readonly #password = secret;
      toJSON(): unknown {
        return { password: this.#password };
      }
    }
    class Session {
      readonly token = secret;
    }
    const named = Object.assign(new Error('x'), { password: secret });
    const places: Readonly<Record<string, unknown>> = {
      'a message': new Error(`login failed: password=${secret}`),
      'a stack': Object.assign(new Error('x'), {
        stack: `Error: x\nAuthorization: Bearer ${secret}\n    at f (a.js:1:1)`,
      }),
      'a nested object': { a: { b: [{ c: { apiKey: secret } }] } },
      'a cause': new Error('outer', { cause: new Error(`token: "${secret}"`) }),
      'a cause that is no Error': new Error('outer', { cause: { token: secret } }),
      'an AggregateError': new AggregateError([named, new Error(`secret=${secret}`)], 'all'),
      'own fields of an Error': named,
      'a header': { headers: { Authorization: `Bearer ${secret}`, 'Set-Cookie': [`sid=${secret}`] } },
      'a Headers object': { headers: new Headers({ authorization: secret, cookie: secret }) },
      'a URL': { url: new URL(`https://bob:${secret}@example.com/?api_key=${secret}`) },
      'a query': new URLSearchParams({ token: secret }),
      'a Map': new Map<unknown, unknown>([
        ['password', secret],
        ['list', new Map([[1, { jwt: secret }]])],
      ]),
      'a Map with other keys': new Map<unknown, unknown>([
        [1, 2],
        ['password', secret],
      ]),
      'a Set': new Set([{ password: secret }, `password=${secret}`]),
      'an instance': new Session(),
      'private state behind toJSON': new Account(),
      'a getter': { get password(): string { return secret; } }, // prettier-ignore
      'JSON in a text': { body: JSON.stringify({ user: { password: secret } }) },
      'JSON in JSON in a text': JSON.stringify({ body: JSON.stringify({ password: `a"${secret}` }) }),
      'a form in a text': `grant_type=password&password=${secret}&client_secret=${secret}`,
      'an inspected object': inspect(
        { auth: { username: 'bob', password: secret }, apiKey: secret },
        { colors: true },
      ),
      'a boxed text': { text: Object(`password=${secret}`) as unknown },
      'a symbol': { [Symbol('x')]: secret, mark: Symbol(`password=${secret}`) },
      bytes: { body: Buffer.from(secret), raw: new TextEncoder().encode(secret) },
      'what is thrown by a getter': { get a(): never { throw new Error(`password=${secret}`); } }, // prettier-ignore
      'a Proxy': new Proxy({ password: secret }, {}),
      'something too deep': { a: { b: { c: { d: { e: { f: { g: { h: secret } } } } } } } },
      env: {
        env: {
          AWS_SECRET_ACCESS_KEY: secret,
          DATABASE_URL: `postgres://app:${secret}@db/app`,
          NPM_TOKEN: secret,
        },
      },
      'a command line': new Error(`Command failed: mysql -u app --password=${secret} --token ${secret}`),
      'arguments of a command': { spawnargs: ['-h', 'db', '--password', secret, '--auth-token', secret] },
      'an axios error': axiosError(),
      'an axios error made plain': { ...axiosError(), message: 'x', stack: 'Error: x' },
      'a got error': gotError(),
      'an undici error': Object.assign(new Error('Response status code 401'), {
        statusCode: 401,
        body: { echo: secret },
        headers: { 'set-cookie': secret },
      }),
      'a node-fetch error': Object.assign(
        new Error(`request to https://x.example/?token=${secret} failed, reason: `),
        { type: 'system', errno: 'ECONNREFUSED' },
      ),
      'a superagent error': Object.assign(new Error('Unauthorized'), {
        response: { status: 401, text: secret, body: { echo: secret }, header: { 'set-cookie': secret } },
      }),
      'a pg error': Object.assign(new Error('duplicate key'), {
        detail: `Key (token)=(${secret}) already exists.`,
        query: { text: 'insert into t values ($1)', values: [secret] },
      }),
      'a mysql2 error': Object.assign(new Error('ER_DUP_ENTRY'), {
        sql: `insert into t (name) values ('${secret}')`,
        sqlMessage: `password: '${secret}'`,
      }),
      'a TypeORM error': Object.assign(new Error('failed'), {
        query: 'select $1',
        parameters: [secret],
        driverError: Object.assign(new Error('x'), { params: [secret] }),
      }),
      'a sequelize error': sequelizeError(),
      'a drizzle error': Object.assign(new Error(`Failed query: select $1\nparams: 1,${secret}`), {
        query: 'select $1',
        params: [secret],
      }),
      'an ioredis error': Object.assign(new Error('NOAUTH'), { command: { name: 'auth', args: [secret] } }),
      'a mongo error': Object.assign(new Error('E11000'), {
        keyValue: { token: secret },
        options: { auth: { password: secret } },
      }),
    };
    for (const [place, value] of Object.entries(places)) {
      it(place, () => {
        expect(inspect(value, { depth: 20, getters: true, showHidden: true }) + place).to.be.a('string');
        expect(JSON.stringify(redact({ value })) + JSON.stringify(redact(value))).to.not.include(secret);
      });
    }
  });

  it('leaves of the known carriers what helps', () => {
    const copy = redact(axiosError()) as Record<string, Record<string, unknown>>;
    expect(copy['config']).to.deep.include({ method: 'post', url: '/charge', timeout: 1000 });
    expect(copy['config']).to.have.nested.property('headers.Accept', 'json');
    expect(copy['response']).to.deep.include({
      status: 401,
      statusText: 'Unauthorized',
      body: '[body left out]',
    });
    expect(copy['request']).to.deep.include({ method: 'POST', path: '/charge', host: 'api.example.com' });
    const sql = { sql: `update t set a = 'x', b = 5, c = "d"."e" where f = "g h"`, parameters: [] };
    expect(redact(Object.assign(new Error('x'), sql))).to.include({
      sql: `update t set a = '${r}', b = 5, c = "d"."e" where f = "${r}"`,
    });
  });

  it("keeps options of an error of one's own", () => {
    const copy = redact(
      Object.assign(new Error('x'), { options: { retries: 3, token: 'x' }, config: { mode: 'fast' } }),
    );
    expect(copy).to.deep.include({ options: { retries: 3, token: r }, config: { mode: 'fast' } });
  });

  it('treats own fields that were taken off an Error as the carriers they are', () => {
    const { config, request, response } = axiosError() as unknown as Record<string, unknown>;
    const copy = redactOwnFields({ config, request, response, params: [secret], orderId: 5 });
    expect(JSON.stringify(copy)).to.not.include(secret);
    expect(copy).to.include({ orderId: 5, params: r });
    expect(redact({ params: { page: 2 }, query: 'shoes' })).to.deep.equal({
      params: { page: 2 },
      query: 'shoes',
    });
  });

  it('leaves a real request of node with its method and path, and no header of value', (done) => {
    const request = http.request({
      host: '127.0.0.1',
      port: 1,
      path: '/pay',
      headers: { Authorization: `Bearer ${secret}` },
    });
    request.once('error', (cause) => {
      const copy = redact(Object.assign(cause, { request }));
      expect(JSON.stringify(copy)).to.not.include(secret);
      expect(copy).to.have.nested.property('request.path', '/pay');
      done();
    });
    request.end();
  });

  it('gives the same when it is done twice, also where a copy makes texts of what are none', () => {
    const holder = { stack: '', config: { headers: 0, a: 0n }, message: 0n };
    for (const value of [holder, new Map(Object.entries(holder)), { ...holder, stack: 1n, message: '' }]) {
      expect(redact(redact(value))).to.deep.equal(redact(value));
    }
  });

  it('masks personal data also where it is told as a text only', () => {
    expect(redact({ ip: 2_130_706_433n }, { personalData: 'mask' })).to.deep.equal({ ip: '[ip]' });
  });

  it('hides what is told as a text in a pair, too', () => {
    const pairs = new Map<unknown, unknown>([
      ['password', Buffer.from(secret)],
      [0, ''],
    ]);
    expect(redact(pairs)).to.deep.equal([
      ['password', '[redacted]'],
      [0, ''],
    ]);
  });

  it('never throws, gives JSON, changes nothing and touches no prototype', () => {
    const key = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '__proto__',
        'constructor',
        'password',
        'value',
        'name',
        'headers',
        'config',
        'stack',
        'message',
      ),
    );
    const anything = fc.anything({
      key,
      withBigInt: true,
      withMap: true,
      withSet: true,
      withDate: true,
      withNullPrototype: true,
    });
    fc.assert(
      fc.property(anything, fc.constantFrom('keep' as const, 'mask' as const), (value, personalData) => {
        const image = fc.stringify(value);
        const copy = redact(value, { personalData });
        JSON.parse(JSON.stringify(copy) ?? 'null');
        expect(redact(copy, { personalData })).to.deep.equal(copy);
        expect(fc.stringify(value)).to.equal(image);
      }),
      { numRuns: 500 },
    );
    expect(({} as { polluted?: unknown }).polluted).to.equal(undefined);
  });

  it('hides a secret wherever it is put into whatever object', () => {
    const place = fc.constantFrom('password', 'apiKey', 'X-Auth-Token', 'set-cookie');
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything(), { maxKeys: 5 }), place, (fields, key) => {
        const copy = redact({ a: [{ ...fields, [key]: { deep: secret } }] });
        expect(JSON.stringify(copy)).to.not.include(secret);
      }),
    );
  });
});

describe('resolveRedaction', () => {
  it('compiles the same options once', () => {
    expect(resolveRedaction({ sensitiveFields: ['a'] })).to.equal(
      resolveRedaction({ sensitiveFields: ['a'] }),
    );
    expect(resolveRedaction()).to.equal(resolveRedaction());
  });

  const wrong: readonly (readonly [unknown, string])[] = [
    [5, "Owner: option 'options' is 5"],
    [{ sensitiveFields: 'password' }, "option 'sensitiveFields' is 'password'"],
    [{ sensitiveFields: [5] }, "option 'sensitiveFields' is 5"],
    [{ keepFields: ['--'] }, "option 'keepFields' is '--'"],
    [{ personalData: 'hide' }, "option 'personalData' is 'hide'; allowed: 'keep' or 'mask'"],
  ];
  for (const [options, message] of wrong) {
    it(`refuses ${JSON.stringify(options)} by name`, () => {
      expect(() => resolveRedaction(options as object, 'Owner')).to.throw(TocsinError, message);
    });
  }
});

function axiosError(): Error {
  const headers = { Accept: 'json', Authorization: `Bearer ${secret}` };
  const config = {
    method: 'post',
    url: '/charge',
    timeout: 1000,
    headers,
    data: `{"x":"${secret}"}`,
    auth: { username: 'u', password: secret },
  };
  const request = {
    method: 'POST',
    path: '/charge',
    host: 'api.example.com',
    _header: `POST / HTTP/1.1\r\nX-Custom: ${secret}\r\n`,
    res: {},
  };
  const response = {
    status: 401,
    statusText: 'Unauthorized',
    headers: { 'set-cookie': [secret] },
    config,
    request,
    data: { echo: secret },
  };
  return Object.assign(new Error('Request failed with status code 401'), {
    name: 'AxiosError',
    code: 'ERR_BAD_REQUEST',
    config,
    request,
    response,
    isAxiosError: true,
  });
}

function gotError(): Error {
  const options = {
    method: 'POST',
    url: new URL(`https://u:${secret}@x.example/`),
    headers: { authorization: secret },
    json: { x: secret },
    form: secret,
  };
  return Object.assign(new Error('Response code 401'), {
    options,
    response: { statusCode: 401, body: secret, rawBody: Buffer.from(secret), request: { options } },
  });
}

function sequelizeError(): Error {
  const parent = Object.assign(new Error('dup'), {
    sql: `INSERT INTO "u" VALUES ('${secret}')`,
    parameters: [secret],
  });
  const item = {
    message: 'x',
    path: 'password',
    value: secret,
    instance: { dataValues: { password: secret } },
  };
  return Object.assign(new Error('Validation error'), {
    errors: [item],
    parent,
    original: parent,
    sql: parent.sql,
  });
}
