import { decide, recoverClaim, renewClaim, settleClaim } from '@tocsin/decision';
import { expect } from 'chai';
import { makeSighting, policy, ten } from './make-sighting.js';

const { record } = decide(undefined, makeSighting({ id: 'a', release: 'v1' }), policy, 0, ten);
const delivered = { state: 'delivered' } as const;

describe('a claim', () => {
  it('is renewed by its token from now on, also when its lease is over', () => {
    expect(renewClaim(record, 'a', ten + 10_000)?.claim?.leaseUntil).to.equal(ten + 40_000);
    expect(renewClaim(record, 'a', ten + 90_000)?.claim?.leaseUntil).to.equal(ten + 120_000);
  });

  it('never gets a shorter lease by being renewed', () => {
    expect(renewClaim(record, 'a', ten - 10_000)?.claim?.leaseUntil).to.equal(ten + 30_000);
  });

  it('is neither renewed nor settled by a stale token', () => {
    const { record: taken } = recoverClaim(record, 'b', ten + 30_000)!;
    const ended = settleClaim(record, 'a', 'slack', delivered, true, ten)!;
    for (const stale of [taken, ended]) {
      expect(renewClaim(stale, 'a', ten)).to.equal(undefined);
      expect(settleClaim(stale, 'a', 'slack', delivered, true, ten)).to.equal(undefined);
    }
  });

  it('is settled when its lease is merely over', () => {
    const settled = settleClaim(record, 'a', 'slack', delivered, true, ten + 90_000);
    expect(settled).not.to.equal(undefined);
    expect(settled).not.to.have.property('claim');
  });

  it('keeps each outcome, and the record the refs and links of what was delivered', () => {
    const refs = { issue: 7 };
    const link = 'https://example.org/7';
    const one = settleClaim(record, 'a', 'github', { ...delivered, refs, link }, false, ten)!;
    const two = settleClaim(one, 'a', 'slack', { state: 'failed', code: 'invalid_payload' }, false, ten)!;
    expect(two.claim?.settled).to.deep.equal({
      github: { state: 'delivered', refs, link },
      slack: { state: 'failed', code: 'invalid_payload' },
    });
    expect(two.refs).to.deep.equal({ github: refs });
    expect(two.links).to.deep.equal({ github: link });
    const done = settleClaim(two, 'a', 'mail', delivered, true, ten)!;
    expect(done.refs).to.deep.equal({ github: refs });
    expect(done).not.to.have.property('claim');
  });

  it('is not recovered while its lease runs, nor where there is none', () => {
    expect(recoverClaim(record, 'b', ten + 29_999)).to.equal(undefined);
    const ended = settleClaim(record, 'a', 'slack', delivered, true, ten)!;
    expect(recoverClaim(ended, 'b', ten + 90_000)).to.equal(undefined);
  });

  it('is recovered under the new token with its reason, what was settled and a new lease', () => {
    const begun = settleClaim(record, 'a', 'github', delivered, false, ten)!;
    const now = ten + 30_000;
    const recovery = recoverClaim(begun, 'b', now)!;
    expect(recovery.dead).to.equal(false);
    expect(recovery.claim).to.deep.equal({
      ...begun.claim,
      token: 'b',
      leaseUntil: now + 30_000,
      attempts: 2,
    });
    expect(recovery.record).to.deep.equal({ ...begun, claim: recovery.claim });
  });

  it('is dead after five attempts, and has ended', () => {
    let current = record;
    let now = ten;
    for (let attempt = 2; attempt <= 5; attempt += 1) {
      now += 30_000;
      const recovery = recoverClaim(current, `token-${attempt}`, now)!;
      expect(recovery.dead).to.equal(false);
      expect(recovery.claim).to.include({ attempts: attempt });
      current = recovery.record;
    }
    expect(recoverClaim(current, 'token-6', now + 29_999)).to.equal(undefined);
    const last = recoverClaim(current, 'token-6', now + 30_000)!;
    expect(last).to.deep.include({ dead: true, claim: current.claim });
    expect(last.record).not.to.have.property('claim');
  });
});
