import { expect } from 'chai';
import fc from 'fast-check';
import { truncate } from '@tocsin/event';

describe('truncate', () => {
  it('leaves a text that fits', () => {
    expect(truncate('hello', 5)).to.equal('hello');
  });

  it('tells how many characters were cut', () => {
    expect(truncate('x'.repeat(2000), 20)).to.equal(`${'x'.repeat(10)}… (+1,990)`);
  });

  it('tells also what the caller cut before', () => {
    expect(truncate('x'.repeat(20), 20, 1000)).to.match(/^x+… \(\+1,\d{3}\)$/);
    expect(truncate('short', 100, 7)).to.equal('short… (+7)');
  });

  it('does not cut a character in two', () => {
    expect(truncate('👍'.repeat(20), 12)).to.equal('👍👍… (+36)');
  });

  it('gives the bare cut where the note does not fit', () => {
    expect(truncate('hello world', 3)).to.equal('hel');
    expect(truncate('hello world', 0)).to.equal('');
    expect(truncate('hello world', -1)).to.equal('');
  });

  it('is well-formed and within its limit for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(60), (text, max) => {
        const cut = truncate(`${text}\uD800${text}`, max);
        expect(cut.length).to.be.at.most(max);
        expect(cut.isWellFormed()).to.equal(true);
      }),
    );
  });
});
