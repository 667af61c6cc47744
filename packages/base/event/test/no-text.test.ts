import {
  TocsinError,
  createSourceFiles,
  errorFormat,
  fingerprint,
  messageTemplate,
  parseStack,
  redactText,
  severityOf,
  showControl,
  stripAnsi,
  truncate,
} from '@tocsin/event';
import { expect } from 'chai';
import { error, event } from './fingerprint-cases.js';

/** What JavaScript callers hand over as `err.message`, `err.stack` or `info.level`. */
const noTexts: readonly (readonly [string, unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 7],
  ['a list', ['a']],
  ['an object with the length of a long text', { length: 1e9 }],
  ['a symbol', Symbol('x')],
];

describe('what is no text', () => {
  for (const [name, value] of noTexts) {
    it(`is an empty one to the functions that take texts: ${name}`, () => {
      const text = value as string;
      for (const work of [messageTemplate, redactText, showControl, stripAnsi])
        expect(work(text), work.name).to.equal('');
      expect(truncate(text, 5)).to.equal('');
      expect(parseStack(text)).to.deep.equal([]);
      expect(parseStack('Error: x\n    at f (/srv/a.js:1:1)', { name: text, message: text })).to.have.length(
        1,
      );
      expect(severityOf(text)).to.equal('error');
    });
  }

  it('in the table of levels leaves the level without a rank', () => {
    expect(severityOf('loud', { loud: '9', error: 1 } as never)).to.equal('error');
    expect(severityOf('constructor', { error: 1 })).to.equal('error');
  });
});

describe('options that are no good', () => {
  const thrown = event(error('Error', 'x', []));
  const cases: readonly (readonly [string, string, () => unknown])[] = [
    ['fingerprint', 'grouping', () => fingerprint(thrown, { grouping: 'type' as never })],
    ['fingerprint', 'root', () => fingerprint(thrown, { root: 5 as never })],
    ['errorFormat', 'sensitiveFields', () => errorFormat({ sensitiveFields: 'pin' as never })],
    ['createSourceFiles', 'maxFiles', () => createSourceFiles({ maxFiles: Number.NaN })],
    ['createSourceFiles', 'now', () => createSourceFiles({ now: 5 as never })],
  ];
  for (const [owner, option, work] of cases) {
    it(`are refused by name: ${option} of ${owner}`, () => {
      expect(work)
        .to.throw(TocsinError, `${owner}: option '${option}' is `)
        .that.includes({ code: 'TOCSIN_CONFIG_INVALID' });
    });
  }
});
