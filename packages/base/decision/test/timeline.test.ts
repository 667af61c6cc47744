import { MemoryStore, resolvePolicy } from '@tocsin/decision';
import { expect } from 'chai';
import { makeSighting, minute, ten } from './make-sighting.js';

const policy = resolvePolicy('test');
const key = { service: 'checkout', environment: 'production', fingerprint: 'f1' };

/** Sends one sighting of one occurrence at each time, settles what alerts, and tells the alerts. */
async function play(times: Iterable<number>, some = policy) {
  let now = 0;
  const store = new MemoryStore({ clock: () => now });
  const alerts: { number: number; at: number; reason: string; suppressed: number }[] = [];
  let number = 0;
  for (const time of times) {
    now = time;
    number += 1;
    const sighting = makeSighting();
    const verdict = await store.record(sighting, some);
    if (!verdict.alert) continue;
    alerts.push({
      number,
      at: time - ten,
      reason: verdict.reason,
      suppressed: verdict.claim.suppressedSince,
    });
    expect(await store.settle(key, sighting.id, 'slack', { state: 'delivered' }, true)).to.equal(true);
  }
  return { alerts, record: (await store.get(key))! };
}

describe('the timeline', () => {
  it('alerts at #1, #10 and #15 of one error at 10:00, one at 10:05 and one at 10:16', async () => {
    const times = [ten];
    for (let n = 2; n <= 9; n += 1) times.push(ten + ((n - 1) * minute) / 2);
    times.push(ten + 5 * minute);
    for (const at of [7, 9, 11, 13]) times.push(ten + at * minute);
    times.push(ten + 16 * minute);
    const { alerts, record } = await play(times);
    expect(alerts).to.deep.equal([
      { number: 1, at: 0, reason: 'first', suppressed: 0 },
      { number: 10, at: 5 * minute, reason: 'count', suppressed: 8 },
      { number: 15, at: 16 * minute, reason: 'cooldown', suppressed: 4 },
    ]);
    expect(record.occurrences).to.equal(15);
  });

  it('alerts at 0, 1, 3, 7, 15, 23, 30, 45 and 60 minutes of 100 errors a second', async function () {
    this.timeout(60_000);
    function* everyTenMs() {
      for (let at = 0; at <= 60 * minute; at += 10) yield ten + at;
    }
    const { alerts, record } = await play(everyTenMs());
    expect(alerts.map(({ at, reason, suppressed }) => [at / minute, reason, suppressed])).to.deep.equal([
      [0, 'first', 0],
      [1, 'count', 5_999],
      [3, 'count', 11_999],
      [7, 'count', 23_999],
      [15, 'cooldown', 47_999],
      [23, 'count', 47_999],
      [30, 'cooldown', 41_999],
      [45, 'cooldown', 89_999],
      [60, 'cooldown', 89_999],
    ]);
    const suppressed = alerts.reduce((sum, alert) => sum + alert.suppressed, 0);
    expect(suppressed + alerts.length)
      .to.equal(record.occurrences)
      .and.to.equal(360_001);
  });

  it('alerts at every tenth error when there is no gap', async () => {
    const times = Array.from({ length: 35 }, (_, index) => ten + index);
    const { alerts } = await play(times, { ...policy, countGapMs: 0 });
    expect(alerts.map(({ number }) => number)).to.deep.equal([1, 10, 20, 30]);
  });

  it('starts the gap anew after two cooldowns without a sighting', async () => {
    const busy = Array.from({ length: 200 }, (_, index) => ten + index * 2_000);
    const later = busy.at(-1)! + 30 * minute;
    const again = Array.from({ length: 100 }, (_, index) => later + index * 1_000);
    const { alerts } = await play([...busy, ...again]);
    const minutes = alerts.map(({ at, reason }) => [
      (at - (at > 20 * minute ? later - ten : 0)) / minute,
      reason,
    ]);
    expect(minutes).to.deep.equal([
      [0, 'first'],
      [1, 'count'],
      [3, 'count'],
      [0, 'cooldown'],
      [1, 'count'],
    ]);
  });

  it('still counts the gap after a thousand count alerts in a row without one', async () => {
    const times = Array.from({ length: 1_300 }, (_, index) => ten + index);
    const { alerts } = await play(times, { ...policy, countGapMs: 0, everyNth: 1 });
    expect(alerts).to.have.length(1_300);
  });
});
