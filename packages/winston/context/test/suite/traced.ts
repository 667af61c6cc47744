import assert from 'node:assert/strict';
import { type ContextCase, later, warningsOf } from './context-case.js';

/** What trace does with functions; decorators.test.ts has its decorators. */
export const traced: readonly ContextCase[] = [
  {
    title: 'trace: runs each call in a scope with the fields',
    check(context) {
      const handle = context.trace(() => context.current(), { job: 'import' });
      assert.deepEqual(handle(), { job: 'import' });
      assert.equal(context.isActive(), false);
      assert.equal(context.trace(() => context.isActive())(), true);
    },
  },
  {
    title: "trace: asks a function for the fields, with the call's arguments and this",
    check(context) {
      const queue = {
        name: 'mails',
        handle: context.trace(
          (_id: number, _more: string) => context.current(),
          function (this: unknown, id: number, more: string) {
            return { queue: (this as { name: string }).name, id, more };
          },
        ),
      };
      assert.deepEqual(queue.handle(7, 'x'), { queue: 'mails', id: 7, more: 'x' });
      assert.deepEqual(queue.handle(8, 'y'), { queue: 'mails', id: 8, more: 'y' });
    },
  },
  {
    title: 'trace: begins a new request with each call, inside the scope around it',
    check(context) {
      const handle = context.trace(() => [context.request(), context.current(), context.traceId()] as const, {
        job: 'import',
      });
      context.run({ requestId: 'r-1' }, () => {
        const outer = [context.request(), context.traceId()];
        const [first, fields, firstId] = handle();
        const [second, , secondId] = handle();
        assert.deepEqual(fields, { requestId: 'r-1', job: 'import' });
        assert.equal(new Set([outer[0], first, second]).size, 3);
        assert.equal(new Set([outer[1], firstId, secondId]).size, 3);
        assert.deepEqual([context.request(), context.traceId()], outer);
      });
    },
  },
  {
    title: 'trace: keeps this, arguments, result, name, length and own fields',
    async check(context) {
      function sum(this: { base: number }, a: number, b: number): number {
        return this.base + a + b;
      }
      const plain = context.trace(Object.assign(sum, { path: '/sum' }));
      assert.equal(plain.call({ base: 100 }, 10, 1), 111);
      assert.deepEqual([plain.name, plain.length, plain.path], ['sum', 2, '/sum']);

      const promise = Promise.resolve(1);
      assert.equal(context.trace(() => promise)(), promise);
      const work = context.trace(
        async (id: number) => {
          await later();
          return [id, context.current()] as const;
        },
        (id) => ({ id }),
      );
      assert.deepEqual(await Promise.all([work(1), work(2)]), [
        [1, { id: 1 }],
        [2, { id: 2 }],
      ]);
    },
  },
  {
    title: 'trace: passes errors on unchanged',
    async check(context) {
      const error = Object.freeze(new Error('expected'));
      const same = (thrown: unknown): boolean => thrown === error;
      assert.throws(
        context.trace(() => {
          throw error;
        }),
        same,
      );
      await assert.rejects(
        context.trace(async () => {
          await later();
          throw error;
        }),
        same,
      );
      assert.equal(context.isActive(), false);
    },
  },
  {
    title: 'trace: makes the call although the fields cannot be had, and warns once',
    async check(context) {
      const read = (): unknown => context.current();
      const warnings = await warningsOf(() => {
        const throwing = context.trace(read, () => {
          throw new Error('expected');
        });
        const wrong = context.trace(read, () => 'text' as unknown as object);
        const promised = context.trace(read, async () => ({ late: true }));
        for (const handle of [throwing, wrong, promised]) assert.deepEqual(handle(), {});
      });
      assert.deepEqual(
        warnings.map(({ code }) => code),
        ['TOCSIN_FIELDS_INVALID'],
      );
      assert.match(warnings[0]!.message, /context\.trace\(\)/);
    },
  },
  {
    title: 'trace: has the body of a generator in the scope of the call, whoever takes the values',
    check(context) {
      const finals: unknown[] = [];
      function* items(count: number): Generator<unknown, string, unknown> {
        try {
          for (let index = 0; index < count; index += 1) {
            const sent = yield context.current();
            if (sent !== undefined) context.add({ sent });
          }
          return 'end';
        } finally {
          finals.push(context.current()['job']);
        }
      }
      const traced = context.trace(items, (count) => ({ job: count }));
      const first = traced(3);
      const second = traced(4);
      context.run({ requestId: 'other' }, () => {
        assert.deepEqual(first.next().value, { job: 3 });
        assert.deepEqual(second.next().value, { job: 4 });
        assert.deepEqual(first.next('x').value, { job: 3, sent: 'x' });
        assert.deepEqual(context.current(), { requestId: 'other' });
      });
      assert.deepEqual(first.return('early'), { value: 'early', done: true });
      const error = new Error('expected');
      assert.throws(
        () => second.throw(error),
        (thrown) => thrown === error,
      );
      assert.deepEqual(finals, [3, 4]);
      assert.deepEqual([...traced(2)], [{ job: 2 }, { job: 2 }]);
      assert.ok(traced(1) instanceof items);
      assert.equal(Object.prototype.toString.call(traced(1)), '[object Generator]');
      function* around(): Generator<unknown, void, unknown> {
        assert.equal(yield* traced(1), 'end');
      }
      assert.deepEqual([...around()], [{ job: 1 }]);
    },
  },
  {
    title: 'trace: has the body of an async generator in the scope of the call, whoever takes the values',
    async check(context) {
      const finals: unknown[] = [];
      async function* items(_job: number): AsyncGenerator {
        try {
          yield context.current();
          await later();
          yield context.current();
        } finally {
          await later();
          finals.push(context.current()['job']);
        }
      }
      const traced = context.trace(items, (job) => ({ job }));
      const take = async (job: number): Promise<void> => {
        const made = traced(job);
        await context.run({ taker: job }, async () => {
          for await (const seen of made) {
            assert.deepEqual(seen, { job });
            assert.deepEqual(context.current(), { taker: job });
          }
        });
      };
      await Promise.all([take(1), take(2), take(3)]);
      const stopped = traced(4);
      await stopped.next();
      await context.run({ taker: 4 }, () => stopped.return(undefined));
      const failing = traced(5);
      await failing.next();
      await assert.rejects(failing.throw(new Error('expected')), /expected/);
      assert.deepEqual(finals.toSorted(), [1, 2, 3, 4, 5]);
      assert.equal(context.isActive(), false);
    },
  },
  {
    title: 'trace: keeps concurrent calls apart',
    async check(context) {
      const handle = context.trace(
        async (id: number) => {
          await later(id % 5);
          context.add({ added: id });
          await later(id % 3);
          return context.current();
        },
        (id) => ({ id }),
      );
      const ids = Array.from({ length: 100 }, (_, id) => id);
      assert.deepEqual(
        await Promise.all(ids.map((id) => handle(id))),
        ids.map((id) => ({ id, added: id })),
      );
    },
  },
];
