import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

const versions = [20, 22, 24, 26] as const;
const fixtures = join(__dirname, 'fixtures');
const scripts = readdirSync(join(fixtures, 'errors'));

interface Printed {
  readonly script: string;
  readonly fingerprint: string;
  readonly key: string;
}

describe('fingerprints on every supported Node version', function () {
  // The first run on a machine fetches the other versions.
  this.timeout(300_000);
  const byVersion = new Map<number, readonly Printed[]>();

  before(async () => {
    const closedPort = await freePort();
    await Promise.all(
      versions.map(async (version) => byVersion.set(version, await runScripts(version, closedPort))),
    );
  });

  for (const script of scripts) {
    it(`${script} ends in one and the same error on Node ${versions.join(', ')}`, () => {
      const keys = versions.map((version) => byVersion.get(version)?.find((one) => one.script === script));
      // The readable key first: it says what differs.
      expect(new Set(keys.map((printed) => printed?.key))).to.have.lengthOf(1);
      expect(new Set(keys.map((printed) => printed?.fingerprint))).to.have.lengthOf(1);
      expect(keys[0]?.fingerprint).to.match(/^[0-9a-f]{64}$/);
    });
  }

  it('tells the scripts apart, but those in which the same service is refused', () => {
    const printed = byVersion.get(24) ?? [];
    expect(printed.map((one) => one.script)).to.deep.equal(scripts);
    const refused = printed.filter((one) => one.key.includes('ECONNREFUSED'));
    expect(refused.map((one) => one.script)).to.deep.equal([
      'connect-refused-twice.mjs',
      'connect-refused.mjs',
      'fetch-refused.mjs',
    ]);
    expect(new Set(printed.map((one) => one.fingerprint))).to.have.lengthOf(scripts.length - 2);
  });
});

async function runScripts(
  version: (typeof versions)[number],
  closedPort: number,
): Promise<readonly Printed[]> {
  const { nodeBinary } = await import('../../../../scripts/node-versions.mjs');
  const { stdout } = await promisify(execFile)(
    await nodeBinary(version),
    [join(fixtures, 'print-fingerprints.mjs'), ...scripts],
    { env: { CLOSED_PORT: String(closedPort) }, timeout: 60_000 },
  );
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Printed);
}

/** A port that was free a moment ago, so that nobody listens on it. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
