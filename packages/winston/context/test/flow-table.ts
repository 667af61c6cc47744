/** Whether a scope is found again by itself, or where the callback or listener was bound with `context.bind`. */
export type Flow = 'by itself' | 'with bind';

/** How a scope comes through one kind of asynchronous work, with each store. */
export interface FlowRow {
  /** What the work goes through; names a program in flow-programs.ts. */
  readonly through: string;
  readonly asyncLocalStorage: Flow;
  readonly nestjsCls: Flow;
  readonly clsHooked: Flow;
  /** What to do, or why, where it does not go without saying. */
  readonly note?: string;
}

/** Every row is proved by flow.test.ts, the need of `bind` too. It is the same on Node 20, 22, 24 and 26. */
export const flowTable: readonly FlowRow[] = [
  byItself('promises: then, catch, finally', 'also where another request settles the promise'),
  byItself('async and await', 'also where another request settles the promise'),
  byItself('setTimeout, setInterval'),
  byItself('setImmediate'),
  byItself('process.nextTick'),
  byItself('queueMicrotask'),
  byItself('callbacks of fs'),
  byItself('util.promisify, fs.promises'),
  byItself('callbacks of child processes'),
  byItself('stream.pipeline'),
  byItself('for await over a stream'),
  byItself('readline'),
  withBind('listeners of a stream that another request writes to', 'bind the listener, or read by for await'),
  byItself('listeners of an EventEmitter, when the work itself emits'),
  withBind(
    'listeners of an EventEmitter, when another request emits',
    'an emitter calls its listeners at once',
  ),
  byItself('await events.once', 'also where another request emits'),
  withBind('callbacks in a pool or queue of your own', 'bind each callback when it is put in'),
  byItself('async generators'),
  withBind('a generator whose values another request takes', '`trace` binds the whole body'),
  withBind("HTTP server: the request's data and end", 'bind the listener, or read by for await'),
  byItself('HTTP server: for await over the request'),
  byItself("HTTP server: the response's finish and close, when the work ends it"),
  withBind("HTTP server: the response's finish and close, when a listener ends it", 'bind either listener'),
  withBind(
    "HTTP server: the response's close, when the client goes away",
    'the socket belongs to no request',
  ),
  byItself('HTTP client: the callback'),
  byItself("HTTP client: the response's data and end"),
  byItself("HTTP client: a request that waited for another's connection"),
  byItself('fetch'),
];

function byItself(through: string, note?: string): FlowRow {
  return row(through, 'by itself', note);
}

function withBind(through: string, note: string): FlowRow {
  return row(through, 'with bind', note);
}

function row(through: string, flow: Flow, note: string | undefined): FlowRow {
  return {
    through,
    asyncLocalStorage: flow,
    nestjsCls: flow,
    clsHooked: flow,
    ...(note !== undefined && { note }),
  };
}
