import {
  type AlertPolicy,
  type ErrorRecord,
  MemoryStore,
  type NotifierOutcome,
  recordState,
  type Verdict,
} from '@tocsin/decision';
import { expect } from 'chai';
import fc from 'fast-check';
import { makeSighting, ten } from './make-sighting.js';

/** One error as the rule tells of it in words, in plain variables: written from the design, not from the code. */
interface Error {
  occurrences: number;
  lastSeen: number;
  releases: string[];
  windowOpenedAt: number;
  lastAlertAt: number;
  occurrencesAtLastAlert: number;
  alertCount: number;
  inARow: number;
  resolved?: { at: number; releases: string[] };
  closedAt?: number;
  regressedFrom?: number;
  ignored: boolean;
  mutedUntil: number;
  claim?: { token: string; until: number; reason: string; attempts: number };
  lastId: Map<string, string>;
}

class Model {
  readonly errors = new Map<string, Error>();
  readonly perMinute = new Map<number, number>();
  readonly digests = new Map<number, number>();
  readonly policy: AlertPolicy;

  constructor(policy: AlertPolicy) {
    this.policy = policy;
  }

  see(
    name: string,
    s: { id: string; instance: string; count: number; release?: string; local: boolean },
    now: number,
  ): string {
    const p = this.policy;
    const e = this.errors.get(name);
    if (e === undefined) return this.seeNew(name, s, now);

    const over = now - e.windowOpenedAt >= p.cooldownMs;
    if (e.lastId.get(s.instance) === s.id || e.claim?.token === s.id) {
      if (s.local) {
        if (e.claim?.token === s.id) delete e.claim;
        if (over) this.openWindow(e, now);
        return 'claimed';
      }
      return e.claim?.token === s.id && now < e.claim.until ? `alert ${e.claim.reason}` : 'claimed';
    }
    if (now - e.lastSeen >= 2 * p.cooldownMs) e.inARow = 0;
    e.occurrences += s.count;
    e.lastSeen = now;
    e.lastId.set(s.instance, s.id);
    if (s.release !== undefined) e.releases = [...e.releases.filter((r) => r !== s.release), s.release];

    if (s.local && over) this.openWindow(e, now);
    if (e.ignored) return 'ignored';
    if (now < e.mutedUntil) return 'muted';
    if (e.claim !== undefined) {
      if (now < e.claim.until || e.claim.attempts === 5 || s.local) return 'claimed';
      e.claim = { ...e.claim, token: s.id, until: now + p.leaseMs, attempts: e.claim.attempts + 1 };
      return `alert ${e.claim.reason}`;
    }
    if (s.local) return 'cooldown';

    const regressed =
      e.resolved !== undefined && (s.release === undefined || !e.resolved.releases.includes(s.release));
    if (regressed) {
      delete e.resolved;
      if (e.closedAt !== undefined) e.regressedFrom = e.closedAt;
      this.openWindow(e, now);
      e.inARow = 0;
      return this.claim(e, 'regression', s.id, now);
    }
    if (over) {
      this.openWindow(e, now);
      return this.claim(e, 'cooldown', s.id, now);
    }
    let gap = p.countGapMs;
    for (let n = 0; n < e.inARow && gap < p.cooldownMs; n += 1) gap *= 2;
    const crossed =
      Math.floor(e.occurrences / p.everyNth) > Math.floor(e.occurrencesAtLastAlert / p.everyNth);
    if (crossed && e.alertCount > 0 && now - e.lastAlertAt >= Math.min(gap, p.cooldownMs)) {
      e.lastAlertAt = now;
      e.occurrencesAtLastAlert = e.occurrences;
      e.alertCount += 1;
      e.inARow += 1;
      return this.claim(e, 'count', s.id, now);
    }
    return 'cooldown';
  }

  private seeNew(
    name: string,
    s: { id: string; instance: string; count: number; release?: string; local: boolean },
    now: number,
  ): string {
    const e: Error = {
      occurrences: s.count,
      lastSeen: now,
      releases: s.release === undefined ? [] : [s.release],
      windowOpenedAt: now,
      lastAlertAt: now,
      occurrencesAtLastAlert: s.count,
      alertCount: 1,
      inARow: 0,
      ignored: false,
      mutedUntil: 0,
      lastId: new Map([[s.instance, s.id]]),
    };
    this.errors.set(name, e);
    if (s.local) return 'cooldown';
    const minute = Math.floor(now / 60_000);
    const before = this.perMinute.get(minute) ?? 0;
    if (before >= this.policy.newPerMinute) {
      e.alertCount = 0;
      this.digests.set(minute, (this.digests.get(minute) ?? 0) + 1);
      return 'digested';
    }
    this.perMinute.set(minute, before + 1);
    return this.claim(e, 'first', s.id, now);
  }

  private openWindow(e: Error, now: number): void {
    e.windowOpenedAt = now;
    e.lastAlertAt = now;
    e.occurrencesAtLastAlert = e.occurrences;
    e.alertCount += 1;
  }

