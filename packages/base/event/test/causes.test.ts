import { causeLines, messageWithCause, toLogEvent } from '@tocsin/event';
import { expect } from 'chai';

function detailsOf(error: Error) {
  return toLogEvent({ level: 'error', message: 'm', error }).error!;
}

const refused = (address: string): Error =>
  Object.assign(new Error(`connect ECONNREFUSED ${address}`), { code: 'ECONNREFUSED' });

describe('causeLines', () => {
  it('tells each cause, outermost first, and a code that the message does not tell', () => {
    const inner = Object.assign(new RangeError('out of ids'), { code: 'E_IDS' });
    const error = new Error('not saved', { cause: new TypeError('no id', { cause: inner }) });
    expect(causeLines(detailsOf(error))).to.deep.equal([
      'Caused by: TypeError: no id',
      'Caused by: RangeError: out of ids (E_IDS)',
    ]);
  });

  it('tells the members of an AggregateError, also of one that is a cause', () => {
    const both = new AggregateError([refused('::1:5432'), refused('127.0.0.1:5432')], '');
    const members = [
      '1 of 2: Error: connect ECONNREFUSED ::1:5432',
      '2 of 2: Error: connect ECONNREFUSED 127.0.0.1:5432',
    ];
    expect(causeLines(detailsOf(both))).to.deep.equal(members);
    expect(causeLines(detailsOf(new Error('no database', { cause: both })))).to.deep.equal([
      'Caused by: AggregateError',
      ...members,
    ]);
  });

  it('tells nothing of an error without causes, and no more lines than asked for', () => {
    expect(causeLines(detailsOf(new Error('alone')))).to.deep.equal([]);
    expect(
      causeLines(detailsOf(new AggregateError([1, 2, 3].map((i) => new Error(`e${i}`)))), 2),
    ).to.have.length(2);
  });
});

describe('messageWithCause', () => {
  for (const [title, error, expected] of [
    ['the outer message alone', new Error('alone'), 'alone'],
    [
      'both messages',
      new TypeError('fetch failed', { cause: refused('127.0.0.1:80') }),
      'fetch failed (connect ECONNREFUSED 127.0.0.1:80)',
    ],
    [
      'one message that says both',
      new Error('not saved: no id', { cause: new Error('no id') }),
      'not saved: no id',
    ],
    [
      'the first member of an AggregateError without a message',
      new AggregateError([refused('::1:1')]),
      'connect ECONNREFUSED ::1:1',
    ],
    ['nothing where nothing is said', new Error(''), ''],
  ] as const) {
    it(`gives ${title}`, () => {
      expect(messageWithCause(detailsOf(error))).to.equal(expected);
    });
  }
});
