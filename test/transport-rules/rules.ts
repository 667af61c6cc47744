import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { LEVEL, MESSAGE } from 'triple-beam';
import winston from 'winston';
import { type MakeSubject, word } from './subject.js';

/** One of the twelve rules for transports, as a case that a transport passes or fails. */
export interface Rule {
  readonly number: number;
  readonly title: string;
  /** @param script Module and export of the subject, for cases that need a process of their own. */
  readonly run: (
    make: MakeSubject,
    script: { readonly module: string; readonly name: string },
  ) => Promise<void>;
}

const patienceMs = 4_000;

export const rules: readonly Rule[] = [
  {
    number: 1,
    title: 'calls back synchronously, once and without an error, however slow the delivery is',
    async run(make) {
      const { transport } = make({ deliveryMs: 50 });
      const calls: unknown[][] = [];
      transport.log!(line('slow'), (...values: unknown[]) => void calls.push(values));
      assert.deepEqual(calls.length, 1, 'the callback comes before log() returns');
      await pause(120);
      assert.equal(calls.length, 1, 'and only once');
      assert.ok(calls[0]![0] === undefined || calls[0]![0] === null, 'without an error');
      await transport.close();
    },
  },
  {
    number: 2,
    title: 'never throws out of log() and leaves no promise unhandled',
    async run(make) {
      const unhandled: unknown[] = [];
      const listener = (reason: unknown): void => void unhandled.push(reason);
      const others = process.listeners('unhandledRejection');
      process.removeAllListeners('unhandledRejection').on('unhandledRejection', listener);
      try {
        const { transport } = make({ fails: true, onError: () => undefined });
        for (const info of hostileLines()) assert.doesNotThrow(() => transport.log!(info, () => undefined));
        await pause(60);
        assert.deepEqual(unhandled, []);
        await transport.close();
      } finally {
        process.removeListener('unhandledRejection', listener);
        for (const other of others) process.on('unhandledRejection', other);
      }
    },
  },
  {
    number: 3,
    title: "never emits 'error': failures go to 'warn', onError and stats()",
    async run(make) {
      const told: unknown[] = [];
      const { transport } = make({ fails: true, onError: (error) => void told.push(error) });
      const errors: unknown[] = [];
      const warnings: unknown[] = [];
      transport.on('error', (error) => errors.push(error));
      transport.on('warn', (error) => warnings.push(error));
      const logger = winston.createLogger({ transports: [transport] });
      logger.error('unlucky');
      await until(() => told.length > 0 && warnings.length > 0);
      assert.deepEqual(errors, []);
      assert.ok(logger.transports.includes(transport), 'it is still one of the transports of the logger');
      await transport.close();
    },
  },
  {
    number: 4,
    title: "delivers everything before 'finish' when the logger ends",
    async run(make) {
      const subject = make({ deliveryMs: 2 });
      const logger = winston.createLogger({ transports: [subject.transport] });
      for (let index = 0; index < 40; index += 1) logger.error(`ending ${word(index)}`);
      logger.end();
      await within(once(subject.transport, 'finish'));
      assert.equal(subject.delivered().length, 40);
    },
  },
  {
    number: 5,
    title: 'drains when it is closed early, twice and without end()',
    async run(make) {
      const subject = make({ deliveryMs: 2 });
      const logger = winston.createLogger({ transports: [subject.transport] });
      for (let index = 0; index < 40; index += 1) logger.error(`closing ${word(index)}`);
      logger.close();
      await subject.transport.close();
      await subject.transport.close();
      assert.equal(subject.delivered().length, 40);
    },
  },
  {
    number: 6,
    title: 'keeps what the line was when it was logged, whatever happens to the object afterwards',
    async run(make) {
      const subject = make();
      const info = { ...line('before'), nested: { value: 1 } };
      subject.transport.log!(info, () => undefined);
      info.message = 'after';
      await until(() => subject.delivered().length > 0);
      assert.deepEqual(subject.delivered(), ['before']);
      await subject.transport.close();
    },
  },
  {
    number: 7,
    title: 'reads the level from info[LEVEL] and takes colour codes off the message',
    async run(make) {
      const subject = make();
      const { combine, colorize } = winston.format;
      const logger = winston.createLogger({
        format: combine(colorize({ all: true })),
        transports: [subject.transport],
      });
      logger.info('not severe');
      logger.error('coloured');
      await until(() => subject.delivered().length > 0);
      assert.deepEqual(subject.delivered(), ['coloured']);
      await subject.transport.close();
    },
  },
  {
    number: 8,
    title: 'works without a parent and without levels',
    async run(make) {
      const subject = make();
      subject.transport.log!(line('orphan'), () => undefined);
      await until(() => subject.delivered().length > 0);
      assert.deepEqual(subject.delivered(), ['orphan']);
      await subject.transport.close();
    },
  },
  {
    number: 9,
    title: "filters by level itself: without winston's help, and for levels that winston does not know",
    async run(make) {
      const subject = make({ level: 'error' });
      const logger = winston.createLogger({ level: 'silly', transports: [subject.transport] });
      subject.transport.log!({ ...line('quiet'), level: 'info', [LEVEL]: 'info' }, () => undefined);
      await silently(() => logger.log('fatal', 'unknown but fatal'));
      await until(() => subject.delivered().length > 0);
      assert.deepEqual(subject.delivered(), ['unknown but fatal']);
      await subject.transport.close();
    },
  },
  {
    number: 10,
    title: 'takes the Error when the caller logs, before formats, child loggers and waiting lines',
    async run(make) {
      const subject = make();
      const forgetful = winston.format((info) => ({
        level: info.level,
        message: 'flattened',
        [LEVEL]: info[LEVEL]!,
      }));
      const logger = winston.createLogger({ format: forgetful(), transports: [subject.transport] });
      logger.child({ part: 'child' }).error(new RangeError('too far'));
      await until(() => subject.deliveredTypes().length > 0);
      assert.deepEqual(subject.deliveredTypes(), ['RangeError']);
      await subject.transport.close();
    },
  },
  {
    number: 11,
    title: 'delivers an uncaught exception and lets the process leave at once, with code 1',
    async run(_make, script) {
      const { code, output, ms } = await runChild(script, 'exception');
      assert.match(output, /delivered: .*unforeseen/);
      assert.equal(code, 1);
      // Winston waits 3,000 ms for a transport that does not say 'finish'.
      assert.ok(ms < 2_900, `it left after ${ms} ms`);
    },
  },
  {
    number: 12,
    title: 'keeps no process alive, and raises no listener warning in twelve loggers',
    async run(make, script) {
      const { code, output } = await runChild(script, 'natural-end');
      assert.equal(code, 0, output);
      assert.match(output, /delivered: a last word/);
      const subject = make();
      const warnings: string[] = [];
      const listener = (warning: Error): void => void warnings.push(warning.name);
      process.on('warning', listener);
      const loggers = Array.from({ length: 12 }, () =>
        winston.createLogger({ transports: [subject.transport] }),
      );
      loggers[0]!.close();
      for (const [index, logger] of loggers.slice(1).entries()) logger.error(`shared ${word(index)}`);
      await until(() => subject.delivered().length === 11);
      process.removeListener('warning', listener);
      assert.deepEqual(
        warnings.filter((name) => name === 'MaxListenersExceededWarning'),
        [],
      );
      await subject.transport.close();
    },
  },
];