  private claim(e: Error, reason: string, token: string, now: number): string {
    e.claim = { token, until: now + this.policy.leaseMs, reason, attempts: 1 };
    return `alert ${reason}`;
  }

  closed(e: Error, closedAt: number, now: number): void {
    const known = e.closedAt !== undefined && closedAt <= e.closedAt;
    if (known) return;
    e.closedAt = closedAt;
    if (e.regressedFrom === undefined || closedAt > e.regressedFrom) {
      e.resolved = { at: now, releases: [...e.releases] };
    }
  }
}

const step = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('see' as const),
      error: fc.nat(3),
      process: fc.nat(2),
      count: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 })),
      release: fc.constantFrom(undefined, 'v1', 'v2', 'v3'),
      local: fc.oneof(
        { weight: 9, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
      again: fc.oneof(
        { weight: 5, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.oneof(
        fc.integer({ min: 0, max: 5_000 }),
        fc.integer({ min: 0, max: 200_000 }),
        fc.constant(30_000),
      ),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom('settle' as const, 'renew' as const),
      error: fc.nat(3),
      stale: fc.oneof(
        { weight: 4, arbitrary: fc.constant(false) },
        { weight: 1, arbitrary: fc.constant(true) },
      ),
      done: fc.boolean(),
      closedAt: fc.constantFrom(undefined, undefined, 1, 2, 3, 4),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('recover' as const), most: fc.nat(6) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      error: fc.nat(3),
      mute: fc.constantFrom(undefined, null, 20_000, 100_000),
      resolved: fc.constantFrom(undefined, true, false),
      ignored: fc.constantFrom(undefined, true, false, false),
    }),
  },
);

const policies = fc.record({
  cooldownMs: fc.constantFrom(100_000, 40_000),
  everyNth: fc.constantFrom(1, 3, 10),
  countGapMs: fc.constantFrom(0, 5_000, 1_000_000),
  newPerMinute: fc.constantFrom(0, 1, 2, 20),
  leaseMs: fc.constantFrom(10_000, 30_000),
  sweepMs: fc.constant(10_000),
});

const scope = { service: 'checkout', environment: 'production' };

/** The model's view of a record. */
function seen(record: ErrorRecord): Omit<Error, 'lastId'> {
  const { claim } = record;
  return {
    occurrences: record.occurrences,
    lastSeen: record.lastSeen,
    releases: [...record.releases],
    windowOpenedAt: record.windowOpenedAt,
    lastAlertAt: record.lastAlertAt,
    occurrencesAtLastAlert: record.occurrencesAtLastAlert,
    alertCount: record.alertCount,
    inARow: record.countAlertsInARow,
    ...(record.resolvedAt === undefined
      ? {}
      : { resolved: { at: record.resolvedAt, releases: [...record.resolvedReleases!] } }),
    ...(record.tracker?.closedAt === undefined ? {} : { closedAt: record.tracker.closedAt }),
    ...(record.regressedFrom === undefined ? {} : { regressedFrom: record.regressedFrom }),
    ignored: record.ignored ?? false,
    mutedUntil: record.mutedUntil ?? 0,
    ...(claim === undefined
      ? {}
      : {
          claim: {
            token: claim.token,
            until: claim.leaseUntil,
            reason: claim.reason,
            attempts: claim.attempts,
          },
        }),
  };
}

const told = (verdict: Verdict) => (verdict.alert ? `alert ${verdict.reason}` : verdict.reason);

