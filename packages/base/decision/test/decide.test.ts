import {
  applyChange,
  decide,
  type ErrorRecord,
  recoverClaim,
  settleClaim,
  type Sighting,
} from '@tocsin/decision';
import { expect } from 'chai';
import { makeSighting, minute, policy, ten } from './make-sighting.js';

const delivered = { state: 'delivered' } as const;

function see(record: ErrorRecord | undefined, fields: Partial<Sighting>, now: number, newThisMinute = 0) {
  const before = structuredClone(record);
  const decision = decide(record, makeSighting(fields), policy, newThisMinute, now);
  expect(record).to.deep.equal(before);
  expect(decision.verdict.record).to.equal(decision.record);
  expect(JSON.parse(JSON.stringify(decision.record))).to.deep.equal(decision.record);
  return decision;
}

/** An error seen and told at 10:00. */
function told(fields: Partial<Sighting> = {}): ErrorRecord {
  const { record } = see(undefined, fields, ten);
  return settleClaim(record, record.claim!.token, 'slack', delivered, true, ten)!;
}

/** Only the fields that differ. */
function changes(before: ErrorRecord, after: ErrorRecord): Partial<ErrorRecord> {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])] as (keyof ErrorRecord)[];
  const changed = names.filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
  return Object.fromEntries(changed.map((name) => [name, after[name]]));
}

const counted = (id: string, now: number, occurrences: number) => ({
  lastSeen: now,
  occurrences,
  lastIds: [{ instance: 'host:1:0', id }],
});

