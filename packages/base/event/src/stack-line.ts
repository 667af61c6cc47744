/** One line of a stack as V8 printed it. */
export interface RawFrame {
  readonly function: string;
  readonly path?: string;
  readonly line?: number;
  readonly column?: number;
}

/** Whether a line, already cut to a bounded length, is a frame. */
export function isFrameLine(line: string): boolean {
  return /^\s+at \S/.test(line);
}

/**
 * The parts of a line such as `    at async Shop.pay [as run] (file:///app/shop.js:3:9)`.
 *
 * Code under `eval` is placed where `eval` was called: that is the file that exists. The format is
 * `Isolate::BuildStackTrace` of V8 (https://v8.dev/docs/stack-trace-api).
 */
export function readFrame(line: string): RawFrame {
  const text = line.trim().slice('at '.length);
  const open = text.endsWith(')') ? text.indexOf(' (') : -1;
  if (open !== -1) return { function: text.slice(0, open), ...place(text.slice(open + 2, -1)) };
  if (text.endsWith(')')) return { function: '', ...place(text) };
  const bare = text.startsWith('async ') ? text.slice('async '.length) : text;
  const found = place(bare);
  return found.path === undefined && bare !== '<anonymous>' ? { function: bare } : { function: '', ...found };
}

function place(text: string): Omit<RawFrame, 'function'> {
  const location = outOfEval(text);
  if (/^(?:native|<anonymous>|unknown location|index \d{1,9})$/.test(location)) return {};
  const wasm = /^(wasm:\/\/[^:]*):wasm-function\[/.exec(location);
  if (wasm !== null) return { path: wasm[1] ?? 'wasm:' };
  const numbers = /:(\d{1,9})(?::(\d{1,9}))?$/.exec(location);
  if (numbers === null) return /[/\\]/.test(location) ? { path: location } : {};
  const path = location.slice(0, numbers.index);
  if (path === '' || path === '<anonymous>') return {};
  return {
    path,
    line: Number(numbers[1]),
    ...(numbers[2] === undefined ? {} : { column: Number(numbers[2]) }),
  };
}

/** `eval at load (/app/x.js:1:2), <anonymous>:1:1` → `/app/x.js:1:2`. */
function outOfEval(text: string): string {
  let inner = text;
  while (inner.startsWith('eval at ')) {
    const open = inner.indexOf(' (');
    const close = inner.lastIndexOf(')');
    if (open === -1 || close <= open) return '<anonymous>';
    inner = inner.slice(open + 2, close);
  }
  return inner;
}
