import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { slackServer } from './slack-server.js';

const run = promisify(execFile);
const main = require.resolve('@tocsin/slack');

describe('The package', () => {
  it('loads a client of Slack’s when it is first used, and only the one that is', async () => {
    const { stdout } = await inChild(`
      const loaded = () => Object.keys(require.cache).map((file) => /@slack.(webhook|web-api)/.exec(file)?.[1]).filter(Boolean);
      const notifier = new SlackNotifier({ webhookUrl: 'http://127.0.0.1:1/' });
      const before = loaded().length;
      notifier.notify({}, { signal: AbortSignal.timeout(1000) }).catch(() => undefined)
        .then(() => notifier.verify({ signal: AbortSignal.timeout(1000) })).catch(() => undefined)
        .then(() => console.log(JSON.stringify([before, [...new Set(loaded())]])));
    `);
    expect(JSON.parse(stdout)).to.deep.equal([0, ['webhook']]);
  });

  it('says what to install where a token is given and @slack/web-api is missing, or too old', async () => {
    for (const found of [`{ throw new Error('Cannot find module') }`, `return { version: '7.9.1' }`]) {
      const { stdout } = await inChild(`
        const { Module } = require('node:module');
        const load = Module._load;
        Module._load = function (request, ...rest) {
          if (request.startsWith('@slack/web-api')) ${found};
          return load.call(this, request, ...rest);
        };
        const notifier = new SlackNotifier({ token: 'xoxb-secret', channel: 'C1' });
        notifier.verify({ signal: AbortSignal.timeout(1000) }).catch((error) => console.log(error.code + ' ' + error.message));
      `);
      expect(stdout).to.match(/^TOCSIN_CONFIG_INVALID .*npm install @slack\/web-api/);
    }
  });

  it('does not keep the process alive, though the connection stays open', async () => {
    // For a minute, which the child's deadline is shorter than.
    const server = await slackServer((response) => response.writeHead(400).end('no_text'));
    try {
      const { stdout } = await inChild(`
        new SlackNotifier({ webhookUrl: '${server.url}' })
          .verify({ signal: AbortSignal.timeout(5000) }).then(() => console.log('verified'));
      `);
      expect(stdout.trim()).to.equal('verified');
    } finally {
      await server.close();
    }
  });

  function inChild(code: string): Promise<{ stdout: string }> {
    const script = `const { SlackNotifier } = require(${JSON.stringify(main)});\n${code}`;
    return run(process.execPath, ['-e', script], { timeout: 20_000 });
  }
}).timeout(30_000);
