import assert from 'node:assert/strict';
import { type ContextCase, later, warningsOf } from './context-case.js';

/** What run, current, isActive and request do. */
export const scopes: readonly ContextCase[] = [
  {
    title: 'has no scope, no fields and no request outside of any',
    check(context) {
      assert.equal(context.isActive(), false);
      assert.deepEqual(context.current(), {});
      assert.equal(context.request(), undefined);
      assert.equal(context.traceId(), undefined);
    },
  },
  {
    title: 'has the fields in the scope, and none after it',
    check(context) {
      context.run({ requestId: 'r-1' }, () => {
        assert.equal(context.isActive(), true);
        assert.deepEqual(context.current(), { requestId: 'r-1' });
      });
      assert.equal(context.isActive(), false);
      assert.deepEqual(context.current(), {});
    },
  },
  {
    title: 'is in a scope that has no fields too',
    check: (context) => context.run({}, () => assert.equal(context.isActive(), true)),
  },
  {
    title: 'merges nested scopes, the inner one winning, and unwinds them',
    check(context) {
      context.run({ requestId: 'r-1', step: 'outer' }, () => {
        context.run({ step: 'inner', item: 7 }, () => {
          assert.deepEqual(context.current(), { requestId: 'r-1', step: 'inner', item: 7 });
          context.run({ item: 8 }, () =>
            assert.deepEqual(context.current(), { requestId: 'r-1', step: 'inner', item: 8 }),
          );
          assert.deepEqual(context.current(), { requestId: 'r-1', step: 'inner', item: 7 });
        });
        assert.deepEqual(context.current(), { requestId: 'r-1', step: 'outer' });
      });
    },
  },
  {
    title: 'unwinds nested scopes across await',
    async check(context) {
      await context.run({ step: 'outer' }, async () => {
        const inner = context.run({ step: 'inner' }, async () => {
          await later();
          assert.equal(context.current()['step'], 'inner');
        });
        assert.equal(context.current()['step'], 'outer');
        await inner;
        assert.equal(context.current()['step'], 'outer');
      });
      assert.equal(context.isActive(), false);
    },
  },
  {
    title: 'gives what the work gives, as it is: a value, an object, a promise, nothing',
    async check(context) {
      const object = {};
      const promise = Promise.resolve(1);
      assert.equal(
        context.run({}, () => 7),
        7,
      );
      assert.equal(
        context.run({}, () => object),
        object,
      );
      assert.equal(
        context.run({}, () => promise),
        promise,
      );
      assert.equal(
        context.run({}, () => undefined),
        undefined,
      );
      assert.equal(await context.run({}, async () => 'later'), 'later');
    },
  },
  {
    title: 'passes errors on unchanged, frozen ones and strings too, and is out of the scope then',
    async check(context) {
      for (const thrown of [new Error('plain'), Object.freeze(new Error('frozen')), 'a text', undefined]) {
        const before = thrown instanceof Error ? Reflect.ownKeys(thrown) : [];
        let caught: unknown = 'nothing';
        try {
          context.run({ requestId: 'r-1' }, () => {
            throw thrown;
          });
        } catch (error) {
          caught = error;
        }
        assert.equal(caught, thrown);
        if (thrown instanceof Error) assert.deepEqual(Reflect.ownKeys(thrown), before);
        assert.equal(context.isActive(), false);

        const rejected = context.run({ requestId: 'r-1' }, async () => {
          await later();
          throw thrown;
        });
        assert.equal(context.isActive(), false);
        assert.equal(
          await rejected.then(
            () => 'nothing',
            (error: unknown) => error,
          ),
          thrown,
        );
        assert.equal(context.isActive(), false);
      }
    },
  },
  {
    title: 'goes on after an error that the work itself catches',
    check(context) {
      context.run({ step: 'outer' }, () => {
        try {
          context.run({ step: 'inner' }, () => {
            throw new Error('expected');
          });
        } catch {
          assert.deepEqual(context.current(), { step: 'outer' });
        }
      });
    },
  },
  {
    title: "copies the caller's object: what becomes of it later does not show",
    check(context) {
      const fields: Record<string, unknown> = { requestId: 'r-1' };
      context.run(fields, () => {
        fields['requestId'] = 'r-2';
        fields['more'] = true;
        assert.deepEqual(context.current(), { requestId: 'r-1' });
      });
      context.run(Object.freeze({ a: 1 }), () => context.add({ b: 2 }));
    },
  },
  {
    title: 'gives frozen fields, the same object until one changes',
    check(context) {
      context.run({ a: 1 }, () => {
        const first = context.current();
        assert.ok(Object.isFrozen(first));
        assert.equal(context.current(), first);
        context.run({ b: 1 }, () => {
          const inner = context.current();
          assert.equal(context.current(), inner);
          assert.notEqual(inner, first);
        });
        assert.equal(context.current(), first);
        context.add({ a: 2 });
        assert.deepEqual(first, { a: 1 });
        assert.deepEqual(context.current(), { a: 2 });
      });
    },
  },
  {
    title: 'takes a field away for as long as a scope gives it as undefined',
    check(context) {
      context.run({ user: 'ada', tenant: 'acme' }, () => {
        context.run({ user: undefined }, () => {
          assert.deepEqual(context.current(), { tenant: 'acme' });
          context.run({ user: 'eve' }, () => assert.equal(context.current()['user'], 'eve'));
        });
        assert.equal(context.current()['user'], 'ada');
      });
    },
  },
  {
    title:
      'leaves names that are symbols out, and __proto__, which would change what the fields are copied to',
    check(context) {
      const hostile = JSON.parse(
        '{ "__proto__": { "isAdmin": true }, "constructor": 1, "ok": true }',
      ) as object;
      context.run({ ...hostile, [Symbol('level')]: 'error' }, () => {
        const current = context.current();
        assert.deepEqual(Reflect.ownKeys(current), ['constructor', 'ok']);
        assert.equal((current as { isAdmin?: boolean }).isAdmin, undefined);
        context.add(hostile);
        assert.equal(Object.getPrototypeOf(context.current()), Object.prototype);
      });
    },
  },
  {
    title: 'keeps what can be read of fields whose getter throws',
    check(context) {
      const fields = {
        requestId: 'r-1',
        get broken(): string {
          throw new Error('expected');
        },
      };
      context.run(fields, () => assert.deepEqual(context.current(), { requestId: 'r-1' }));
    },
  },
  {
    title: 'calls the work although the fields are none, and warns once',
    async check(context) {
      const revoked = Proxy.revocable({}, {});
      revoked.revoke();
      const wrong: unknown[] = [
        'text',
        7,
        null,
        undefined,
        ['a'],
        () => ({}),
        Promise.resolve({}),
        revoked.proxy,
      ];
      let calls = 0;
      const warnings = await warningsOf(() => {
        for (const fields of wrong) {
          context.run(fields as object, () => {
            calls += 1;
            assert.deepEqual(context.current(), {});
            assert.equal(context.isActive(), true);
          });
        }
      });
      assert.equal(calls, wrong.length);
      assert.deepEqual(
        warnings.map(({ code }) => code),
        ['TOCSIN_FIELDS_INVALID'],
      );
      assert.match(warnings[0]!.message, /context\.run\(\).*a string/);
    },
  },
  {
    title: 'has one request for all scopes inside the first, and another for the next',
    async check(context) {
      const requests = new Set<object | undefined>();
      for (let turn = 0; turn < 2; turn += 1) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other is what is tested
        await context.run({}, async () => {
          const request = context.request();
          assert.equal(typeof request, 'object');
          requests.add(request);
          await later();
          assert.equal(context.request(), request);
          context.run({}, () => assert.equal(context.request(), request));
        });
      }
      assert.equal(requests.size, 2);
    },
  },
  {
    title: 'keeps 300 requests at once apart, each with what it added and the scopes inside it',
    async check(context) {
      const request = async (id: number): Promise<void> => {
        const own = context.request();
        for (let step = 0; step < 5; step += 1) {
          context.add({ [`step${step}`]: id, last: step });
          // oxlint-disable-next-line no-await-in-loop -- the steps of one request follow each other
          await later((id * 7 + step * 3) % 5);
          // oxlint-disable-next-line no-await-in-loop
          await context.run({ inner: id }, async () => {
            await later((id + step) % 3);
            const { requestId, inner, last } = context.current();
            assert.deepEqual({ requestId, inner, last }, { requestId: id, inner: id, last: step });
            context.update({ last: `${step} done` });
          });
          assert.equal(context.current()['last'], `${step} done`);
          assert.equal(context.request(), own);
        }
        const { requestId, last, ...steps } = context.current();
        assert.deepEqual({ requestId, last }, { requestId: id, last: '4 done' });
        assert.deepEqual(steps, { step0: id, step1: id, step2: id, step3: id, step4: id });
      };
      const requests = new Set<object | undefined>();
      await Promise.all(
        Array.from({ length: 300 }, (_, id) =>
          context.run({ requestId: id }, () => {
            requests.add(context.request());
            return request(id);
          }),
        ),
      );
      assert.equal(requests.size, 300);
      assert.equal(context.isActive(), false);
    },
  },
  {
    title: 'holds however deep scopes are nested',
    check(context) {
      const depth = 1_000;
      const nest = (level: number): void => {
        if (level === depth) {
          assert.deepEqual(context.current(), { first: 0, level: depth - 1, here: true });
          return;
        }
        context.run({ level, ...(level === 500 && { here: true }) }, () => nest(level + 1));
        assert.equal(context.current()['level'], level - 1);
      };
      context.setGlobal({ hidden: 'by the scopes' });
      context.run({ first: 0, level: -1, hidden: undefined }, () => {
        const request = context.request();
        nest(0);
        assert.equal(context.request(), request);
      });
    },
  },
];
