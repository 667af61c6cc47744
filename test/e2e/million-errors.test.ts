import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

interface Seen {
  readonly grownMiB: number;
  readonly seconds: number;
  readonly accepted: number;
}

const outages: Readonly<Record<string, RequestListener>> = {
  hangs: () => undefined,
  'answers 429': (_request, response) => void response.writeHead(429, { 'retry-after': '30' }).end(),
};

describe('over 1,000,000 errors of 100 kinds while Slack', function () {
  this.timeout(600_000);
  const seen = new Map<string, Seen>();

  before(async () => {
    await Promise.all(
      Object.entries(outages).map(async ([outage, listener]) => {
        const server = createServer(listener);
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        const { port } = server.address() as AddressInfo;
        seen.set(outage, await run(`http://127.0.0.1:${port}/services/T0/B0/x`));
        server.closeAllConnections();
        server.close();
      }),
    );
  });

  for (const outage of Object.keys(outages)) {
    it(`${outage}, the heap grows by less than 32 MB`, () => {
      const { grownMiB, accepted, seconds } = seen.get(outage)!;
      console.log(`        the heap grew by ${grownMiB.toFixed(1)} MiB in ${seconds.toFixed(0)} s`);
      expect(accepted).to.equal(1_020_000);
      expect(grownMiB * 1.048576).to.be.below(32);
    });
  }
});

async function run(url: string): Promise<Seen> {
  const program = join(import.meta.dirname, 'programs/million-errors.ts');
  const child = spawn(process.execPath, ['--expose-gc', '--import=tsx', program, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  await once(child, 'close');
  return JSON.parse(output) as Seen;
}
