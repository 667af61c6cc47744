import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { answerFailure, requestFailure } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { expect } from 'chai';

const now = Date.UTC(2026, 10, 20, 10);
const answer = (status: number, headers: Record<string, string> = {}, reason?: string) =>
  answerFailure(
    'slack',
    { status, headers: new Headers(headers), ...(reason === undefined ? {} : { reason }) },
    now,
  );

async function listen(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** What a real fetch rejects with. */
async function failureOf(url: string, init?: RequestInit): Promise<TocsinError> {
  const error = await fetch(url, init).then(
    () => {
      throw new Error('was answered');
    },
    (reason: unknown) => reason,
  );
  return requestFailure('slack', error);
}

describe('answerFailure', () => {
  it('takes 429 as a limit, with the wait that was told as seconds or as a date', () => {
    expect(answer(429, { 'retry-after': '7' })).to.include({
      code: 'TOCSIN_NOTIFY_LIMITED',
      retryable: true,
      ambiguous: false,
      retryAfterMs: 7_000,
    });
    expect(answer(429, { 'retry-after': 'Fri, 20 Nov 2026 10:00:30 GMT' })).to.include({
      retryAfterMs: 30_000,
    });
  });

  it('waits until the reset when nothing remains, else a minute, and never less than a second', () => {
    const reset = String(now / 1000 + 90);
    expect(answer(429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset })).to.include({
      retryAfterMs: 90_000,
    });
    expect(answer(429, { 'x-ratelimit-remaining': '5', 'x-ratelimit-reset': reset })).to.include({
      retryAfterMs: 60_000,
    });
    expect(answer(429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '' })).to.include({
      retryAfterMs: 60_000,
    });
    expect(answer(429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '5' })).to.include({
      retryAfterMs: 1_000,
    });
    expect(answer(429, { 'retry-after': '0' })).to.include({ retryAfterMs: 1_000 });
    expect(answer(429, { 'retry-after': 'soon 5' })).to.include({ retryAfterMs: 60_000 });
  });

  it('takes 403 as a limit only with rate-limit headers', () => {
    expect(answer(403, { 'retry-after': '60' })).to.include({ code: 'TOCSIN_NOTIFY_LIMITED' });
    expect(answer(403, { 'x-ratelimit-remaining': '0' })).to.include({ code: 'TOCSIN_NOTIFY_LIMITED' });
    expect(answer(403, { 'x-ratelimit-remaining': '9' }, 'invalid_token')).to.include({
      code: 'TOCSIN_NOTIFY_REJECTED',
      retryable: false,
    });
  });

  it('takes 5xx and 408 as ambiguous, other statuses as refused for good', () => {
    for (const status of [408, 500, 502, 503, 504]) {
      expect(answer(status)).to.include({
        code: 'TOCSIN_NOTIFY_UNREACHABLE',
        retryable: true,
        ambiguous: true,
      });
    }
    for (const status of [301, 400, 401, 403, 404, 410, 422]) {
      expect(answer(status)).to.include({
        code: 'TOCSIN_NOTIFY_REJECTED',
        retryable: false,
        ambiguous: false,
      });
    }
  });

  it('tells service, status and reason, and cuts a long reason', () => {
    const error = answer(400, {}, 'invalid_payload');
    expect(error.message).to.equal('slack refused the alert: 400 (invalid_payload)');
    expect(error.context).to.deep.equal({ service: 'slack', status: 400, reason: 'invalid_payload' });
    expect(answer(500, {}, 'x'.repeat(10_000)).message.length).to.be.below(300);
  });
});

