import { expect } from 'chai';
import fc from 'fast-check';
import { showControl, stripAnsi } from '@tocsin/event';

describe('stripAnsi', () => {
  const sequences: readonly (readonly [string, string])[] = [
    ['colours', '\u001B[31;1mred\u001B[0m'],
    ['24-bit colours with colons', '\u001B[38:2::255:0:0mred\u001B[m'],
    ['cursor moves', '\u001B[2J\u001B[1;1Hred\u001B[?25l'],
    ['C1 introducers', '\u009B31mred\u009B0m'],
    ['links ended by BEL', '\u001B]8;;https://example.com\u0007red\u001B]8;;\u0007'],
    ['links ended by ST', '\u001B]8;;https://example.com\u001B\\red\u001B]8;;\u001B\\'],
    ['window titles', '\u001B]0;title\u0007red'],
    ['device control strings', '\u001BP1$r0m\u001B\\red'],
    ['two-byte escapes', '\u001B7\u001BMred\u001B8'],
    ['character sets', '\u001B(0red\u001B(B'],
  ];
  for (const [what, text] of sequences) {
    it(`removes ${what}`, () => {
      expect(stripAnsi(text)).to.equal('red');
    });
  }

  it('does not swallow the text after an unfinished sequence', () => {
    expect(stripAnsi('\u001B]8;;unfinished \u001B[31mred')).to.include('red');
    expect(stripAnsi('plain [31m text')).to.equal('plain [31m text');
  });

  it('takes time in proportion to the text', () => {
    for (const part of ['\u001B[', '\u001B]', '\u001BP', '\u009B1', '\u001B(', '\u001B[;']) {
      const start = performance.now();
      stripAnsi(part.repeat(1_000_000 / part.length));
      expect(performance.now() - start, JSON.stringify(part)).to.be.lessThan(5000);
    }
  }).timeout(40_000);
});

describe('showControl', () => {
  it('shows escapes, newlines and tabs as text', () => {
    expect(showControl('a\u001B[31mb\nc\td\r\ne\u0000\u0085')).to.equal(
      'a\\x1b[31mb\\nc\\td\\r\\ne\\x00\\x85',
    );
  });

  it('shows overrides, zero-width characters, separators and tags', () => {
    expect(showControl('a\u202Eb\u200Bc\u2028d\uFEFFe\u{E0041}')).to.equal(
      'a\\u202eb\\u200bc\\u2028d\\ufeffe\\u{e0041}',
    );
  });

  it('keeps newlines on demand, not carriage returns', () => {
    expect(showControl('a\nb\r\nc\rd', { keepNewlines: true })).to.equal('a\nb\nc\\rd');
  });

  it('leaves letters of all languages and emoji', () => {
    expect(showControl('Grüße, 世界, 👍🏽, العربية')).to.equal('Grüße, 世界, 👍🏽, العربية');
  });

  it('leaves nothing that a terminal obeys', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(showControl(text)).to.not.match(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u);
        expect(showControl(text).isWellFormed()).to.equal(true);
      }),
    );
  });
});
