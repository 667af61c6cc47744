import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came to the proxy. */
export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer that the proxy gives in the service's place. */
export interface StandInAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is when it is a string, else as JSON. */
  readonly body?: unknown;
}

/** What becomes of one request. */
export type Fault =
  /** Handed on to the service, and its answer handed back. */
  | 'pass'
  /** Not handed on; the connection stays open and no answer ever comes. */
  | 'hang'
  /** Handed on to the service, which acts on it; its answer is kept back for ever. */
  | 'pass, then hang'
  /** Not handed on; the connection is reset. */
  | 'reset'
  /** Handed on to the service, which acts on it; then the connection is reset. */
  | 'pass, then reset'
  /** Not handed on; this is the answer. */
  | { readonly answer: StandInAnswer }
  /** Handed on to the service, which acts on it; then this is the answer: `{ status: 502 }`. */
  | { readonly passThenAnswer: StandInAnswer }
  /** Handed on after a wait. */
  | { readonly delayMs: number };

export interface FaultProxy {
  readonly url: string;
  /** All requests, those that were not handed on too, oldest first. */
  readonly requests: SeenRequest[];
  /** Decides about each request from now on; without one, all pass. */
  setFault(fault: (request: SeenRequest) => Fault): void;
  /** From now on nobody listens: connections are refused. The port stays known, so `listen()` can end it. */
  refuse(): Promise<void>;
  listen(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * An HTTP proxy on a free port of 127.0.0.1 in front of `baseUrl`, whose faults are told for each request.
 *
 * @param prefix taken off the paths before they are handed on, as of a service that is not at the root: `/api/v3`
 */
export async function startFaultProxy(baseUrl: string, prefix = ''): Promise<FaultProxy> {
  const requests: SeenRequest[] = [];
  let faultOf: (request: SeenRequest) => Fault = () => 'pass';
  let port = 0;
  const server = createServer((incoming, outgoing) => {
    void handle(incoming, outgoing).catch((error: unknown) => {
      // The client has gone, or the service behind is down: what a proxy says then.
      if (!outgoing.headersSent) outgoing.writeHead(502).end(String(error));
      else outgoing.destroy();
    });
  });

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const request: SeenRequest = {
      method: incoming.method ?? 'GET',
      path: incoming.url ?? '/',
      headers: Object.fromEntries(
        Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
      ),
      body: Buffer.concat(chunks).toString(),
    };
    requests.push(request);
    const fault = faultOf(request);
    if (fault === 'hang') return;
    if (fault === 'reset') {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (typeof fault === 'object' && 'answer' in fault) {
      answer(outgoing, fault.answer);
      return;
    }
    if (typeof fault === 'object' && 'delayMs' in fault) {
      await new Promise((resolve) => {
        setTimeout(resolve, fault.delayMs).unref();
      });
    }
    const path = request.path.startsWith(prefix) ? request.path.slice(prefix.length) : request.path;
    const response = await handOn(baseUrl + path, request);
    const body = Buffer.from(await response.arrayBuffer());
    if (fault === 'pass, then hang') return;
    if (fault === 'pass, then reset') {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (typeof fault === 'object' && 'passThenAnswer' in fault) {
      answer(outgoing, fault.passThenAnswer);
      return;
    }
    const headers = Object.fromEntries(
      [...response.headers].filter(
        ([name]) => !/^(connection|transfer-encoding|content-length|content-encoding)$/.test(name),
      ),
    );
    outgoing.writeHead(response.status, headers).end(body);
  }

  async function listen(): Promise<void> {
    if (server.listening) return;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
    port = (server.address() as AddressInfo).port;
  }

  async function stop(): Promise<void> {
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await closed;
  }

  await listen();
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    setFault(fault) {
      faultOf = fault;
    },
    refuse: stop,
    listen,
    stop,
  };
}

function handOn(url: string, { method, headers, body }: SeenRequest): Promise<Response> {
  const {
    host: _host,
    connection: _connection,
    'content-length': _length,
    'transfer-encoding': _encoding,
    ...rest
  } = headers;
  return fetch(url, {
    method,
    headers: rest,
    redirect: 'manual',
    ...(body === '' ? {} : { body }),
  });
}

function answer(outgoing: ServerResponse, { status, headers = {}, body = '' }: StandInAnswer): void {
  const isText = typeof body === 'string';
  outgoing.writeHead(status, { 'content-type': isText ? 'text/plain' : 'application/json', ...headers });
  outgoing.end(isText ? body : JSON.stringify(body));
}
