import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface SlackMessage {
  readonly ts: string;
  readonly text: string;
  readonly thread_ts?: string;
  readonly reply_count?: number;
  readonly blocks?: readonly unknown[];
}

export interface SlackEmulator {
  readonly webhookUrl: string;
  readonly apiUrl: string;
  /** The messages of `#general`, oldest first, without replies. */
  messages(): Promise<readonly SlackMessage[]>;
  /** A message and its replies. */
  thread(ts: string): Promise<readonly SlackMessage[]>;
  close(): Promise<void>;
}

const { resolve } = createRequire(__filename);

/** A stateful Slack on loopback, in a process of its own: it needs Node 22, the tests run on 20 as well. */
export async function slackEmulator(): Promise<SlackEmulator> {
  const node = join(resolve('node/package.json'), '../bin/node');
  const script = `
    import { createEmulator } from 'emulate';
    const { url } = await createEmulator({ service: 'slack', port: 0 });
    console.log(url);
    process.stdin.on('end', () => process.exit()).resume();
  `;
  const child = spawn(node, ['--input-type=module', '-e', script], {
    cwd: __dirname,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  const apiUrl = `${url}/api/`;
  const call = async (method: string, body: object): Promise<readonly SlackMessage[]> => {
    const response = await fetch(apiUrl + method, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-reader', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return ((await response.json()) as { messages: SlackMessage[] }).messages;
  };
  const channel = 'C000000001';
  return {
    webhookUrl: `${url}/services/T000000001/B000000001/X000000001`,
    apiUrl,
    messages: async () => (await call('conversations.history', { channel })).toReversed(),
    thread: (ts) => call('conversations.replies', { channel, ts }),
    async close() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}