function line(message: string): { level: string; message: string; [LEVEL]: string; [MESSAGE]: string } {
  return { level: 'error', message, [LEVEL]: 'error', [MESSAGE]: message };
}

function hostileLines(): readonly unknown[] {
  const thrower = new Proxy(
    {},
    {
      get() {
        throw new Error('get');
      },
      has() {
        throw new Error('has');
      },
      ownKeys() {
        throw new Error('ownKeys');
      },
    },
  );
  const getter = Object.defineProperty(line('getter'), 'message', {
    get() {
      throw new Error('message');
    },
  });
  return [undefined, null, 7, 'text', {}, Object.create(null), thrower, getter, line('plain')];
}

/** Winston prints a complaint about an unknown level. */
async function silently(work: () => unknown): Promise<void> {
  const { error } = console;
  console.error = () => undefined;
  try {
    work();
    await pause(10);
  } finally {
    console.error = error;
  }
}

async function runChild(
  { module, name }: { readonly module: string; readonly name: string },
  scene: string,
): Promise<{ readonly code: number | null; readonly output: string; readonly ms: number }> {
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    ['--import=tsx', join(import.meta.dirname, 'child.ts'), module, name, scene],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  let throwAt = startedAt;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      if (chunk.toString().includes('ready')) throwAt = performance.now();
    });
  }
  const tooLate = setTimeout(() => child.kill('SIGKILL'), 6_000);
  const [code] = (await once(child, 'close')) as [number | null];
  clearTimeout(tooLate);
  return { code, output, ms: performance.now() - throwAt };
}

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!holds()) {
    assert.ok(performance.now() < end, `still not so after ${patienceMs} ms: ${holds.toString()}`);
    await pause(5);
  }
}

function within<T>(work: Promise<T>): Promise<T> {
  return Promise.race([work, pause(patienceMs).then(() => assert.fail(`not done after ${patienceMs} ms`))]);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
