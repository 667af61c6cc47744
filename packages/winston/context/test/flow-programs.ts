import { exec } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createReadStream, readFile } from 'node:fs';
import { readFile as readFilePromise } from 'node:fs/promises';
import { Agent, createServer, request, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { PassThrough, Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

/** One piece of work on its way through something asynchronous. */
export interface Passage {
  /** Opens the scope that has to be found again. */
  readonly enter: <T>(work: () => T) => T;
  /** To be called in the scope; gives what is to be called at the other end, bound where the test binds. */
  readonly exit: () => () => void;
  /** Calls `work` later, in the scope of another request. */
  readonly elsewhere: (work: () => void) => void;
}

/** Sends work through one row of the table, and ends when it has arrived. */
export type FlowProgram = (passage: Passage) => Promise<void>;

/** A program that needs nothing but to be in the scope; `done` lets it end. */
function inside(program: (arrive: () => void, done: () => void, passage: Passage) => unknown): FlowProgram {
  return (passage) =>
    new Promise((resolve, reject) => {
      passage.enter(() => {
        Promise.resolve(program(passage.exit(), resolve, passage)).catch(reject);
      });
    });
}

/** A server of its own, which opens the scope for each request; the client is outside of it. */
async function serve(
  listener: RequestListener,
  send: (port: number, received: Promise<unknown>) => Promise<void>,
): Promise<void> {
  let receive: () => void;
  const received = new Promise<void>((resolve) => (receive = resolve));
  const server = createServer((...parts) => {
    listener(...parts);
    // What came with the headers is emitted before a later turn of the loop.
    setImmediate(() => setImmediate(receive));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await send((server.address() as AddressInfo).port, received);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** A body in two parts, the second when the server has the first: not all of it comes with the headers. */
async function post(port: number, received: Promise<unknown>): Promise<void> {
  const sent = request({ port, host: '127.0.0.1', method: 'POST', agent: false });
  sent.write('first');
  await received;
  sent.end('second');
  const [response] = (await once(sent, 'response')) as [Readable];
  response.resume();
  await once(response, 'close');
}

async function answering(use: (port: number, agent: Agent) => Promise<void>): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  try {
    await serve(
      (_request, response) => void response.end('hello'),
      (port) => use(port, agent),
    );
  } finally {
    agent.destroy();
  }
}

const get = (port: number, agent: Agent, listener: (response: Readable) => void): void =>
  void request({ port, host: '127.0.0.1', agent }, listener).end();

/** Opens the agent's one connection, outside of the scope, so that the next request finds it open. */
const warmUp = (port: number, agent: Agent): Promise<void> =>
  new Promise((resolve) => get(port, agent, (response) => void response.resume().on('close', resolve)));

async function httpClient(
  listen: (response: Readable, arrive: () => void, done: () => void) => void,
  passage: Passage,
): Promise<void> {
  await answering(async (port, agent) => {
    await warmUp(port, agent);
    await passage.enter(
      () =>
        new Promise<void>((resolve) => {
          const arrive = passage.exit();
          get(port, agent, (response) => listen(response, arrive, resolve));
        }),
    );
  });
}

const httpServer =
  (listen: (parts: Parameters<RequestListener>, arrive: () => void) => unknown): FlowProgram =>
  (passage) =>
    serve((...parts) => passage.enter(() => listen(parts, passage.exit())), post);

/** By what each row of the table goes through. */
export const flowPrograms: Readonly<Record<string, FlowProgram>> = {
  'promises: then, catch, finally': inside(async (arrive, done, { elsewhere }) => {
    await new Promise<void>((resolve) => elsewhere(resolve)).then(arrive);
    await new Promise((_resolve, reject) => elsewhere(() => reject(new Error('expected')))).catch(arrive);
    await new Promise<void>((resolve) => elsewhere(resolve)).finally(arrive);
    done();
  }),
  'async and await': inside(async (arrive, done, { elsewhere }) => {
    await new Promise<void>((resolve) => elsewhere(resolve));
    arrive();
    done();
  }),
  'setTimeout, setInterval': inside((arrive, done) => {
    setTimeout(() => {
      arrive();
      const interval = setInterval(() => {
        arrive();
        clearInterval(interval);
        done();
      }, 1);
    }, 1);
  }),
  setImmediate: inside((arrive, done) =>
    setImmediate(() => {
      arrive();
      done();
    }),
  ),
  'process.nextTick': inside((arrive, done) =>
    process.nextTick(() => {
      arrive();
      done();
    }),
  ),
  queueMicrotask: inside((arrive, done) =>
    queueMicrotask(() => {
      arrive();
      done();
    }),
  ),
  'callbacks of fs': inside((arrive, done) =>
    readFile(__filename, () => {
      arrive();
      done();
    }),
  ),
  'util.promisify, fs.promises': inside(async (arrive, done) => {
    await promisify(readFile)(__filename);
    arrive();
    await readFilePromise(__filename);
    arrive();
    done();
  }),
  'callbacks of child processes': inside((arrive, done) =>
    exec('true', () => {
      arrive();
      done();
    }),
  ),
  'stream.pipeline': inside(async (arrive, done) => {
    const transform = new Transform({
      transform(chunk, _encoding, next) {
        arrive();
        next(null, chunk);
      },
    });
    const sink = new Writable({
      write(_chunk, _encoding, next) {
        arrive();
        setImmediate(next);
      },
    });
    await pipeline(createReadStream(__filename, { highWaterMark: 1_024 }), transform, sink);
    arrive();
    done();
  }),
  'for await over a stream': inside(async (arrive, done) => {
    for await (const _chunk of createReadStream(__filename, { highWaterMark: 1_024 })) arrive();
    done();
  }),
  readline: inside((arrive, done) => {
    const lines = createInterface({ input: createReadStream(__filename) });
    lines.on('line', arrive);
    lines.on('close', () => {
      arrive();
      done();
    });
  }),
  'listeners of a stream that another request writes to': inside((arrive, done, { elsewhere }) => {
    const stream = new PassThrough();
    stream.on('data', arrive);
    stream.on('data', () => done());
    elsewhere(() => stream.write('x'));
  }),
  'listeners of an EventEmitter, when the work itself emits': inside(async (arrive, done) => {
    const emitter = new EventEmitter();
    emitter.on('ready', arrive);
    await Promise.resolve();
    emitter.emit('ready');
    done();
  }),
  'listeners of an EventEmitter, when another request emits': inside((arrive, done, { elsewhere }) => {
    const emitter = new EventEmitter();
    emitter.on('ready', arrive);
    emitter.on('ready', () => done());
    elsewhere(() => emitter.emit('ready'));
  }),
  'await events.once': inside(async (arrive, done, { elsewhere }) => {
    const emitter = new EventEmitter();
    elsewhere(() => emitter.emit('ready'));
    await once(emitter, 'ready');
    arrive();
    done();
  }),
  'callbacks in a pool or queue of your own': inside((arrive, done, { elsewhere }) => {
    const waiting: (() => void)[] = [arrive, done];
    elsewhere(() => {
      for (const task of waiting) task();
    });
  }),
  'async generators': inside(async (arrive, done) => {
    async function* numbers(): AsyncGenerator<number> {
      yield 1;
      await new Promise((resolve) => setTimeout(resolve, 1));
      arrive();
      yield 2;
    }
    for await (const _number of numbers()) arrive();
    done();
  }),
  'a generator whose values another request takes': inside((arrive, done, { elsewhere }) => {
    function* numbers(): Generator<number> {
      arrive();
      yield 1;
    }
    const made = numbers();
    elsewhere(() => {
      made.next();
      done();
    });
  }),
  "HTTP server: the request's data and end": httpServer(([incoming, response], arrive) => {
    incoming.on('data', arrive);
    incoming.on('end', arrive);
    incoming.on('end', () => response.end());
  }),
  'HTTP server: for await over the request': httpServer(async ([incoming, response], arrive) => {
    for await (const _chunk of incoming) arrive();
    arrive();
    response.end();
  }),
  "HTTP server: the response's finish and close, when the work ends it": httpServer(
    async ([incoming, response], arrive) => {
      response.on('finish', arrive);
      response.on('close', arrive);
      for await (const _chunk of incoming);
      response.end('hello');
    },
  ),
  "HTTP server: the response's finish and close, when a listener ends it": httpServer(
    ([incoming, response], arrive) => {
      response.on('finish', arrive);
      response.on('close', arrive);
      incoming.on('end', () => response.end('hello')).resume();
    },
  ),
  "HTTP server: the response's close, when the client goes away": async (passage) => {
    let closed: Promise<unknown>;
    await serve(
      (_incoming, response) =>
        passage.enter(() => {
          response.on('close', passage.exit());
          closed = once(response, 'close');
        }),
      async (port, received) => {
        const sent = request({ port, host: '127.0.0.1', agent: false }).on('error', () => undefined);
        sent.end();
        await received;
        sent.destroy();
        await closed;
      },
    );
  },
  'HTTP client: the callback': (passage) =>
    httpClient((response, arrive, done) => {
      arrive();
      response.resume().on('close', done);
    }, passage),
  "HTTP client: the response's data and end": (passage) =>
    httpClient((response, arrive, done) => {
      response.on('data', arrive);
      response.on('end', arrive);
      response.on('close', done);
    }, passage),
  "HTTP client: a request that waited for another's connection": (passage) =>
    answering(async (port, agent) => {
      const first = new Promise((resolve) =>
        passage.elsewhere(() => get(port, agent, (response) => response.resume().on('close', resolve))),
      );
      await new Promise<void>((resolve) => passage.elsewhere(resolve));
      await passage.enter(
        () =>
          new Promise<void>((resolve) => {
            const arrive = passage.exit();
            get(port, agent, (response) => {
              arrive();
              response.on('data', arrive).on('close', resolve);
            });
          }),
      );
      await first;
    }),
  fetch: (passage) =>
    answering((port) =>
      passage.enter(async () => {
        const arrive = passage.exit();
        const response = await fetch(`http://127.0.0.1:${port}/`);
        arrive();
        await response.text();
        arrive();
      }),
    ),
};
