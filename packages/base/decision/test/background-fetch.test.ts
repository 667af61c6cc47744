import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { backgroundFetch } from '@tocsin/decision';

/** Serves one test on a free port. */
async function serve(listener: RequestListener, test: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await test(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function failureOf(work: Promise<unknown>): Promise<Error & { code?: string }> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}

describe('backgroundFetch', () => {
  it('sends method, headers and body, and gives status, headers and body', async () => {
    const answer: RequestListener = (request, response) => {
      request.setEncoding('utf8').on('data', (body: string) => {
        const told = {
          method: request.method,
          type: request.headers['content-type'],
          length: request.headers['content-length'],
          body,
        };
        response.writeHead(201, { 'x-told': 'yes' }).end(JSON.stringify(told));
      });
    };
    await serve(answer, async (url) => {
      const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"ä":1}' };
      const response = await backgroundFetch(`${url}/path`, init);
      expect([response.status, response.headers.get('x-told'), response.url]).to.deep.equal([
        201,
        'yes',
        `${url}/path`,
      ]);
      expect(await response.json()).to.deep.equal({
        method: 'POST',
        type: 'application/json',
        length: '8',
        body: '{"ä":1}',
      });
    });
  });

  it('gives an answer that may have no body', async () => {
    await serve(
      (_request, response) => void response.writeHead(204).end(),
      async (url) => {
        expect((await backgroundFetch(url)).status).to.equal(204);
      },
    );
  });

  it('follows the redirect of a GET, with the credentials to the same origin only, and none of a POST', async () => {
    const seen: string[] = [];
    const elsewhere: RequestListener = (request, response) => {
      seen.push(`elsewhere ${request.headers.authorization ?? 'none'}`);
      response.end('there');
    };
    await serve(elsewhere, async (other) => {
      const answer: RequestListener = (request, response) => {
        seen.push(`${request.url} ${request.headers.authorization ?? 'none'}`);
        const to = request.url === '/moved' ? '/here' : other;
        response.writeHead(302, { location: to }).end();
      };
      await serve(answer, async (url) => {
        const headers = { authorization: 'token x' };
        expect(await (await backgroundFetch(`${url}/moved`, { headers })).text()).to.equal('there');
        expect((await backgroundFetch(`${url}/moved`, { redirect: 'manual' })).status).to.equal(302);
        expect((await backgroundFetch(`${url}/moved`, { method: 'POST', body: 'x' })).status).to.equal(302);
      });
    });
    expect(seen.slice(0, 3)).to.deep.equal(['/moved token x', '/here token x', 'elsewhere none']);
    expect(seen).to.have.length(5);
  });

  it('ends with the redirect itself when there are too many', async () => {
    await serve(
      (_request, response) => void response.writeHead(302, { location: '/again' }).end(),
      async (url) => {
        expect((await backgroundFetch(url)).status).to.equal(302);
      },
    );
  });

  it('keeps a connection for a burst, and closes it when it has been idle for some seconds', async () => {
    const server = createServer((_request, response) => void response.end('ok'));
    server.keepAliveTimeout = 60_000;
    const connections: Socket[] = [];
    server.on('connection', (socket) => connections.push(socket));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    for (let index = 0; index < 3; index += 1) await (await backgroundFetch(url)).text();
    expect(connections).to.have.length(1);
    await once(connections[0]!, 'close');
    server.close();
  });

  it('rejects with the code of the connection, and with the reason of the signal', async () => {
    let url = '';
    await serve(
      () => undefined,
      async (served) => {
        url = served;
        const reason = new Error('too late');
        expect(await failureOf(backgroundFetch(served, { signal: AbortSignal.abort(reason) }))).to.equal(
          reason,
        );
        const controller = new AbortController();
        const hanging = failureOf(backgroundFetch(served, { signal: controller.signal }));
        setTimeout(() => controller.abort(reason), 20);
        expect(await hanging).to.equal(reason);
      },
    );
    expect((await failureOf(backgroundFetch(url))).code).to.equal('ECONNREFUSED');
  });

  it("lets the process end while a service hangs, when it is called in a transport's background", async () => {
    await serve(
      () => undefined,
      async (url) => {
        const program = `
          const { backgroundFetch } = require(${JSON.stringify(require.resolve('@tocsin/decision'))});
          const { runQuietly } = require(${JSON.stringify(require.resolve('@tocsin/event'))});
          runQuietly(() => backgroundFetch(${JSON.stringify(url)})).catch(console.error);`;
        expect(await endOf(program, 8_000)).to.equal('ended by itself');
      },
    );
  });

  it('holds the process until the answer when it is called outside of a transport', async () => {
    const late: RequestListener = (_request, response) => void setTimeout(() => response.end('late'), 200);
    await serve(late, async (url) => {
      const program = `
        const { backgroundFetch } = require(${JSON.stringify(require.resolve('@tocsin/decision'))});
        backgroundFetch(${JSON.stringify(url)}).then((response) => response.text()).then(console.log);`;
      expect(await endOf(program, 8_000)).to.equal('late\nended by itself');
    });
  });
});

/** What a program prints, and how it ends. */
async function endOf(program: string, patienceMs: number): Promise<string> {
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(timer);
  return output + (code === 0 ? 'ended by itself' : `ended with ${code ?? signal}`);
}