describe('decide', () => {
  it('first: writes the whole record, opens the window and grants the claim under the id', () => {
    const { record, verdict } = see(undefined, { id: 'a', count: 3, release: 'v1' }, ten);
    const claim = {
      token: 'a',
      leaseUntil: ten + 30_000,
      reason: 'first',
      settled: {},
      suppressedSince: 2,
      attempts: 1,
      leaseMs: 30_000,
    };
    expect(record).to.deep.equal({
      schema: 1,
      key: { service: 'checkout', environment: 'production', fingerprint: 'f1' },
      type: 'ChargeError',
      title: 'charge failed',
      location: { file: 'src/charge.ts', line: 7 },
      severity: 'error',
      firstSeen: ten,
      lastSeen: ten,
      releases: ['v1'],
      occurrences: 3,
      windowOpenedAt: ten,
      lastAlertAt: ten,
      occurrencesAtLastAlert: 3,
      alertCount: 1,
      countAlertsInARow: 0,
      refs: {},
      links: {},
      claim,
      lastIds: [{ instance: 'host:1:0', id: 'a' }],
    });
    expect(verdict).to.deep.equal({ alert: true, reason: 'first', claim, record });
  });

  it('cooldown: suppresses within the window, changes counts only and tells when it ends', () => {
    const before = told();
    const { record, verdict } = see(before, { id: 'b' }, ten + 15 * minute - 1);
    expect(verdict).to.deep.include({ alert: false, reason: 'cooldown', nextAlertAt: ten + 15 * minute });
    expect(changes(before, record)).to.deep.equal(counted('b', ten + 15 * minute - 1, 2));
  });

  it('cooldown: alerts when the window is over and opens the next', () => {
    const before = { ...told(), countAlertsInARow: 3 };
    const now = ten + 15 * minute;
    const { record, verdict } = see(before, { id: 'b', count: 4 }, now);
    expect(verdict).to.include({ alert: true, reason: 'cooldown' });
    expect(changes(before, record)).to.deep.equal({
      ...counted('b', now, 5),
      windowOpenedAt: now,
      lastAlertAt: now,
      occurrencesAtLastAlert: 5,
      alertCount: 2,
      claim: {
        token: 'b',
        leaseUntil: now + 30_000,
        reason: 'cooldown',
        settled: {},
        suppressedSince: 3,
        attempts: 1,
        leaseMs: 30_000,
      },
    });
  });

  it('count: alerts once for a sighting that crosses many multiples, and keeps the window', () => {
    const before = told();
    const now = ten + minute;
    const { record, verdict } = see(before, { id: 'b', count: 100 }, now);
    expect(verdict).to.include({ alert: true, reason: 'count' });
    expect(changes(before, record)).to.deep.equal({
      ...counted('b', now, 101),
      lastAlertAt: now,
      occurrencesAtLastAlert: 101,
      alertCount: 2,
      countAlertsInARow: 1,
      claim: {
        token: 'b',
        leaseUntil: now + 30_000,
        reason: 'count',
        settled: {},
        suppressedSince: 99,
        attempts: 1,
        leaseMs: 30_000,
      },
    });
    const done = settleClaim(record, 'b', 'slack', delivered, true, now)!;
    expect(see(done, {}, now + 2 * minute).verdict).to.include({ alert: false, reason: 'cooldown' });
  });

  it('count: is due when the gap ends, not before, and says so', () => {
    const { record, verdict } = see(told(), { count: 9 }, ten + minute - 1);
    expect(verdict).to.include({ alert: false, reason: 'cooldown', nextAlertAt: ten + minute });
    expect(see(record, {}, ten + minute).verdict).to.include({ alert: true, reason: 'count' });
  });

  it('count: the gap never grows beyond the cooldown', () => {
    const before = { ...told(), countAlertsInARow: 2_000, windowOpenedAt: ten + minute };
    expect(see(before, { count: 20 }, ten + 15 * minute).verdict).to.include({
      alert: true,
      reason: 'count',
    });
  });

  it('count: a quiet spell of two cooldowns sets the row back, a shorter one does not', () => {
    const before = { ...told(), countAlertsInARow: 3 };
    expect(see(before, {}, ten + 30 * minute - 1).record.countAlertsInARow).to.equal(3);
    expect(see(before, {}, ten + 30 * minute).record.countAlertsInARow).to.equal(0);
  });

  it('regression: alerts within the window, clears the resolution and remembers the closed issue', () => {
    const closed = { tracker: { state: 'closed', closedAt: 77 } } as const;
    const before = { ...applyChange(told({ release: 'v1' }), closed, ten + 1), countAlertsInARow: 2 };
    const now = ten + minute;
    const { record, verdict } = see(before, { id: 'b', release: 'v2' }, now);
    expect(verdict).to.include({ alert: true, reason: 'regression' });
    expect(changes(before, record)).to.deep.equal({
      ...counted('b', now, 2),
      releases: ['v1', 'v2'],
      windowOpenedAt: now,
      lastAlertAt: now,
      occurrencesAtLastAlert: 2,
      alertCount: 2,
      countAlertsInARow: 0,
      resolvedAt: undefined,
      resolvedReleases: undefined,
      regressedFrom: 77,
      claim: record.claim,
    });
    expect(record).not.to.have.any.keys('resolvedAt', 'resolvedReleases');
    expect(record.claim).to.include({ token: 'b', reason: 'regression', attempts: 1 });
  });

  it('regression: a release seen before the resolution is none, an unknown release is one', () => {
    const resolved = applyChange(told({ release: 'v1' }), { resolved: true }, ten);
    expect(see(resolved, { release: 'v1' }, ten + 1).verdict).to.include({
      alert: false,
      reason: 'cooldown',
    });
    expect(see(resolved, { release: 'v2' }, ten + 1).verdict).to.include({
      alert: true,
      reason: 'regression',
    });
    expect(see(resolved, {}, ten + 1).verdict).to.include({ alert: true, reason: 'regression' });
    const unknown = applyChange(told(), { resolved: true }, ten);
    expect(see(unknown, {}, ten + 1).verdict).to.include({ alert: true, reason: 'regression' });
  });

  it('regression comes before cooldown, and cooldown before count', () => {
    const now = ten + 15 * minute;
    const resolved = applyChange(told(), { resolved: true }, ten);
    expect(see(resolved, { count: 100 }, now).verdict).to.include({ reason: 'regression' });
    expect(see(told(), { count: 100 }, now).verdict).to.include({ reason: 'cooldown' });
  });

  it('claim alive: changes counts only, and what was due is due when it ends', () => {
    const { record: before } = see(undefined, { id: 'a' }, ten);
    const { record, verdict } = see(before, { id: 'b', count: 20 }, ten + 29_999);
    expect(verdict).to.deep.equal({ alert: false, reason: 'claimed', record });
    expect(changes(before, record)).to.deep.equal(counted('b', ten + 29_999, 21));
    const done = settleClaim(record, 'a', 'slack', delivered, true, ten + 29_999)!;
    expect(see(done, {}, ten + minute).verdict).to.include({ alert: true, reason: 'count' });
    const resolved = applyChange(record, { resolved: true }, ten + 29_999);
    const free = settleClaim(resolved, 'a', 'slack', delivered, true, ten + 29_999)!;
    expect(see(free, {}, ten + 30_000).verdict).to.include({ alert: true, reason: 'regression' });
  });

  it('lease over: the next sighting takes the claim over with its reason and what was settled', () => {
    const first = see(undefined, { id: 'a' }, ten).record;
    const before = settleClaim(first, 'a', 'github', delivered, false, ten)!;
    const now = ten + 15 * minute;
    const { record, verdict } = see(before, { id: 'b', count: 5 }, now);
    expect(verdict).to.include({ alert: true, reason: 'first' });
    expect(changes(before, record)).to.deep.equal({
      ...counted('b', now, 6),
      claim: {
        ...first.claim,
        token: 'b',
        leaseUntil: now + 30_000,
        attempts: 2,
        settled: { github: delivered },
      },
    });
    const done = settleClaim(record, 'b', 'slack', delivered, true, now)!;
    expect(see(done, {}, now).verdict).to.include({ alert: true, reason: 'cooldown' });
  });

  it('lease over for the fifth time: a sighting leaves the claim to recover, which ends it', () => {
    let { record } = see(undefined, {}, ten);
    let now = ten;
    for (let attempt = 2; attempt <= 5; attempt += 1) {
      now += 30_000;
      const decision = see(record, {}, now);
      expect(decision.verdict).to.include({ alert: true, reason: 'first' });
      record = decision.record;
      expect(record.claim).to.include({ attempts: attempt });
    }
    now += 15 * minute;
    const { record: left, verdict } = see(record, {}, now);
    expect(verdict).to.include({ alert: false, reason: 'claimed' });
    expect(left.claim).to.deep.equal(record.claim);
    const dead = recoverClaim(left, 'sweep', now)!;
    expect(dead).to.deep.include({ dead: true, claim: left.claim });
    expect(see(dead.record, {}, now).verdict).to.include({ alert: true, reason: 'cooldown' });
  });

  it('digested: opens the window without an alert or a claim, and no count is due until its first alert', () => {
    const { record, verdict } = see(undefined, { id: 'a', count: 9 }, ten, 20);
    expect(verdict).to.include({ alert: false, reason: 'digested', nextAlertAt: ten + 15 * minute });
    const { claim: _claim, ...first } = see(undefined, { id: 'a', count: 9 }, ten, 19).record;
    expect(record).to.deep.equal({ ...first, alertCount: 0 });
    const later = see(record, { count: 100 }, ten + 10 * minute);
    expect(later.verdict).to.include({ alert: false, reason: 'cooldown', nextAlertAt: ten + 15 * minute });
    const next = see(later.record, {}, ten + 15 * minute);
    expect(next.verdict).to.include({ alert: true, reason: 'cooldown' });
    expect(next.record.alertCount).to.equal(1);
  });

  it('muted: changes counts only until the mute ends, and then what is due alerts', () => {
    const until = ten + 60 * minute;
    const muted = applyChange(told(), { mutedUntil: until, resolved: true }, ten);
    const { record, verdict } = see(muted, { id: 'b', count: 50 }, ten + 20 * minute);
    expect(verdict).to.include({ alert: false, reason: 'muted', nextAlertAt: until });
    expect(changes(muted, record)).to.deep.equal(counted('b', ten + 20 * minute, 51));
    expect(see(record, {}, until - 1).verdict).to.include({ alert: false, reason: 'muted' });
    expect(see(record, {}, until).verdict).to.include({ alert: true, reason: 'regression' });
  });

  it('ignored: changes counts only, comes before muted, and a regression stays due', () => {
    const change = { ignored: true, resolved: true, mutedUntil: ten + 60 * minute };
    const ignored = applyChange(told(), change, ten);
    const { record, verdict } = see(ignored, { id: 'b', count: 50 }, ten + 20 * minute);
    expect(verdict).to.deep.equal({ alert: false, reason: 'ignored', record });
    expect(changes(ignored, record)).to.deep.equal(counted('b', ten + 20 * minute, 51));
    const heard = applyChange(record, { ignored: false, mutedUntil: null }, ten);
    expect(see(heard, {}, ten + 20 * minute).verdict).to.include({ alert: true, reason: 'regression' });
  });

  it('the reasons to suppress are tried in the order ignored, muted, claimed', () => {
    const { record } = see(undefined, {}, ten);
    const muted = applyChange(record, { mutedUntil: ten + minute }, ten);
    expect(see(muted, {}, ten + 1).verdict).to.include({ reason: 'muted' });
    expect(see(applyChange(muted, { ignored: true }, ten), {}, ten + 1).verdict).to.include({
      reason: 'ignored',
    });
    expect(see(muted, {}, ten + 45_000).verdict).to.include({ reason: 'muted' });
    expect(see(record, {}, ten + 1).verdict).to.include({ reason: 'claimed' });
  });

  describe('alertedLocally', () => {
    it('of an error never seen: as first, without a claim, even past the cap', () => {
      const { record, verdict } = see(undefined, { id: 'a', alertedLocally: true }, ten, 99);
      const { claim: _claim, ...first } = see(undefined, { id: 'a' }, ten).record;
      expect(record).to.deep.equal(first);
      expect(verdict).to.include({ alert: false, reason: 'cooldown', nextAlertAt: ten + 15 * minute });
    });

    it('in an open window: changes counts only', () => {
      const before = told();
      const { record, verdict } = see(before, { id: 'b', alertedLocally: true, count: 30 }, ten + minute);
      expect(verdict).to.include({ alert: false, reason: 'cooldown' });
      expect(changes(before, record)).to.deep.equal(counted('b', ten + minute, 31));
    });

    it('when the window is over: as cooldown, without a claim', () => {
      const before = told();
      const now = ten + 15 * minute;
      const { record, verdict } = see(before, { id: 'b', alertedLocally: true }, now);
      expect(verdict).to.include({ alert: false, reason: 'cooldown', nextAlertAt: now + 15 * minute });
      expect(changes(before, record)).to.deep.equal({
        ...counted('b', now, 2),
        windowOpenedAt: now,
        lastAlertAt: now,
        occurrencesAtLastAlert: 2,
        alertCount: 2,
      });
    });

    it('counted already: counts nothing and ends the claim that was granted late', () => {
      const { record: before } = see(undefined, { id: 'a' }, ten);
      const { record, verdict } = see(before, { id: 'a', alertedLocally: true }, ten + 1_000);
      expect(verdict).to.include({ alert: false, reason: 'claimed' });
      expect(changes(before, record)).to.deep.equal({ claim: undefined });
      expect(record).not.to.have.property('claim');
      const again = see(record, { id: 'a', alertedLocally: true }, ten + 1_000);
      expect(again.record).to.equal(record);
    });

    it('counted already: leaves a claim that another has taken over', () => {
      const { record: before } = see(undefined, { id: 'a' }, ten);
      const { record: taken } = recoverClaim(before, 'other', ten + 30_000)!;
      const { record } = see(taken, { id: 'a', alertedLocally: true }, ten + 30_001);
      expect(record).to.equal(taken);
    });

    it('counted already, its window over since: opens the next, so that no second alert follows', () => {
      const { record: counted } = see(told(), { id: 'b' }, ten + 14 * minute);
      const now = ten + 16 * minute;
      const { record } = see(counted, { id: 'b', alertedLocally: true }, now);
      expect(record).to.include({ windowOpenedAt: now, occurrences: 2, alertCount: 2 });
      expect(see(record, {}, now + 1).verdict).to.include({ alert: false, reason: 'cooldown' });
    });

    it('beside the claim of another: leaves the claim, dead holder or not', () => {
      const { record: before } = see(undefined, { id: 'a' }, ten);
      for (const now of [ten + 1, ten + 30_000]) {
        const { record, verdict } = see(before, { id: 'b', alertedLocally: true }, now);
        expect(verdict).to.include({ alert: false, reason: 'claimed' });
        expect(record.claim).to.deep.equal(before.claim);
      }
    });
  });

  describe('a repeated sighting id', () => {
    it('changes nothing and gives the same verdict while its claim is alive, else claimed', () => {
      const { record, verdict } = see(undefined, { id: 'a' }, ten);
      const repeated = see(record, { id: 'a' }, ten + 29_999);
      expect(repeated.record).to.equal(record);
      expect(repeated.verdict).to.deep.equal(verdict);
      const over = see(record, { id: 'a' }, ten + 30_000);
      expect(over.record).to.equal(record);
      expect(over.verdict).to.deep.equal({ alert: false, reason: 'claimed', record });
      const settled = settleClaim(record, 'a', 'slack', delivered, true, ten)!;
      expect(see(settled, { id: 'a' }, ten).verdict).to.include({ alert: false, reason: 'claimed' });
    });

    it('is known for the last id of each of the last 64 processes', () => {
      let record = told();
      for (let n = 0; n < 70; n += 1)
        record = see(record, { id: `id-${n}`, instance: `process-${n}` }, ten).record;
      record = see(record, { id: 'id-10b', instance: 'process-10' }, ten).record;
      expect(record.lastIds).to.have.length(64);
      expect(record.lastIds[0]).to.deep.equal({ instance: 'process-6', id: 'id-6' });
      expect(record.lastIds.at(-1)).to.deep.equal({ instance: 'process-10', id: 'id-10b' });
      expect(see(record, { id: 'id-6', instance: 'process-6' }, ten).record).to.equal(record);
      expect(see(record, { id: 'id-5', instance: 'process-5' }, ten).record).not.to.equal(record);
    });

    it('is known by its claim when 64 other processes have been seen since', () => {
      let { record } = see(undefined, { id: 'a' }, ten);
      for (let n = 0; n < 64; n += 1) record = see(record, { instance: `process-${n}` }, ten).record;
      expect(see(record, { id: 'a' }, ten).verdict).to.include({ alert: true, reason: 'first' });
    });
  });

  it('keeps the last 16 releases, the one last seen at the end', () => {
    let record = told({ release: 'v0' });
    for (let n = 1; n <= 20; n += 1) record = see(record, { release: `v${n}` }, ten).record;
    record = see(record, { release: 'v10' }, ten).record;
    expect(record.releases).to.have.length(16);
    expect(record.releases[0]).to.equal('v5');
    expect(record.releases.slice(-2)).to.deep.equal(['v20', 'v10']);
  });
});
