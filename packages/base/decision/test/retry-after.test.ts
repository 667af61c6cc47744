import { parseRetryAfter } from '@tocsin/decision';
import { expect } from 'chai';

const now = Date.UTC(2026, 10, 20, 10);
const day = 86_400_000;

describe('parseRetryAfter', () => {
  it('reads seconds, also parts of one', () => {
    expect(parseRetryAfter('0', now)).to.equal(0);
    expect(parseRetryAfter('120', now)).to.equal(120_000);
    expect(parseRetryAfter(' 30 ', now)).to.equal(30_000);
    expect(parseRetryAfter('0.5', now)).to.equal(500);
  });

  it('reads the three forms of an HTTP date, all in GMT', () => {
    for (const date of [
      'Fri, 20 Nov 2026 10:00:30 GMT',
      'Friday, 20-Nov-26 10:00:30 GMT',
      'Fri Nov 20 10:00:30 2026',
    ]) {
      expect(parseRetryAfter(date, now)).to.equal(30_000);
    }
  });

  it('gives 0 for a date that has passed and at most a day for the far future', () => {
    expect(parseRetryAfter('Fri, 20 Nov 2026 09:00:00 GMT', now)).to.equal(0);
    expect(parseRetryAfter('Tue, 20 Nov 2096 09:00:00 GMT', now)).to.equal(day);
    expect(parseRetryAfter('999999999999999999999', now)).to.equal(day);
  });

  it('gives undefined for what is neither', () => {
    const garbage = [
      '',
      '  ',
      'soon',
      'soon 5',
      '-5',
      '1e3',
      '0x10',
      'Infinity',
      'NaN',
      '1,000',
      '2026-11-20',
      'Fri',
    ];
    for (const value of [...garbage, null, undefined])
      expect(parseRetryAfter(value, now)).to.equal(undefined);
  });
});
