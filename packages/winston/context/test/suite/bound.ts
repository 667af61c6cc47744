import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { EventEmitter } from 'node:events';
import { type ContextCase, later } from './context-case.js';

/** What bind does. */
export const bound: readonly ContextCase[] = [
  {
    title: 'bind: ties a function to the scope, whoever calls it from wherever',
    async check(context) {
      const read = (): unknown => context.current()['requestId'];
      const tied = context.run({ requestId: 'r-1' }, () => context.bind(read));
      assert.equal(tied(), 'r-1');
      context.run({ requestId: 'r-2' }, () => {
        assert.equal(tied(), 'r-1');
        assert.equal(read(), 'r-2');
      });
      await later();
      assert.equal(tied(), 'r-1');
      assert.equal(context.isActive(), false);
    },
  },
  {
    title: 'bind: sees what is added to its scope later',
    check(context) {
      context.run({}, () => {
        const tied = context.bind(() => context.current());
        context.add({ late: true });
        assert.deepEqual(tied(), { late: true });
      });
    },
  },
  {
    title: 'bind: outside of any scope ties to none',
    check(context) {
      const tied = context.bind(() => context.isActive());
      context.run({ requestId: 'r-2' }, () => assert.equal(tied(), false));
      assert.equal(tied(), false);
    },
  },
  {
    title: 'bind: what the function starts is in the scope too',
    async check(context) {
      const tied = context.run({ requestId: 'r-1' }, () =>
        context.bind(async () => {
          await later();
          return context.current()['requestId'];
        }),
      );
      assert.equal(await context.run({ requestId: 'r-2' }, () => tied()), 'r-1');
    },
  },
  {
    title: 'bind: keeps this, arguments, result, name and length',
    check(context) {
      function sum(this: { base: number }, a: number, b: number): number {
        return this.base + a + b;
      }
      const tied = context.run({}, () => context.bind(sum));
      assert.equal(tied.call({ base: 100 }, 10, 1), 111);
      assert.equal(tied.name, 'sum');
      assert.equal(tied.length, 2);
    },
  },
  {
    title: 'bind: passes errors on unchanged',
    check(context) {
      const error = Object.freeze(new Error('expected'));
      const tied = context.run({}, () =>
        context.bind(() => {
          throw error;
        }),
      );
      assert.throws(tied, (thrown) => thrown === error);
      assert.equal(context.isActive(), false);
    },
  },
  {
    title: "bind: brings an AsyncLocalStorage of the application's along",
    check(context) {
      const own = new AsyncLocalStorage<string>();
      const tied = own.run('mine', () =>
        context.run({ requestId: 'r-1' }, () =>
          context.bind(() => [own.getStore(), context.current()['requestId']]),
        ),
      );
      assert.deepEqual(
        own.run('theirs', () => context.run({ requestId: 'r-2' }, tied)),
        ['mine', 'r-1'],
      );
    },
  },
  {
    title: "bind: has an emitter's listener in the scope in which it was bound",
    check(context) {
      const emitter = new EventEmitter();
      const seen: unknown[] = [];
      context.run({ requestId: 'r-1' }, () => {
        emitter.on(
          'done',
          context.bind((value: number) => void seen.push(context.current()['requestId'], value)),
        );
      });
      context.run({ requestId: 'r-2' }, () => emitter.emit('done', 7));
      assert.deepEqual(seen, ['r-1', 7]);
    },
  },
  {
    title: 'bind: gives back what is no function',
    check(context) {
      assert.equal(context.bind(undefined as unknown as () => void), undefined);
    },
  },
];
