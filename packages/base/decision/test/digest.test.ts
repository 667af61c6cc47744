import { addToDigest, type ErrorRecord, MemoryStore, recoverClaim } from '@tocsin/decision';
import { expect } from 'chai';
import { makeSighting, minute, policy, ten } from './make-sighting.js';

const scope = { service: 'checkout', environment: 'production' };
const digestOf = (now: number) => ({ ...scope, fingerprint: `digest:${Math.floor(now / minute)}` });

describe('the digest of a minute', () => {
  it('is a record of its own with a claim whose lease ends with the minute', () => {
    const now = ten + 20_000;
    const digest = addToDigest(undefined, makeSighting({ id: 'a', count: 7 }), policy, now);
    expect(digest).to.deep.equal({
      schema: 1,
      key: digestOf(ten),
      type: 'digest',
      title: '1 new error within a minute',
      severity: 'error',
      firstSeen: now,
      lastSeen: now,
      releases: [],
      occurrences: 1,
      windowOpenedAt: now,
      lastAlertAt: now,
      occurrencesAtLastAlert: 1,
      alertCount: 1,
      countAlertsInARow: 0,
      refs: {},
      links: {},
      claim: {
        token: 'a',
        leaseUntil: ten + minute,
        reason: 'digest',
        suppressedSince: 0,
        settled: {},
        attempts: 0,
        leaseMs: 30_000,
      },
      lastIds: [],
      members: [
        {
          fingerprint: 'f1',
          type: 'ChargeError',
          title: 'charge failed',
          location: { file: 'src/charge.ts', line: 7 },
          severity: 'error',
        },
      ],
    });
    expect(JSON.parse(JSON.stringify(digest))).to.deep.equal(digest);
  });

  it('counts every error, names the first 50 and is as bad as its worst', () => {
    let digest: ErrorRecord | undefined;
    for (let n = 0; n < 60; n += 1) {
      const severity = n === 30 ? 'critical' : 'error';
      digest = addToDigest(digest, makeSighting({ fingerprint: `f${n}`, severity }), policy, ten + n);
    }
    expect(digest).to.include({
      occurrences: 60,
      severity: 'critical',
      title: '60 new errors within a minute',
    });
    expect(digest?.members).to.have.length(50);
    expect(digest?.members?.at(-1)?.fingerprint).to.equal('f49');
  });

  it('has five attempts from the first sweep on', () => {
    let digest = addToDigest(undefined, makeSighting(), policy, ten);
    let now = ten + minute;
    for (let attempt = 1; attempt <= 5; attempt += 1, now += 30_000) {
      const recovery = recoverClaim(digest, `t${attempt}`, now)!;
      expect(recovery).to.include({ dead: false });
      digest = recovery.record;
    }
    expect(recoverClaim(digest, 'last', now)).to.include({ dead: true });
  });

  it('takes what is past the cap of its service and environment, and one sweep gets it when the minute is over', async () => {
    let now = ten;
    const store = new MemoryStore({ clock: () => now });
    const reasons: string[] = [];
    for (let n = 0; n < 80; n += 1) {
      reasons.push((await store.record(makeSighting({ fingerprint: `f${n}` }), policy)).reason);
    }
    expect(reasons.slice(0, 20)).to.deep.equal(Array(20).fill('first'));
    expect(reasons.slice(20)).to.deep.equal(Array(60).fill('digested'));
    expect(await store.record(makeSighting({ environment: 'staging' }), policy)).to.include({
      reason: 'first',
    });
    expect((await store.get(digestOf(ten)))?.occurrences).to.equal(60);

    now = ten + minute - 1;
    expect((await store.recover(scope, ['x'])).map(({ record }) => record.type)).to.deep.equal([
      'ChargeError',
    ]);
    now = ten + minute;
    const fresh = await store.record(makeSighting({ fingerprint: 'f99' }), policy);
    expect(fresh).to.include({ alert: true, reason: 'first' });
    const tokens = Array.from({ length: 100 }, (_, n) => `token-${n}`);
    const recovered = await store.recover(scope, tokens);
    const digests = recovered.filter(({ claim }) => claim.reason === 'digest');
    expect(digests).to.have.length(1);
    expect(digests[0]).to.deep.include({ record: await store.get(digestOf(ten)), dead: false });
    expect(digests[0]?.sample.message).to.equal('charge failed');
    expect(await store.recover(scope, tokens)).to.deep.equal([]);
    const { token } = digests[0]!.claim;
    expect(await store.settle(digestOf(ten), token, 'slack', { state: 'delivered' }, true)).to.equal(true);
    now += 3_600_000;
    expect(
      (await store.recover(scope, tokens)).filter(({ claim }) => claim.reason === 'digest'),
    ).to.deep.equal([]);
  });

  it('takes everything new when newPerMinute is 0, and nothing that is repeated twice', async () => {
    const store = new MemoryStore({ clock: () => ten });
    const sighting = makeSighting();
    const none = { ...policy, newPerMinute: 0 };
    expect(await store.record(sighting, none)).to.include({ reason: 'digested' });
    expect(await store.record(sighting, none)).to.include({ reason: 'claimed' });
    expect(await store.record(makeSighting(), none)).to.include({ reason: 'cooldown' });
    expect((await store.get(digestOf(ten)))?.occurrences).to.equal(1);
  });

  it('counts neither a repeated id nor a claim taken over against the cap', async () => {
    let now = ten;
    const store = new MemoryStore({ clock: () => now });
    const few = { ...policy, newPerMinute: 2, leaseMs: 1_000 };
    const sighting = makeSighting();
    for (let n = 0; n < 5; n += 1) await store.record(sighting, few);
    now += 1_000;
    expect(await store.record(makeSighting(), few)).to.include({ alert: true, reason: 'first' });
    expect(await store.record(makeSighting({ fingerprint: 'f2' }), few)).to.include({ reason: 'first' });
    expect(await store.record(makeSighting({ fingerprint: 'f3' }), few)).to.include({ reason: 'digested' });
  });
});
