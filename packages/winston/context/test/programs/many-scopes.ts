import { type Context, context, contextFormat, createContext } from '@tocsin/context';
import { clsHookedStore } from '@tocsin/context/cls-hooked';
import { nestjsClsStore } from '@tocsin/context/nestjs-cls';
import { captureAtCall } from '@tocsin/event';
import { EventEmitter, once } from 'node:events';
import winston from 'winston';
import Transport from 'winston-transport';

/**
 * Opens scopes by the hundred thousand, and prints how many bytes of heap each has left behind after garbage
 * collection. Runs with --expose-gc.
 */
const [kind, count] = process.argv.slice(2);
const emitter = new EventEmitter();
const kept: (() => unknown)[] = [];

/** What a request does: fields, a nested scope, a change, a bound listener, a trace id, a line's fields. */
function work(id: number): void {
  context.add({ user: { id }, path: `/orders/${id}` });
  context.run({ component: 'basket' }, () => {
    context.update({ path: `/baskets/${id}` });
    emitter.once(
      'done',
      context.bind(() => context.current()),
    );
    context.current();
  });
  context.traceId();
  emitter.emit('done');
}

const traced = context.trace(async (id: number) => {
  work(id);
  await undefined;
  context.current();
});

async function handle(id: number): Promise<void> {
  work(id);
  await undefined;
  work(id);
  await context.run({ late: id }, async () => {
    await undefined;
    work(id);
  });
}

/** Each plans the next from inside its own scope, as a job that calls setTimeout at its end does. */
function planNext(left: number, end: () => void): void {
  context.run({ [`run${left % 5}`]: left }, () => {
    work(left);
    if (left === 0) end();
    else if (left % 100 === 0) setImmediate(() => planNext(left - 1, end));
    else queueMicrotask(() => planNext(left - 1, end));
  });
}

/** Takes a turn of the loop for each line, so that lines wait. */
class Slow extends Transport {
  override log(_info: object, callback: () => void): void {
    setImmediate(callback);
  }
}

/** A logger that keeps the lines of each request for its alerts, and whose lines wait. */
function waitingLogger(): winston.Logger {
  const logger = winston.createLogger({
    format: winston.format.combine(contextFormat(), winston.format.json()),
    transports: [new Slow({ format: contextFormat() })],
  });
  captureAtCall(logger, { context, breadcrumbs: true });
  return logger;
}

/** A hundred requests at a time, as in a service; the loop turns between them. */
async function inHundreds(total: number, each: (id: number) => Promise<void>): Promise<void> {
  for (let id = 0; id < total; id += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, index) => each(id + index)));
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function over(own: Context): (total: number) => Promise<void> {
  return (total) =>
    inHundreds(total, (id) =>
      own.run({ id }, async () => {
        own.add({ user: { id } });
        await undefined;
        own.traceId();
        own.run({ late: id }, () => own.current());
      }),
    );
}

let logger: winston.Logger | undefined;

const kinds: Readonly<Record<string, (total: number) => Promise<void> | void>> = {
  sync(total) {
    for (let id = 0; id < total; id += 1) context.run({ id }, () => work(id));
  },
  async async(total) {
    // A hundred at a time, as in a service; the loop turns between them.
    for (let id = 0; id < total; id += 100) {
      const ids = Array.from({ length: 100 }, (_, index) => id + index);
      await Promise.all(ids.map((each) => context.run({ id: each }, () => handle(each))));
      if (id % 10_000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  },
  async traced(total) {
    for (let id = 0; id < total; id += 1) await traced(id);
  },
  async chained(total) {
    const ended = once(emitter, 'ended');
    planNext(total, () => emitter.emit('ended'));
    await ended;
  },
  async logged(total) {
    const waiting = (logger ??= waitingLogger());
    await inHundreds(total, (id) =>
      context.run({ id }, async () => {
        waiting.info('begin', { path: `/orders/${id}` });
        await undefined;
        waiting.info('end');
      }),
    );
    while (waiting.writableLength > 0) await new Promise((resolve) => setImmediate(resolve));
  },
  'cls-hooked': (total) => {
    const { createNamespace, getNamespace } = require('cls-hooked') as typeof import('cls-hooked');
    return over(createContext({ store: clsHookedStore(getNamespace('app') ?? createNamespace('app')) }))(
      total,
    );
  },
  'nestjs-cls': (total) => over(createContext({ store: nestjsClsStore() }))(total),
  /** What the others must not look like. */
  leaking(total) {
    for (let id = 0; id < total; id += 1) context.run({ id }, () => kept.push(context.bind(() => id)));
  },
};

/** Several times: cls-hooked lets go of a scope when Node tells it, after one collection, that its promises are gone. */
async function heapAfterGc(): Promise<number> {
  for (let turn = 0; turn < 5; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    globalThis.gc!();
  }
  return process.memoryUsage().heapUsed;
}

async function measure(scopes: number): Promise<void> {
  await kinds[kind!]!(20_000);
  const before = await heapAfterGc();
  await kinds[kind!]!(scopes);
  const grownBytes = (await heapAfterGc()) - before;
  console.log(JSON.stringify({ grownBytes, bytesPerScope: grownBytes / scopes, kept: kept.length }));
}

void measure(Number(count));