describe('requestFailure', () => {
  it('of a real refused connection: not ambiguous, because nothing was sent', async () => {
    const server = createServer();
    const port = await listen(server);
    server.close();
    await once(server, 'close');
    const error = await failureOf(`http://127.0.0.1:${port}/secret-path`, { method: 'POST', body: 'x' });
    expect(error).to.include({ code: 'TOCSIN_NOTIFY_UNREACHABLE', retryable: true, ambiguous: false });
    expect(error.message).to.equal('slack could not be reached (ECONNREFUSED)');
  });

  it('of a name that does not exist: not ambiguous', async () => {
    const error = await failureOf('http://tocsin.invalid/');
    expect(error).to.include({ code: 'TOCSIN_NOTIFY_UNREACHABLE', retryable: true, ambiguous: false });
  });

  it('of a server that hangs until the deadline: ambiguous', async () => {
    const server = createServer(() => undefined);
    const port = await listen(server);
    try {
      const signal = AbortSignal.timeout(50);
      const error = await failureOf(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x', signal });
      expect(error).to.include({ code: 'TOCSIN_NOTIFY_TIMEOUT', retryable: true, ambiguous: true });
      expect(error.message).to.equal('slack did not answer in time');
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('of a server that resets the connection after the request: ambiguous', async () => {
    const server = createTcpServer((socket: Socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.resetAndDestroy());
    });
    const port = await listen(server);
    try {
      const error = await failureOf(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'x' });
      expect(error).to.include({ code: 'TOCSIN_NOTIFY_UNREACHABLE', retryable: true, ambiguous: true });
    } finally {
      server.close();
    }
  });

  it('of a service without TLS where TLS is spoken: not ambiguous', async () => {
    const server = createServer((_request, response) => response.end());
    const port = await listen(server);
    try {
      expect(await failureOf(`https://127.0.0.1:${port}/`)).to.include({ retryable: true });
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('is ambiguous for a host lost while reading, and is not while connecting', () => {
    for (const code of ['EHOSTUNREACH', 'ENETUNREACH', 'ETIMEDOUT']) {
      const lost = Object.assign(new Error(code), { code, syscall: 'read' });
      const never = Object.assign(new Error(code), { code, syscall: 'connect' });
      expect(requestFailure('x', new TypeError('fetch failed', { cause: lost }))).to.include({
        ambiguous: true,
      });
      expect(requestFailure('x', new TypeError('fetch failed', { cause: never }))).to.include({
        ambiguous: false,
      });
    }
  });

  it('is not ambiguous for each code that comes before anything is sent, and is for others', () => {
    for (const code of [
      'ENOTFOUND',
      'EAI_AGAIN',
      'ECONNREFUSED',
      'CERT_HAS_EXPIRED',
      'UND_ERR_CONNECT_TIMEOUT',
    ]) {
      expect(requestFailure('x', Object.assign(new Error(), { code }))).to.include({ ambiguous: false });
    }
    for (const code of ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'UND_ERR_HEADERS_TIMEOUT']) {
      expect(requestFailure('x', Object.assign(new Error(), { code }))).to.include({ ambiguous: true });
    }
  });

  it('finds the code under cause, original and errors', () => {
    const refused = Object.assign(new Error('no'), { code: 'ECONNREFUSED' });
    const wrapped = [
      new Error('a', { cause: new Error('b', { cause: refused }) }),
      Object.assign(new Error('a'), { code: 'slack_webhook_request_error', original: refused }),
      new TypeError('fetch failed', { cause: new AggregateError([refused, refused]) }),
    ];
    for (const error of wrapped) expect(requestFailure('x', error).message).to.include('ECONNREFUSED');
  });

  it('never tells a secret of the request', () => {
    const secret = 'https://hooks.slack.com/services/T0/B0/XXXXSECRET';
    const cause = Object.assign(new Error(`connect ${secret}`), {
      code: `E_${secret}`,
      headers: { token: secret },
    });
    const error = requestFailure('slack', new TypeError(`fetch ${secret} failed`, { cause }));
    expect(error.message).to.equal('slack could not be reached');
    expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.to.include('SECRET');
    expect(error.cause).to.equal(undefined);
  });

  it('takes whatever was thrown', () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    );
    const loop: { cause?: unknown } = {};
    loop.cause = loop;
    for (const value of [
      undefined,
      null,
      'text',
      5,
      hostile,
      loop,
      Object.create(null),
      { name: Symbol('x') },
    ]) {
      expect(requestFailure('slack', value)).to.include({ retryable: true, ambiguous: true });
    }
  });
});
