import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface SlackServer {
  readonly url: string;
  readonly received: Received[];
  close(): Promise<void>;
}

/** A real HTTP server in Slack's place, which answers as it is told. */
export async function slackServer(
  answer: (response: ServerResponse, request: Received) => void,
): Promise<SlackServer> {
  const received: Received[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const got = { path: request.url ?? '', headers: request.headers, body };
      received.push(got);
      answer(response, got);
    });
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The blocks of what was received, by webhook (JSON) or Web API (form). */
export function messageOf({ headers, body }: Received): Record<string, unknown> {
  if (headers['content-type'] === 'application/json') return JSON.parse(body) as Record<string, unknown>;
  const fields: Record<string, unknown> = Object.fromEntries(new URLSearchParams(body));
  if (typeof fields['blocks'] === 'string') fields['blocks'] = JSON.parse(fields['blocks']);
  return fields;
}
