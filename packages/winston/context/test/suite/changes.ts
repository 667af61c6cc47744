import assert from 'node:assert/strict';
import { type ContextCase, later, warningsOf } from './context-case.js';

/** What add, update and setGlobal do. */
export const changes: readonly ContextCase[] = [
  {
    title: 'add: puts fields into the current scope, until it ends',
    check(context) {
      context.run({ requestId: 'r-1' }, () => {
        context.run({}, () => {
          context.add({ item: 7 });
          context.add({ item: 8, price: 2 });
          assert.deepEqual(context.current(), { requestId: 'r-1', item: 8, price: 2 });
        });
        assert.deepEqual(context.current(), { requestId: 'r-1' });
      });
      context.run({}, () => assert.deepEqual(context.current(), {}));
    },
  },
  {
    title: 'add: is seen in scopes inside, also in those that are under way',
    async check(context) {
      await context.run({}, async () => {
        const inside = context.run({ item: 7 }, async () => {
          assert.deepEqual(context.current(), { item: 7 });
          await later();
          assert.deepEqual(context.current(), { item: 7, user: 'ada' });
        });
        context.add({ user: 'ada', item: 'outer' });
        await inside;
        assert.deepEqual(context.current(), { user: 'ada', item: 'outer' });
      });
    },
  },
  {
    title: 'add: in work that outlives the scope is still its own',
    async check(context) {
      let inside: Promise<void> | undefined;
      context.run({ requestId: 'r-1' }, () => {
        inside = later().then(() => {
          context.add({ late: true });
          assert.deepEqual(context.current(), { requestId: 'r-1', late: true });
        });
      });
      await context.run({ requestId: 'r-2' }, async () => {
        await inside;
        assert.deepEqual(context.current(), { requestId: 'r-2' });
      });
    },
  },
  {
    title: 'add: with undefined takes a field of a scope around it away',
    check(context) {
      context.run({ user: 'ada' }, () => {
        context.run({}, () => {
          context.add({ user: undefined });
          assert.deepEqual(context.current(), {});
        });
        assert.deepEqual(context.current(), { user: 'ada' });
      });
    },
  },
  {
    title: 'update: changes a field in the innermost scope that has it, for the scopes around too',
    check(context) {
      context.run({ status: 'new', step: 1 }, () => {
        context.run({ step: 2 }, () => {
          context.run({ item: 7 }, () => {
            context.update({ status: 'paid', step: 3 });
            assert.deepEqual(context.current(), { status: 'paid', step: 3, item: 7 });
          });
          assert.deepEqual(context.current(), { status: 'paid', step: 3 });
        });
        assert.deepEqual(context.current(), { status: 'paid', step: 1 });
      });
    },
  },
  {
    title: 'update: adds what no scope has to the current one, what only the global layer has too',
    check(context) {
      context.setGlobal({ region: 'eu' });
      context.run({}, () => {
        context.run({}, () => {
          context.update({ region: 'us', fresh: true });
          assert.deepEqual(context.current(), { region: 'us', fresh: true });
        });
        assert.deepEqual(context.current(), { region: 'eu' });
      });
    },
  },
  {
    title: 'update: with undefined takes the field away where it is held',
    check(context) {
      context.run({ user: 'ada' }, () => {
        context.run({}, () => context.update({ user: undefined }));
        assert.deepEqual(context.current(), {});
      });
    },
  },
  {
    title: 'add, update and traceId: outside of any scope do nothing and warn once between them',
    async check(context) {
      const warnings = await warningsOf(() => {
        for (let turn = 0; turn < 3; turn += 1) {
          context.add({ lost: true });
          context.update({ lost: true });
          context.traceId('lost');
        }
      });
      assert.deepEqual(
        warnings.map(({ code }) => code),
        ['TOCSIN_NO_SCOPE'],
      );
      assert.match(warnings[0]!.message, /context\.add\(\)/);
      assert.deepEqual(context.current(), {});
      context.run({}, () => assert.deepEqual(context.current(), {}));
    },
  },
  {
    title: 'add, update and setGlobal: what holds no fields changes nothing, and is warned of once',
    async check(context) {
      const warnings = await warningsOf(() =>
        context.run({ a: 1 }, () => {
          for (const fields of ['text', null, [1], undefined] as unknown as object[]) {
            context.add(fields);
            context.update(fields);
            context.setGlobal(fields);
          }
          assert.deepEqual(context.current(), { a: 1 });
        }),
      );
      assert.deepEqual(
        warnings.map(({ code }) => code),
        ['TOCSIN_FIELDS_INVALID'],
      );
    },
  },
  {
    title: 'setGlobal: holds everywhere, below all scopes, in those under way too',
    async check(context) {
      const underWay = context.run({ requestId: 'r-1', region: 'scope' }, async () => {
        assert.deepEqual(context.current(), { requestId: 'r-1', region: 'scope' });
        await later();
        assert.deepEqual(context.current(), { service: 'shop', requestId: 'r-1', region: 'scope' });
      });
      context.setGlobal({ service: 'shop', region: 'eu' });
      assert.deepEqual(context.current(), { service: 'shop', region: 'eu' });
      assert.equal(context.isActive(), false);
      assert.ok(Object.isFrozen(context.current()));
      assert.equal(context.current(), context.current());
      await underWay;
    },
  },
  {
    title: 'setGlobal: merges, and undefined takes a field away',
    check(context) {
      context.setGlobal({ service: 'shop', region: 'eu' });
      context.setGlobal({ region: undefined, release: '1.2.3' });
      assert.deepEqual(context.current(), { service: 'shop', release: '1.2.3' });
      context.run({}, () => {
        context.setGlobal({ service: undefined });
        assert.deepEqual(context.current(), { release: '1.2.3' });
      });
    },
  },
];
