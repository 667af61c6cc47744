import { expect } from 'chai';
import fc from 'fast-check';
import { codeLine, codeLines, isBlank, plainLine } from '../dist/escape.js';

describe('Escaping', () => {
  it('disarms markup and mentions', () => {
    expect(plainLine('<!channel> & <@U1> <https://x|y>', 200)).to.equal(
      '&lt;!channel&gt; &amp; &lt;@U1&gt; &lt;https://x|y&gt;',
    );
  });

  it('lets no backtick end the code it is in', () => {
    expect(codeLine('a `b` ```c', 50)).to.equal('a ˋbˋ ˋˋˋc');
    expect(plainLine('a `b`', 50)).to.equal('a `b`');
  });

  it('keeps lines in blocks and shows them in spans', () => {
    expect(codeLines('a\r\nb\tc', 50)).to.equal('a\nb\tc');
    expect(codeLine('a\r\nb\tc', 50)).to.equal('a⏎b c');
  });

  it('shows control characters and changes of direction instead of obeying them', () => {
    expect(plainLine('a\u202eb\u0007\u001b[31m\u2066', 80)).to.equal('a\\u202eb\\u0007\\u001b[31m\\u2066');
  });

  it('counts what it cuts, after escaping, without cutting an entity in half', () => {
    expect(plainLine('&'.repeat(10), 30)).to.equal('&amp;&amp;&amp;&amp;… (+6)');
    expect(plainLine('&'.repeat(10), 50)).to.equal('&amp;'.repeat(10));
    expect(plainLine('x'.repeat(1_000_000), 30)).to.equal(`${'x'.repeat(16)}… (+999,984)`);
    expect(plainLine('xxxx', 3)).to.equal('xxx');
  });

  it('never gives more than the limit, half an entity or half a character, whatever comes', () => {
    const part = fc.constantFrom(
      '&',
      '<',
      '>',
      '`',
      '😀',
      '\ud83d',
      '\udc00',
      '\u202e',
      '\n',
      'a',
      '漢',
      '\u0000',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 80 }), fc.integer({ min: 1, max: 120 }), (parts, max) => {
        for (const escape of [plainLine, codeLine, codeLines]) {
          const text = escape(parts.join(''), max);
          expect(text.length).to.be.at.most(max);
          expect(text.isWellFormed()).to.equal(true);
          expect(text.replaceAll(/&(amp|lt|gt);/g, '')).not.to.match(/[&<>]/);
        }
      }),
    );
  });

  it('knows text of which nothing would be seen', () => {
    for (const blank of ['', '  \n', '\u200b\u202e', '\ud800']) expect(isBlank(blank)).to.equal(true);
    for (const seen of ['a', '.', '漢', '😀']) expect(isBlank(seen)).to.equal(false);
  });
});
