import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { type TransformableInfo, format as logform } from 'logform';
import { LEVEL, MESSAGE, SPLAT } from 'triple-beam';
import winston from 'winston';
import { TocsinError, redactFormat } from '@tocsin/event';

const secret = 'hunter2-Zx81q';
const r = '[redacted]';

type Format = ReturnType<typeof redactFormat>;

/** What a real logger prints with these formats. */
function printed(formats: readonly Format[], log: (logger: winston.Logger) => void): string {
  let text = '';
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const logger = winston.createLogger({
    format: logform.combine(...formats),
    transports: [new winston.transports.Stream({ stream })],
  });
  log(logger);
  logger.close();
  return text;
}

function transformed(info: object): TransformableInfo {
  return redactFormat().transform(info as TransformableInfo) as TransformableInfo;
}

describe('redactFormat', () => {
  const lines: Readonly<Record<string, (logger: winston.Logger) => unknown>> = {
    metadata: (logger) => logger.info('login', { user: 'bob', password: secret }),
    'the message': (logger) => logger.info(`login password=${secret}`),
    'an Error that is the info': (logger) =>
      logger.error(Object.assign(new Error(`token: ${secret}`), { apiKey: secret })),
    'an Error after the message': (logger) => logger.error('failed', new Error(`token: ${secret}`)),
    'an Error in metadata': (logger) => logger.error('failed', { err: new Error(`token: ${secret}`) }),
    'an Error in an object message': (logger) =>
      logger.error({ message: new Error(`token: ${secret}`) } as never),
    'a cause': (logger) => logger.error(new Error('x', { cause: new Error(`token: ${secret}`) })),
    'an argument': (logger) => logger.info('login password=%s for %s', secret, 'bob'),
    'a child': (logger) => logger.child({ sessionToken: secret }).info('x'),
    'axios-like fields': (logger) =>
      logger.error(Object.assign(new Error('x'), { config: { data: secret, headers: { a: 1 } } })),
  };
  const chains: Readonly<Record<string, readonly Format[]>> = {
    json: [redactFormat(), logform.json()],
    'errors and json': [logform.errors({ stack: true, cause: true }), redactFormat(), logform.json()],
    'splat after it, and simple': [redactFormat(), logform.splat(), logform.simple()],
    'splat before it, and simple': [logform.splat(), redactFormat(), logform.simple()],
    printf: [
      redactFormat(),
      logform.printf((info) => `${info.level} ${String(info.message)} ${String(info['stack'])}`),
    ],
    prettyPrint: [redactFormat(), logform.prettyPrint()],
  };
  for (const [chain, formats] of Object.entries(chains)) {
    for (const [where, log] of Object.entries(lines)) {
      it(`hides a secret in ${where} from ${chain}`, () => {
        const text = printed(formats, log);
        expect(text).to.not.include(secret);
        expect(text.trim()).to.not.equal('');
      });
    }
  }

  it('looks also through a text that an earlier format made', () => {
    const text = printed([logform.json(), redactFormat()], (logger) =>
      logger.info('x', { password: secret, a: 1 }),
    );
    expect(JSON.parse(text)).to.deep.equal({ level: 'info', message: 'x', password: r, a: 1 });
  });

  it('keeps the line readable', () => {
    expect(
      JSON.parse(
        printed([redactFormat(), logform.json()], (logger) => logger.info('paid', { token: 'x', amount: 5 })),
      ),
    ).to.deep.equal({
      level: 'info',
      message: 'paid',
      token: r,
      amount: 5,
    });
    expect(
      printed([redactFormat(), logform.splat(), logform.simple()], (logger) =>
        logger.info('%s paid %d', 'bob', 5),
      ),
    ).to.equal('info: bob paid 5\n');
  });

  it('gives an Error as a clone of its class, name and stack, and leaves the Error alone', () => {
    class PaymentError extends Error {
      override readonly name = 'PaymentError';
      readonly apiKey = secret;
      get shout(): string {
        return this.message.toUpperCase();
      }
    }
    const error = new PaymentError(`declined, password=${secret}`, { cause: new Error(`secret: ${secret}`) });
    const { message, stack } = error;
    const copy = transformed(
      Object.assign(error, { level: 'error', [LEVEL]: 'error' }),
    ) as unknown as PaymentError;
    expect(copy).to.not.equal(error);
    expect(copy)
      .to.be.instanceOf(PaymentError)
      .and.include({ name: 'PaymentError', message: `declined, password=${r}`, apiKey: r });
    expect(copy.shout).to.equal(`DECLINED, PASSWORD=${r.toUpperCase()}`.replace(r.toUpperCase(), r));
    expect(copy.stack).to.match(/^\w*Error: declined, password=\[redacted\]\n {4}at /);
    expect(copy.cause)
      .to.be.instanceOf(Error)
      .and.include({ message: `secret: ${r}` });
    expect((copy as unknown as TransformableInfo)[LEVEL]).to.equal('error');
    expect(error).to.include({ message, stack, apiKey: secret });
  });

  it('does not change what the caller holds', () => {
    const meta = { password: secret, list: [{ token: secret }] };
    const splat = [meta, `password=${secret}`];
    const info = {
      level: 'info',
      message: 'x',
      ...meta,
      [LEVEL]: 'info',
      [MESSAGE]: `password=${secret}`,
      [SPLAT]: splat,
    };
    const copy = transformed(info);
    expect(copy[MESSAGE]).to.equal(`password=${r}`);
    expect(copy[SPLAT]).to.deep.equal([{ password: r, list: [{ token: r }] }, `password=${r}`]);
    expect(info).to.include({ password: secret, [MESSAGE]: `password=${secret}` });
    expect(splat).to.deep.equal([{ password: secret, list: [{ token: secret }] }, `password=${secret}`]);
    expect(meta.list).to.deep.equal([{ token: secret }]);
  });

  it('serves classes with private state behind getters and toJSON', () => {
    class Order {
      readonly level = 'info';
      readonly message = 'x';
      readonly [LEVEL] = 'info';
      readonly #token = secret;
      get reference(): string {
        return `token=${this.#token}`;
      }
      toJSON(): unknown {
        return { message: this.message, token: this.#token };
      }
    }
    const copy = transformed(new Order()) as unknown as Order;
    expect(copy.reference).to.equal(`token=${r}`);
    expect(JSON.parse(JSON.stringify(copy))).to.deep.equal({ message: 'x', token: r });
  });

  it('gives a line for every kind of info', () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const circular: Record<string, unknown> = { level: 'info', message: 'x' };
    circular['self'] = circular;
    const infos: readonly object[] = [
      circular,
      { level: 'info', message: undefined, [LEVEL]: 'info' },
      { level: 'info', message: 5n, at: new Date(Number.NaN), map: new Map([[1, 2]]), f: () => 1 },
      { level: 'info', message: revoked.proxy, [SPLAT]: [revoked.proxy, undefined, null] },
      Object.freeze(Object.assign(new Error('x'), { level: 'error' })),
      Object.assign(Object.create(null) as object, { level: 'info', message: 'x' }),
      { level: 'info', message: 'x'.repeat(1_000_000) },
      { level: 'info', get message(): string { throw new Error('no'); } }, // prettier-ignore
    ];
    for (const info of infos) {
      const copy = transformed(info);
      expect(typeof copy).to.equal('object');
      expect(copy).to.have.property('level');
      expect(() => logform.json().transform(copy, {})).to.not.throw();
    }
    expect(transformed(revoked.proxy)).to.include({ message: '[could not be redacted]' });
  });

  it("keeps an info of the caller's own prototype pollution away", () => {
    const info = JSON.parse('{"level":"info","message":"x","__proto__":{"polluted":1}}') as object;
    const copy = transformed(info);
    expect(Object.getPrototypeOf(copy)).to.equal(Object.prototype);
    expect(({} as { polluted?: unknown }).polluted).to.equal(undefined);
  });

  it('is bounded by the whole line, however often what is in it is shared', () => {
    const nodes: Record<string, unknown>[] = Array.from({ length: 100 }, () => ({}));
    for (const node of nodes) nodes.forEach((other, index) => (node[`to${index}`] = other));
    const all = new AggregateError([], 'all');
    all.errors = Array.from({ length: 100 }, () => all);
    const text = 'x'.repeat(200_000);
    const infos = [
      { nodes },
      { all },
      { texts: Array.from({ length: 500 }, () => text) },
      Object.fromEntries(nodes.map((_, n) => [n, text])),
    ];
    for (const fields of infos) {
      const copy = transformed({ level: 'info', message: 'shared', ...fields });
      expect(copy).to.include({ level: 'info', message: 'shared' });
      expect(logform.json().transform(copy, {}))
        .to.have.property(MESSAGE)
        .with.property('length')
        .below(20_000_000);
    }
  });

  it('takes the options of redact, and refuses wrong ones by name', () => {
    const format = redactFormat({ sensitiveFields: ['iban'], keepFields: ['token'], personalData: 'mask' });
    const copy = format.transform(
      { level: 'info', message: 'to bob@example.com', iban: 'x', token: 'y' },
      {},
    );
    expect(copy).to.include({ message: 'to [email]', iban: r, token: 'y' });
    expect(() => redactFormat({ personalData: 'all' as 'mask' })).to.throw(
      TocsinError,
      "redactFormat: option 'personalData'",
    );
  });
});
