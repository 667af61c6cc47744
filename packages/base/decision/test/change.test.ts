import {
  applyChange,
  decide,
  type ErrorRecord,
  recordState,
  settleClaim,
  type TrackerState,
} from '@tocsin/decision';
import { expect } from 'chai';
import { makeSighting, minute, policy, ten } from './make-sighting.js';

const { record: claimed } = decide(undefined, makeSighting({ id: 'a', release: 'v1' }), policy, 0, ten);
const record = settleClaim(claimed, 'a', 'slack', { state: 'delivered' }, true, ten)!;

const tell = (before: ErrorRecord, tracker: TrackerState, now: number) =>
  applyChange(before, { tracker }, now);
const see = (before: ErrorRecord, release: string, now: number) =>
  decide(before, makeSighting({ release }), policy, 0, now);

describe('what people say of an error', () => {
  it('mutes it until a time, and unmutes it', () => {
    const muted = applyChange(record, { mutedUntil: ten + minute }, ten);
    expect(recordState(muted, ten + minute - 1)).to.equal('muted');
    expect(recordState(muted, ten + minute)).to.equal('open');
    expect(applyChange(muted, { mutedUntil: null }, ten)).to.deep.equal(record);
  });

  it('resolves it with the releases seen so far, and opens it again', () => {
    const resolved = applyChange(record, { resolved: true }, ten + 5);
    expect(resolved).to.deep.equal({ ...record, resolvedAt: ten + 5, resolvedReleases: ['v1'] });
    expect(recordState(resolved, ten)).to.equal('resolved');
    expect(applyChange(resolved, { resolved: false }, ten)).to.deep.equal(record);
  });

  it('ignores it, and hears it again', () => {
    const ignored = applyChange(record, { ignored: true }, ten);
    expect(recordState(applyChange(ignored, { mutedUntil: ten + 1, resolved: true }, ten), ten)).to.equal(
      'ignored',
    );
    expect(applyChange(ignored, { ignored: false }, ten)).to.deep.equal(record);
  });

  it('writes the refs of one notifier and keeps those of the others', () => {
    const one = applyChange(record, { refs: { notifier: 'github', refs: 7 } }, ten);
    const two = applyChange(one, { refs: { notifier: 'slack', refs: { ts: '1' } } }, ten);
    expect(two.refs).to.deep.equal({ github: 7, slack: { ts: '1' } });
  });

  it('gives the record as it was when nothing is said', () => {
    expect(applyChange(record, {}, ten)).to.equal(record);
  });
});

describe('what a tracker says of an error', () => {
  it('closed resolves it at the time of learning, with the releases seen so far', () => {
    const closed = tell(record, { state: 'closed', closedAt: 5 }, ten + 9);
    expect(closed).to.deep.include({ resolvedAt: ten + 9, resolvedReleases: ['v1'] });
  });

  it('is written by settle as by update', () => {
    const tracker = { state: 'closed', closedAt: 5 } as const;
    const settled = settleClaim(claimed, 'a', 'github', { state: 'delivered', tracker }, true, ten + 9)!;
    expect(settled).to.deep.equal(tell(record, tracker, ten + 9));
  });

  it('closed at a time not newer than the issue of the last regression does not resolve it again', () => {
    const closed = tell(record, { state: 'closed', closedAt: 100 }, ten);
    const { record: regressed } = see(closed, 'v2', ten + minute);
    expect(regressed).to.include({ regressedFrom: 100 });
    for (const closedAt of [99, 100]) {
      expect(tell(regressed, { state: 'closed', closedAt }, ten)).not.to.have.property('resolvedAt');
    }
    const reopened = tell(regressed, { state: 'open' }, ten);
    expect(tell(reopened, { state: 'closed', closedAt: 100 }, ten)).not.to.have.property('resolvedAt');
    expect(tell(regressed, { state: 'closed', closedAt: 101 }, ten + 3)).to.include({ resolvedAt: ten + 3 });
  });

  it('closed, told again at each poll, leaves a regression by a release seen since due', () => {
    const closed = tell(record, { state: 'closed', closedAt: 100 }, ten);
    const muted = applyChange(closed, { mutedUntil: ten + minute }, ten);
    const { record: seen } = see(muted, 'v2', ten + 1);
    const polled = tell(seen, { state: 'closed', closedAt: 100 }, ten + 2);
    expect(polled).to.equal(seen);
    expect(see(polled, 'v2', ten + minute).verdict).to.include({ alert: true, reason: 'regression' });
  });

  it('closed without a time does not alert again and again after a regression', () => {
    const closed = tell(record, { state: 'closed' }, ten);
    const { record: regressed, verdict } = see(closed, 'v2', ten + minute);
    expect(verdict).to.include({ reason: 'regression' });
    expect(tell(regressed, { state: 'closed' }, ten)).to.equal(regressed);
    const reopened = tell(regressed, { state: 'open' }, ten);
    expect(tell(reopened, { state: 'closed' }, ten + 4)).to.include({ resolvedAt: ten + 4 });
  });

  it('open undoes what closed and ignored said, not what a person said', () => {
    const open = { state: 'open' } as const;
    const { tracker: _tracker, ...reopened } = tell(
      tell(record, { state: 'closed', closedAt: 1 }, ten),
      open,
      ten,
    );
    expect(reopened).to.deep.equal(record);
    expect(tell(tell(record, { state: 'ignored' }, ten), open, ten)).not.to.have.property('ignored');
    const byHand = applyChange(tell(record, open, ten), { resolved: true, ignored: true }, ten + 1);
    expect(tell(byHand, open, ten + 2)).to.equal(byHand);
  });

  it('ignored makes it ignored, and closed as done afterwards resolved', () => {
    const ignored = tell(record, { state: 'ignored' }, ten);
    expect(recordState(ignored, ten)).to.equal('ignored');
    expect(recordState(tell(ignored, { state: 'closed', closedAt: 1 }, ten), ten)).to.equal('resolved');
  });
});
