import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

interface Seen {
  readonly siblingLines: number;
  readonly listenersAdded: number;
  readonly accepted: number;
}

const inAWhile = 120_000;

/** What Slack does to each request; `undefined`: nobody listens. */
const outages: Readonly<Record<string, RequestListener | undefined>> = {
  'accepts the connection and never answers': () => undefined,
  'begins an answer and never ends it': (_request, response) => void response.writeHead(200).write('o'),
  'refuses the connection': undefined,
  'answers 500': (_request, response) => void response.writeHead(500).end(),
  'answers 429 with Retry-After in seconds': (_request, response) =>
    void response.writeHead(429, { 'retry-after': '120' }).end(),
  'answers 429 with Retry-After as a date': (_request, response) =>
    void response.writeHead(429, { 'retry-after': new Date(Date.now() + inAWhile).toUTCString() }).end(),
  'closes the connection': (request) => void request.socket.destroy(),
};

describe('while Slack', function () {
  this.timeout(60_000);
  const ends = new Map<string, Awaited<ReturnType<typeof run>>>();

  // All at once: most of the time is waiting for answers that do not come.
  before(async () => {
    await Promise.all(
      Object.entries(outages).map(async ([outage, listener]) => {
        const server = createServer(listener ?? (() => undefined));
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const { port } = server.address() as AddressInfo;
        if (listener === undefined) server.close();
        ends.set(outage, await run(`http://127.0.0.1:${port}/services/T0/B0/secret`));
        server.closeAllConnections();
        server.close();
      }),
    );
  });

  for (const outage of Object.keys(outages)) {
    it(`${outage}, a sibling transport gets every line, nothing leaks, and the process ends by itself`, () => {
      const { code, signal, output } = ends.get(outage)!;
      expect({ code, signal }, output).to.deep.equal({ code: 0, signal: null });
      const seen = JSON.parse(output.split('\n').find((line) => line.startsWith('{'))!) as Seen;
      expect(seen).to.include({ siblingLines: 1_001, accepted: 1_001, listenersAdded: 0 });
      expect(output).not.to.match(/secret|MaxListenersExceeded/);
    });
  }
});

/** Runs the program; a process that stays alive is ended, and is then told by its signal. */
async function run(url: string): Promise<{ code: number | null; signal: string | null; output: string }> {
  const program = join(import.meta.dirname, 'programs/slack-outage.ts');
  const child = spawn(process.execPath, ['--import=tsx', program, url], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  const stillAlive = setTimeout(() => child.kill('SIGKILL'), 12_000);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(stillAlive);
  return { code, signal, output };
}
