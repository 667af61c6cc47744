import assert from 'node:assert/strict';
import { type ContextCase, later, warningsOf } from './context-case.js';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const ofParent = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${ofParent}-00f067aa0ba902b7-01`;

/** What traceId does. */
export const traceIds: readonly ContextCase[] = [
  {
    title: 'traceId: is a UUID, made once for each request',
    async check(context) {
      const ids = await Promise.all(
        [1, 2, 3].map((id) =>
          context.run({ id }, async () => {
            const first = context.traceId();
            await later();
            context.run({}, () => assert.equal(context.traceId(), first));
            return first!;
          }),
        ),
      );
      for (const id of ids) assert.match(id, uuid);
      assert.equal(new Set(ids).size, 3);
    },
  },
  {
    title: 'traceId: is the one that was set, in all scopes of the request, until it is cleared',
    async check(context) {
      await context.run({ trace_id: 'of-the-fields' }, async () => {
        context.run({}, () => context.traceId('set'));
        await later();
        assert.equal(context.traceId(), 'set');
        context.traceId(null);
        assert.equal(context.traceId(), 'of-the-fields');
      });
      context.run({}, () => assert.match(context.traceId()!, uuid));
    },
  },
  {
    title: 'traceId: comes from trace_id, then traceparent, then X-Trace-ID in any case',
    check(context) {
      const fields = { trace_id: 'own', traceparent, 'X-Trace-ID': 'header' };
      context.run(fields, () => {
        assert.equal(context.traceId(), 'own');
        context.add({ trace_id: undefined });
        assert.equal(context.traceId(), ofParent);
        context.add({ traceparent: undefined });
        assert.equal(context.traceId(), 'header');
        context.add({ 'X-Trace-ID': undefined, 'x-trace-id': 'lower' });
        assert.equal(context.traceId(), 'lower');
        context.add({ 'x-trace-id': undefined });
        assert.match(context.traceId()!, uuid);
      });
    },
  },
  {
    title: 'traceId: takes no id from the fields that is none',
    check(context) {
      const wrong = ['', 'with space', 'line\nbreak', 'x'.repeat(129), 7, null, {}];
      for (const trace_id of wrong)
        context.run({ trace_id, 'x-trace-id': trace_id }, () => assert.match(context.traceId()!, uuid));
      context.run({ traceparent: `00-${'0'.repeat(32)}-00f067aa0ba902b7-01` }, () =>
        assert.match(context.traceId()!, uuid),
      );
    },
  },
  {
    title: 'traceId: ignores an id to set that is none, and warns once',
    async check(context) {
      const warnings = await warningsOf(() =>
        context.run({}, () => {
          context.traceId('kept');
          for (const id of ['', 'with space', 7] as string[]) context.traceId(id);
          assert.equal(context.traceId(), 'kept');
        }),
      );
      assert.deepEqual(
        warnings.map(({ code }) => code),
        ['TOCSIN_TRACE_ID_INVALID'],
      );
    },
  },
];
