import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MemoryStore, type MemoryStoreOptions, type RecoveredClaim } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { expect } from 'chai';
import { makeSighting, minute, policy, ten } from './make-sighting.js';

const key = { service: 'checkout', environment: 'production', fingerprint: 'f1' };
const many = { ...policy, newPerMinute: 1_000_000 };
const day = 24 * 60 * minute;

function storeAt(start: number, options: MemoryStoreOptions = {}) {
  const time = { now: start };
  return { time, store: new MemoryStore({ clock: () => time.now, ...options }) };
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function isFrozenThroughout(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isFrozenThroughout);
}

async function rejection(promise: Promise<unknown>): Promise<TocsinError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(TocsinError);
  return error as TocsinError;
}

describe('MemoryStore', () => {
  it('keeps services and environments apart, whatever their names', async () => {
    const { store } = storeAt(ten);
    const scopes = [
      ['a', 'bc'],
      ['ab', 'c'],
      ['checkout', 'production'],
      ['checkout', 'staging'],
      ['__proto__', 'constructor'],
    ] as const;
    for (const [service, environment] of scopes) {
      expect(await store.record(makeSighting({ service, environment }), policy)).to.include({
        reason: 'first',
      });
    }
    expect(store.size).to.equal(5);
    expect(await store.recover({ service: 'a', environment: 'b' }, ['t'])).to.deep.equal([]);
  });

  it('refuses what is no plain data once JSON has been made of it', async () => {
    const { store } = storeAt(ten);
    await store.record(makeSighting({ id: 'a' }), policy);
    for (const answer of [undefined, 7, null]) {
      const change = { resolved: true, toJSON: () => answer };
      const outcome = { state: 'delivered', toJSON: () => answer } as const;
      const attempts = [store.update(key, change), store.settle(key, 'a', 'slack', outcome, false)];
      for (const result of await Promise.allSettled(attempts)) {
        expect(result).to.have.nested.property('reason.code', 'TOCSIN_CONFIG_INVALID');
      }
    }
  });

  it('grants one claim to a hundred processes at once, and counts all', async () => {
    const { store } = storeAt(ten);
    const verdicts = await Promise.all(
      Array.from({ length: 100 }, (_, n) => store.record(makeSighting({ instance: `p${n}` }), policy)),
    );
    expect(verdicts.filter(({ alert }) => alert)).to.have.length(1);
    expect((await store.get(key))?.occurrences).to.equal(100);
  });

  it('answers false to stale tokens and unknown keys, true to the holder', async () => {
    const { store, time } = storeAt(ten);
    await store.record(makeSighting({ id: 'a' }), policy);
    const outcome = { state: 'delivered' } as const;
    expect(await store.renew(key, 'b')).to.equal(false);
    expect(await store.settle(key, 'b', 'slack', outcome, true)).to.equal(false);
    expect(await store.renew({ ...key, fingerprint: 'f2' }, 'a')).to.equal(false);
    time.now += 60_000;
    expect(await store.renew(key, 'a')).to.equal(true);
    expect(await store.settle(key, 'a', 'slack', outcome, false)).to.equal(true);
    expect(await store.settle(key, 'a', 'mail', outcome, true)).to.equal(true);
    expect(await store.settle(key, 'a', 'mail', outcome, true)).to.equal(false);
  });

  it('recovers as many claims as there are tokens, each once, with the sample of the sighting that alerted', async () => {
    const { store, time } = storeAt(ten);
    const sample = { ...makeSighting().sample, message: 'the one that alerts', context: { order: 7 } };
    await store.record(makeSighting({ fingerprint: 'f1', sample }), policy);
    await store.record(makeSighting({ fingerprint: 'f1' }), policy);
    for (const fingerprint of ['f2', 'f3']) await store.record(makeSighting({ fingerprint }), policy);
    time.now += 30_000;
    const scope = { service: 'checkout', environment: 'production' };
    const found: RecoveredClaim[] = [];
    for (const tokens of [['a', 'b'], ['c', 'd'], ['e']]) found.push(...(await store.recover(scope, tokens)));
    expect(found.map(({ claim }) => claim.token)).to.deep.equal(['a', 'b', 'c']);
    const one = found.find(({ record }) => record.key.fingerprint === 'f1');
    expect(one?.sample).to.deep.equal(sample);
    expect(one?.record).to.equal(await store.get(key));
    const next = makeSighting({ id: 'x', sample: { ...sample, message: 'taken over by' } });
    time.now += 30_000;
    expect(await store.record(next, policy)).to.include({ alert: true, reason: 'first' });
    time.now += 30_000;
    const again = await store.recover(scope, ['u', 'v', 'w']);
    const f1 = again.find(({ record }) => record.key.fingerprint === 'f1');
    expect(f1?.sample.message).to.equal('the one that alerts');
  });

  it('tells a dead claim once, and it has ended', async () => {
    const { store, time } = storeAt(ten);
    await store.record(makeSighting(), policy);
    const dead: boolean[] = [];
    for (let n = 0; n < 8; n += 1) {
      time.now += 30_000;
      dead.push(...(await store.recover(key, [`t${n}`])).map((claim) => claim.dead));
    }
    expect(dead).to.deep.equal([false, false, false, false, true]);
    expect(await store.get(key)).not.to.have.property('claim');
  });

  it('cannot be changed through what it gives or was given', async () => {
    const { store, time } = storeAt(ten);
    const sighting = makeSighting();
    const verdict = await store.record(sighting, policy);
    const refs = { issue: 7 };
    await store.settle(key, sighting.id, 'github', { state: 'delivered', refs }, false);
    const before = JSON.stringify(await store.get(key));

    refs.issue = 8;
    (sighting.sample.context as Record<string, unknown>)['added'] = true;
    (sighting.sample.location as { file: string }).file = 'elsewhere';
    const change = { refs: { notifier: 'slack', refs: { ts: '1' } } };
    const updated = (await store.update(key, change))!;
    change.refs.refs.ts = '2';
    const listed = (await store.list({}))[0]!;
    for (const given of [verdict.record, updated, listed]) expect(isFrozenThroughout(given)).to.equal(true);
    expect((await store.get(key))?.refs).to.deep.equal({ github: { issue: 7 }, slack: { ts: '1' } });
    expect(JSON.stringify({ ...(await store.get(key)), refs: { github: { issue: 7 } } })).to.equal(before);
    time.now += 30_000;
    const [recovered] = await store.recover(key, ['t']);
    expect(recovered?.sample.context).to.deep.equal({});
    expect(Object.isFrozen(refs)).to.equal(false);
    expect(Object.isFrozen(sighting.sample.location)).to.equal(false);
  });

  it('updates a record, and answers undefined where there is none', async () => {
    const { store } = storeAt(ten);
    expect(await store.update(key, { resolved: true })).to.equal(undefined);
    await store.record(makeSighting(), policy);
    const updated = await store.update(key, { mutedUntil: ten + 5 });
    expect(updated)
      .to.include({ mutedUntil: ten + 5 })
      .and.equal(await store.get(key));
  });

  describe('list', () => {
    it('gives pages in the order of fingerprints, by service, environment, state and last seen', async () => {
      const { store, time } = storeAt(ten);
      for (const fingerprint of ['d', 'b', 'a', 'c']) {
        await store.record(makeSighting({ fingerprint }), policy);
        time.now += 10;
      }
      await store.record(makeSighting({ fingerprint: 'e', service: 'mail', environment: 'staging' }), policy);
      await store.update({ ...key, fingerprint: 'b' }, { mutedUntil: ten + day });
      await store.update({ ...key, fingerprint: 'c' }, { resolved: true });
      await store.update({ ...key, fingerprint: 'd' }, { ignored: true });
      const list = async (query: Parameters<MemoryStore['list']>[0]) =>
        (await store.list(query)).map((record) => record.key.fingerprint).join('');
      expect(await list({})).to.equal('abcde');
      expect(await list({ limit: 2 })).to.equal('ab');
      expect(await list({ limit: 2, after: 'b' })).to.equal('cd');
      expect(await list({ limit: 2, after: 'd' })).to.equal('e');
      expect(await list({ limit: 2, after: 'e' })).to.equal('');
      expect(await list({ service: 'checkout' })).to.equal('abcd');
      expect(await list({ environment: 'staging' })).to.equal('e');
      expect(await list({ state: 'open' })).to.equal('ae');
      expect(await list({ state: 'muted' })).to.equal('b');
      expect(await list({ state: 'resolved' })).to.equal('c');
      expect(await list({ state: 'ignored' })).to.equal('d');
      expect(await list({ seenAfter: ten + 10 })).to.equal('ace');
    });

    it('never parts records of one fingerprint, so that no page loses one', async () => {
      const { store } = storeAt(ten);
      for (const service of ['x', 'y', 'z']) await store.record(makeSighting({ service }), policy);
      await store.record(makeSighting({ fingerprint: 'f2' }), policy);
      expect(await store.list({ limit: 1 })).to.have.length(3);
      expect(await store.list({ limit: 1, after: 'f1' })).to.have.length(1);
    });
  });

  describe('permit', () => {
    it('grants at most the limit in any window, and tells the wait exactly', async () => {
      const { store, time } = storeAt(ten);
      const grants: number[] = [];
      for (let at = 0; at <= 5_000; at += 50) {
        time.now = ten + at;
        const permit = await store.permit('slack', 3, 1_000);
        if (permit.granted) {
          expect(permit.retryAfterMs).to.equal(0);
          grants.push(at);
          continue;
        }
        expect(permit.retryAfterMs).to.equal(grants.at(-3)! + 1_000 - at);
      }
      for (const [index, at] of grants.entries()) {
        expect((grants[index + 3] ?? Infinity) - at).to.be.at.least(1_000);
      }
      expect(grants.slice(0, 6)).to.deep.equal([0, 50, 100, 1_000, 1_050, 1_100]);
    });

    it('keeps keys apart and is not blocked by a clock set back', async () => {
      const { store, time } = storeAt(ten);
      expect(await store.permit('a', 1, minute)).to.include({ granted: true });
      expect(await store.permit('b', 1, minute)).to.include({ granted: true });
      expect(await store.permit('a', 1, minute)).to.deep.equal({ granted: false, retryAfterMs: minute });
      time.now -= day;
      expect(await store.permit('a', 1, minute)).to.include({ granted: true });
    });

    it('keeps a bounded number of keys, the least recently granted out first', async () => {
      const { store } = storeAt(ten, { maxRecords: 3 });
      for (const name of ['a', 'b', 'c', 'd']) await store.permit(name, 1, minute);
      expect(await store.permit('d', 1, minute)).to.include({ granted: false });
      expect(await store.permit('b', 1, minute)).to.include({ granted: false });
      expect(await store.permit('a', 1, minute)).to.include({ granted: true });
    });
  });

  describe('bounds', () => {
    it('keeps the number of records, the least recently seen out first, a live claim or not', async () => {
      const { store, time } = storeAt(ten, { maxRecords: 100 });
      for (let n = 0; n < 1_000; n += 1) {
        time.now += 1;
        await store.record(makeSighting({ fingerprint: `f${n}` }), many);
        await store.record(makeSighting({ fingerprint: 'kept' }), many);
        expect(store.size).to.be.at.most(100);
      }
      expect(await store.get({ ...key, fingerprint: 'kept' })).to.include({ occurrences: 1_000 });
      expect(await store.get({ ...key, fingerprint: 'f999' })).not.to.equal(undefined);
      expect(await store.get({ ...key, fingerprint: 'f900' })).to.equal(undefined);
    });

    it('keeps the bytes, and takes no more heap than it says', async function () {
      this.timeout(30_000);
      const maxBytes = 16 * 1024 * 1024;
      const { store } = storeAt(ten, { maxBytes });
      const sample = { ...makeSighting().sample, message: '' };
      collectGarbage();
      const before = process.memoryUsage().heapUsed;
      for (let n = 0; n < 6_000; n += 1) {
        const message = `${n} `.repeat(800);
        const fields = { fingerprint: `f${n}`, instance: `p${n % 100}`, sample: { ...sample, message } };
        await store.record(makeSighting(fields), many);
        expect(store.bytes).to.be.at.most(maxBytes);
      }
      expect(store.size).to.be.within(1_000, 6_000);
      collectGarbage();
      expect(process.memoryUsage().heapUsed - before).to.be.below(1.25 * maxBytes);
    });

    it('counts ids, refs and links as they grow, and gives all bytes back', async () => {
      const { store, time } = storeAt(ten);
      const sighting = makeSighting();
      await store.record(sighting, policy);
      const small = store.bytes;
      for (let n = 0; n < 64; n += 1) await store.record(makeSighting({ instance: `process-${n}` }), policy);
      const grown = store.bytes;
      expect(grown).to.be.above(small + 64 * 20);
      const refs = 'x'.repeat(5_000);
      await store.settle(key, sighting.id, 'github', { state: 'delivered', refs }, true);
      expect(store.bytes).to.be.above(grown + 5_000);
      time.now += 30 * day;
      expect(await store.get(key)).to.equal(undefined);
      expect(store).to.include({ size: 0, bytes: 0 });
    });

    it('always keeps the record just seen', async () => {
      const { store } = storeAt(ten, { maxBytes: 1 });
      expect(await store.record(makeSighting(), policy)).to.include({ reason: 'first' });
      expect(await store.record(makeSighting(), policy)).to.include({ reason: 'claimed' });
      await store.record(makeSighting({ fingerprint: 'f2' }), policy);
      expect(store.size).to.equal(1);
    });

    it('forgets an error 30 days after its last sighting, or after ttlMs', async () => {
      for (const [options, life] of [
        [{}, 30 * day],
        [{ ttlMs: 1_000 }, 1_000],
      ] as const) {
        const { store, time } = storeAt(ten, options);
        await store.record(makeSighting(), policy);
        time.now += life - 1;
        expect(await store.list({})).to.have.length(1);
        expect((await store.record(makeSighting(), policy)).record.occurrences).to.equal(2);
        time.now += life;
        expect(await store.list({})).to.deep.equal([]);
        expect(await store.recover(key, ['t'])).to.deep.equal([]);
        expect(await store.record(makeSighting(), policy)).to.include({ reason: 'first' });
      }
    });
  });

  it('after close, rejects every operation with TOCSIN_CLOSED; close may be called again', async () => {
    const store = new MemoryStore();
    await store.close();
    await store.close();
    const calls = [
      store.record(makeSighting(), policy),
      store.renew(key, 'a'),
      store.settle(key, 'a', 'slack', { state: 'delivered' }, true),
      store.recover(key, ['a']),
      store.permit('a', 1, 1),
      store.get(key),
      store.list({}),
      store.update(key, {}),
    ];
    for (const call of calls) expect(await rejection(call)).to.include({ code: 'TOCSIN_CLOSED' });
  });

  it('does not begin what was given up already', async () => {
    const store = new MemoryStore();
    const error = await rejection(store.record(makeSighting(), policy, { signal: AbortSignal.abort() }));
    expect(error).to.include({ code: 'TOCSIN_STORE_TIMEOUT', ambiguous: false });
    expect(store.size).to.equal(0);
  });

  it('refuses bad input by name, and is as it was', async () => {
    const { store } = storeAt(ten);
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    const sample = makeSighting().sample;
    const bad: Record<string, unknown>[] = [
      ...[0, -1, 1.5, Number.NaN, Infinity, '1', undefined].map((count) => ({ count })),
      ...['', 5, undefined, 'x'.repeat(1_001)].map((id) => ({ id })),
      { instance: '' },
      { service: '' },
      { environment: undefined },
      { fingerprint: '' },
      { fingerprint: 'digest:1' },
      { occurredAt: Number.NaN },
      { release: 5 },
      { severity: 'fatal' },
      { sample: undefined },
      { sample: {} },
      { sample: { ...sample, context: cycle } },
      { sample: { ...sample, context: { big: 1n } } },
    ];
    for (const fields of bad) {
      const error = await rejection(store.record(makeSighting(fields), policy));
      expect(error).to.include({ code: 'TOCSIN_CONFIG_INVALID' });
      expect(error.message).to.include(`'sighting.${Object.keys(fields)[0]}'`);
    }
    const others: Promise<unknown>[] = [
      store.record(makeSighting(), { ...policy, everyNth: 0 }),
      store.record(null as never, policy),
      store.renew(key, ''),
      store.renew(null as never, 'a'),
      store.settle(key, 'a', '', { state: 'delivered' }, true),
      store.settle(key, 'a', 'slack', { state: 'lost' } as never, true),
      store.settle(key, 'a', 'slack', { state: 'delivered', refs: 1n as never }, true),
      store.recover({ service: '', environment: 'x' }, []),
      store.permit('a', 0, 1),
      store.permit('a', 1, Number.NaN),
      store.get({ ...key, service: undefined as never }),
      store.list({ limit: 0 }),
      store.list({ state: 'closed' as never }),
      store.update(key, { mutedUntil: Number.NaN }),
      store.update(key, { resolved: 'yes' as never }),
      store.update(key, { tracker: { state: 'done' as never } }),
    ];
    for (const call of others) expect(await rejection(call)).to.include({ code: 'TOCSIN_CONFIG_INVALID' });
    expect(store.size).to.equal(0);
  });

  it('refuses bad options by name', () => {
    for (const options of [
      { maxRecords: 0 },
      { maxBytes: -1 },
      { ttlMs: Number.NaN },
      { clock: 5 as never },
    ]) {
      const name = Object.keys(options)[0];
      expect(() => new MemoryStore(options)).to.throw(TocsinError, `MemoryStore: option '${name}'`);
    }
  });
});
