import { isQuiet } from '@tocsin/event';
import {
  Agent as HttpAgent,
  type ClientRequest,
  type IncomingMessage,
  request as httpRequest,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

const maxRedirects = 5;
/**
 * Connections are kept for a burst of alerts, and not longer: one that the service is about to close fails the next
 * request in a way that looks as if it had been accepted. (An agent's timeout closes idle connections only.)
 */
const kept = { keepAlive: true, timeout: 4_000 } as const;
const httpAgent = new HttpAgent(kept);
const httpsAgent = new HttpsAgent(kept);

/**
 * As `fetch`, for notifiers: a request that a transport makes in the background does not keep the process
 * alive, since a service that hangs must not hold up the end of the application. (The transport's `flush`
 * does hold it, up to its deadline; and so does a request that is made outside of a transport.)
 *
 * For requests with a text or no body. Follows up to five redirects of a GET, unless `redirect` says
 * otherwise, and takes credentials to the same origin only. Rejects with the error of the connection, or with
 * the signal's reason.
 */
export const backgroundFetch: typeof fetch = async (input, init) => {
  let request = new Request(input, init);
  const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
  for (let redirects = 0; ; redirects += 1) {
    const response = await send(request, body);
    const next = redirects < maxRedirects ? redirected(request, response) : undefined;
    if (next === undefined) return response;
    await response.body?.cancel();
    request = next;
  }
};

function send(request: Request, body: Buffer | undefined): Promise<Response> {
  const { signal } = request;
  const holds = !isQuiet();
  return new Promise<Response>((resolve, reject) => {
    signal.throwIfAborted();
    const outgoing = open(request, body);
    const onAbort = (): void => {
      outgoing.destroy(signal.reason as Error);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    outgoing.on('close', () => signal.removeEventListener('abort', onAbort));
    if (!holds) outgoing.on('socket', (socket) => socket.unref());
    outgoing.on('error', reject);
    outgoing.on('response', (incoming) => resolve(answerOf(incoming, request.url)));
    outgoing.end(body);
  });
}

/** The request that a redirect asks for, where it is to be followed. */
function redirected(request: Request, response: Response): Request | undefined {
  const to = response.headers.get('location');
  const follows = request.redirect === 'follow' && request.method === 'GET';
  if (!follows || to === null || ![301, 302, 303, 307, 308].includes(response.status)) return undefined;
  if (!URL.canParse(to, request.url)) return undefined;
  const url = new URL(to, request.url);
  const headers = new Headers(request.headers);
  if (url.origin !== new URL(request.url).origin) headers.delete('authorization');
  return new Request(url, { headers, signal: request.signal });
}

function open(request: Request, body: Buffer | undefined): ClientRequest {
  const url = new URL(request.url);
  const headers = Object.fromEntries(request.headers);
  if (body !== undefined) headers['content-length'] = String(body.length);
  const { method } = request;
  return url.protocol === 'https:'
    ? httpsRequest(url, { method, headers, agent: httpsAgent })
    : httpRequest(url, { method, headers, agent: httpAgent });
}

function answerOf(incoming: IncomingMessage, url: string): Response {
  const status = incoming.statusCode ?? 500;
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== undefined) headers.append(name, one);
  }
  // A Response of these statuses may have no body.
  const bodyless = status === 204 || status === 205 || status === 304;
  if (bodyless) incoming.resume();
  const body = bodyless ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
  // As a Response of fetch says where it came from.
  return Object.defineProperty(new Response(body, { status, headers }), 'url', { value: url });
}