describe('random histories', () => {
  it('of MemoryStore come out as the rule in words says', async function () {
    this.timeout(120_000);
    const reached = new Set<string>();
    const property = fc.asyncProperty(
      policies,
      fc.array(step, { minLength: 1, maxLength: 80 }),
      async (policy, steps) => {
        let now = ten;
        const store = new MemoryStore({ clock: () => now });
        const model = new Model(policy);
        const last = new Map<string, ReturnType<typeof makeSighting>>();
        const counts = new Map<string, number>();
        const ids = new Set<string>();
        const openings = new Map<string, number>();
        let tokens = 0;

        for (const s of steps) {
          const name = 'error' in s ? `f${s.error}` : '';
          const key = { ...scope, fingerprint: name };
          const e = model.errors.get(name);
          if (s.do === 'wait') now += s.ms;
          if (s.do === 'see') {
            const instance = `p${s.process}`;
            const repeated = s.again ? last.get(`${name} ${instance}`) : undefined;
            const fields = { fingerprint: name, instance, count: s.count };
            const fresh = makeSighting({
              ...fields,
              ...(s.release === undefined ? {} : { release: s.release }),
            });
            const sighting = {
              ...(repeated ?? fresh),
              ...(s.local ? { alertedLocally: true as const } : {}),
            };
            last.set(`${name} ${instance}`, sighting);
            if (!ids.has(sighting.id)) counts.set(name, (counts.get(name) ?? 0) + sighting.count);
            ids.add(sighting.id);

            const verdict = await store.record(sighting, policy);
            const local = sighting.alertedLocally ?? false;
            expect(told(verdict)).to.equal(model.see(name, { ...sighting, local }, now));
            reached.add(told(verdict));
            const { record } = verdict;
            expect(record.occurrences).to.equal(counts.get(name));
            expect(JSON.parse(JSON.stringify(record))).to.deep.equal(record);
            if (verdict.alert) expect(verdict.claim.token).to.equal(sighting.id);
            if (verdict.alert && record.claim?.attempts === 1 && !repeated) {
              const opened = openings.get(name);
              if (verdict.reason === 'cooldown' && opened !== undefined) {
                expect(now - opened).to.be.at.least(policy.cooldownMs);
              }
              if (verdict.reason !== 'count') openings.set(name, now);
            }
            if (!verdict.alert && verdict.nextAlertAt !== undefined && !local) {
              expect(verdict.nextAlertAt).to.be.above(now);
            }
          }
          if (s.do === 'renew' || s.do === 'settle') {
            const token = s.stale ? 'stale' : (e?.claim?.token ?? 'none');
            const holds = e?.claim !== undefined && e.claim.token === token;
            if (s.do === 'renew') {
              expect(await store.renew(key, token)).to.equal(holds);
              if (holds) e.claim!.until = Math.max(e.claim!.until, now + policy.leaseMs);
            } else {
              const closed =
                s.closedAt === undefined
                  ? {}
                  : { tracker: { state: 'closed', closedAt: s.closedAt } as const };
              const outcome: NotifierOutcome = { state: 'delivered', ...closed };
              expect(await store.settle(key, token, 'github', outcome, s.done)).to.equal(holds);
              if (holds && s.closedAt !== undefined) model.closed(e, s.closedAt, now);
              if (holds && s.done) delete e.claim;
            }
          }
          if (s.do === 'recover') {
            const given = Array.from({ length: s.most }, () => `token-${(tokens += 1)}`);
            const recovered = await store.recover(scope, given);
            expect(recovered.map(({ claim, dead }) => dead || given.includes(claim.token))).not.to.include(
              false,
            );
            const digests = [...model.digests.values()].length;
            const over = [...model.errors.values()].filter(
              ({ claim }) => claim !== undefined && claim.until <= now,
            );
            expect(recovered.length).to.be.within(Math.min(s.most, over.length), over.length + digests);
            for (const { record, claim, dead } of recovered) {
              const found = model.errors.get(record.key.fingerprint);
              if (found === undefined) continue;
              const { until, attempts, reason } = found.claim!;
              expect(until).to.be.at.most(now);
              expect(dead).to.equal(attempts === 5);
              if (dead) delete found.claim;
              else
                found.claim = {
                  token: claim.token,
                  until: now + policy.leaseMs,
                  reason,
                  attempts: attempts + 1,
                };
              reached.add(dead ? 'dead' : 'recovered');
            }
          }
          if (s.do === 'change') {
            const mutedUntil = typeof s.mute === 'number' ? now + s.mute : s.mute;
            const changed = await store.update(key, {
              ...(mutedUntil === undefined ? {} : { mutedUntil }),
              ...(s.resolved === undefined ? {} : { resolved: s.resolved }),
              ...(s.ignored === undefined ? {} : { ignored: s.ignored }),
            });
            expect(changed === undefined).to.equal(e === undefined);
            if (e === undefined) continue;
            if (mutedUntil !== undefined) e.mutedUntil = mutedUntil ?? 0;
            if (s.ignored !== undefined) e.ignored = s.ignored;
            if (s.resolved === true) e.resolved = { at: now, releases: [...e.releases] };
            if (s.resolved === false) delete e.resolved;
          }
          for (const record of await store.list({})) {
            const { fingerprint } = record.key;
            if (fingerprint.startsWith('digest:')) {
              expect(record.occurrences).to.equal(model.digests.get(Number(fingerprint.slice(7))));
              continue;
            }
            const { lastId: _lastId, ...expected } = model.errors.get(fingerprint)!;
            expect(seen(record)).to.deep.equal(expected);
            expect(['open', 'muted', 'resolved', 'ignored']).to.include(recordState(record, now));
          }
        }
      },
    );
    const all = ['first', 'regression', 'cooldown', 'count'].map((reason) => `alert ${reason}`);
    const suppressed = ['ignored', 'muted', 'claimed', 'digested', 'cooldown'];
    const outcomes = [...all, ...suppressed, 'recovered'];
    // Histories are random: rare outcomes may want another round.
    for (let round = 0; round < 10; round += 1) {
      await fc.assert(property, { numRuns: 600 });
      if (outcomes.every((outcome) => reached.has(outcome))) break;
    }
    expect([...reached]).to.include.members(outcomes);
  });
});
