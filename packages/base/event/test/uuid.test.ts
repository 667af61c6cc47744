import { expect } from 'chai';
import { uuidv7 } from '@tocsin/event';

describe('uuidv7', () => {
  it('has the form, version and variant of RFC 9562', () => {
    expect(uuidv7()).to.match(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  it('carries its time, as in the example of RFC 9562, A.6', () => {
    expect(uuidv7(0x017f22e279b0)).to.match(/^017f22e2-79b0-7/);
  });

  it('sorts by time', () => {
    const made = [1, 1000, 1_700_000_000_000, 1_700_000_000_001].map((now) => uuidv7(now));
    expect([...made].sort()).to.deep.equal(made);
  });

  it('does not repeat within a millisecond', () => {
    expect(new Set(Array.from({ length: 1000 }, () => uuidv7(5))).size).to.equal(1000);
  });

  it('survives a clock before 1970 and parts of milliseconds', () => {
    expect(uuidv7(-5)).to.match(/^00000000-0000-7/);
    expect(uuidv7(1.9)).to.match(/^00000000-0001-7/);
  });

  it('survives a clock that is beyond 48 bits, or no number', () => {
    expect(uuidv7(1e308)).to.match(/^ffffffff-ffff-7/);
    expect(uuidv7(Number.NaN)).to.match(/^00000000-0000-7/);
  });
});
