import { expect } from 'chai';
import fc from 'fast-check';
import type { Alert } from '@tocsin/decision';
import { TocsinError, type ErrorDetails, type LogEvent, type Severity } from '@tocsin/event';
import { header, linkButtons, section, smallPrint } from '../dist/blocks.js';
import { slackMessage } from '../dist/message.js';
import { alertOf, event, record } from './alert.js';
import { brokenLimits } from './block-limits.js';

const million = 1_000_000;
const nasty = fc.constantFrom(
  '',
  ' ',
  '<!channel>',
  '<@U1>',
  '&amp;',
  '```',
  '`',
  '\ud83d',
  '\udc00',
  '\u202eabc',
  '\u0000',
  '\n'.repeat(500),
  '😀'.repeat(2000),
  '漢'.repeat(4000),
  '"'.repeat(4000),
  '\\'.repeat(4000),
  '\u001b'.repeat(3000),
  '&'.repeat(3000),
  '@here @channel',
  '__proto__',
);
const text = fc.oneof(
  nasty,
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(nasty, { maxLength: 4 }).map((parts) => parts.join('')),
);
const number = fc.oneof(
  fc.nat(),
  fc.constantFrom(-1, 0, 1.5, Number.MAX_SAFE_INTEGER, Infinity, -Infinity, NaN, 8.64e15, 1e300),
);
const severity = fc.constantFrom<Severity>('debug', 'info', 'warning', 'error', 'critical');
const reason = fc.constantFrom<Alert['reason']>('first', 'regression', 'cooldown', 'count', 'digest');
const location = fc.record({ file: text, line: number, function: text }, { requiredKeys: ['file'] });
const frame = fc.record(
  { file: text, line: number, function: text, inApp: fc.boolean() },
  { requiredKeys: ['function', 'inApp'] },
);
const error: fc.Arbitrary<ErrorDetails> = fc.record({
  type: text,
  message: text,
  code: text,
  isError: fc.boolean(),
  frames: fc.array(frame, { maxLength: 6 }),
  own: fc.dictionary(text, fc.jsonValue(), { maxKeys: 4 }),
});
const anEvent: fc.Arbitrary<LogEvent> = fc.record({
  id: text,
  timestamp: number,
  level: text,
  severity,
  message: text,
  release: text,
  location,
  error,
  context: fc.dictionary(text, fc.oneof(fc.jsonValue(), text, number), { maxKeys: 30 }),
  breadcrumbs: fc.array(fc.record({ timestamp: number, level: text, message: text }), { maxLength: 5 }),
  process: fc.record({ host: text, pid: fc.nat() }),
});
const member = fc.record({ fingerprint: text, type: text, title: text, location, severity });
const anAlert: fc.Arbitrary<Alert> = fc
  .record({
    kind: fc.constantFrom<Alert['kind']>('error', 'digest'),
    reason,
    event: anEvent,
    suppressedSince: number,
    links: fc.dictionary(
      text,
      fc.oneof(text, fc.webUrl(), fc.constant(`https://a.example/${'y'.repeat(2900)}`)),
      { maxKeys: 7 },
    ),
    degraded: fc.boolean(),
    delayedMs: number,
    possibleRepeat: fc.constant(true as const),
    members: fc.array(member, { maxLength: 60 }),
    key: fc.record({ service: text, environment: text, fingerprint: text }),
    times: fc.tuple(number, number, number),
    title: text,
  })
  .map(({ key, times: [firstSeen, lastSeen, occurrences], title, ...alert }) => ({
    ...alert,
    record: { ...record, key, firstSeen, lastSeen, occurrences, title },
  }));

/** Messages that Slack refuses, so that the validator is seen to fail. */
const refused: readonly [string, unknown[], string?][] = [
  ['no blocks', []],
  ['51 blocks', Array(51).fill(header('x'))],
  ['a title of 151 characters', [header('x'.repeat(151))]],
  ['a section of 3,001 characters', [section('x'.repeat(3001))]],
  ['eleven fields', [section('x', Array<string>(11).fill('y'))]],
  ['a field of 2,001 characters', [section('x', ['y'.repeat(2001)])]],
  ['eleven small lines', [smallPrint(Array<string>(11).fill('x'))]],
  ['no small line', [smallPrint([])]],
  ['a button to nowhere', [linkButtons([{ text: 'x', url: 'nowhere' }])]],
  ['a button with 76 characters', [linkButtons([{ text: 'x'.repeat(76), url: 'https://a.example' }])]],
  ['an empty text', [section('')]],
  ['a mention', [section('`<!channel>`')]],
  ['half an entity', [header('a &am')]],
  ['half a character', [header('\ud83d')]],
  ['a block that does not exist', [{ type: 'marquee' }]],
  ['markup in a title', [{ type: 'header', text: { type: 'mrkdwn', text: 'x' } }]],
  ['more than 10,000 characters', Array(4).fill(section('x'.repeat(2900)))],
  ['an empty fallback', [header('x')], ' '],
];

describe('The validator of these tests', () => {
  for (const [title, blocks, text = 'x'] of refused)
    it(`refuses ${title}`, () => expect(brokenLimits({ text, blocks })).to.have.lengthOf(1));
});

describe('Slack’s limits', () => {
  it('hold for every message, whatever the alert holds', () => {
    const life = fc.constantFrom('fixed' as const, 'edited later' as const, 'edit' as const);
    fc.assert(
      fc.property(anAlert, life, (alert, lives) => {
        expect(brokenLimits(slackMessage(alert, lives))).to.deep.equal([]);
      }),
      { numRuns: 400 },
    );
  });

  it('hold when each part is as long as it can be, in every kind of character', () => {
    for (const character of [
      'a',
      '漢',
      '😀',
      '"',
      '\\',
      '&',
      '<',
      '`',
      '\n',
      '\u0000',
      '\u202e',
      '\ud800',
      ' ',
    ]) {
      const long = character.repeat(million);
      const context = Object.fromEntries(
        Array.from({ length: 5000 }, (_, n) => [`${long.slice(0, 200)}${n}`, long]),
      );
      const crumb = { timestamp: 1, level: long, message: long };
      const alert = alertOf({
        record: { ...record, title: long, key: { service: long, environment: long, fingerprint: '1:a' } },
        event: {
          ...event,
          message: long,
          release: long,
          context,
          breadcrumbs: [crumb, crumb, crumb],
          location: { file: long, line: 1e300, function: long },
          error: { ...event.error!, type: long, code: long, message: `${long}.`, own: context },
        },
        degraded: true,
        possibleRepeat: true,
        delayedMs: 1e15,
        suppressedSince: 1e15,
        links: Object.fromEntries(
          [1, 2, 3, 4].map((n) => [long + n, `https://a.example/${'z'.repeat(700)}`]),
        ),
      });
      for (const life of ['fixed', 'edited later', 'edit'] as const)
        expect(brokenLimits(slackMessage(alert, life)), JSON.stringify(character)).to.deep.equal([]);
    }
  }).timeout(20_000);

  it('are met by values that were never meant to be shown', () => {
    const cycle: Record<string, unknown> = { deep: { deeper: { deepest: { end: 1 } } } };
    cycle['self'] = cycle;
    const getter = Object.defineProperty({}, 'bad', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    const context = {
      cycle,
      getter,
      big: 10n,
      symbol: Symbol('s'),
      fn: () => 1,
      none: undefined,
      nil: null,
      list: Array.from({ length: million }, (_, n) => n),
      bare: Object.create(null) as object,
    };
    const message = slackMessage(alertOf({ event: { ...event, context } }), 'fixed');
    expect(brokenLimits(message)).to.deep.equal([]);
    expect(JSON.stringify(message.blocks))
      .to.include('list: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, …]')
      .and.include('getter: [unreadable]');
  });

  it('are not asked about what is no alert: a TocsinError', () => {
    for (const wrong of [{}, { ...alertOf(), record: undefined }, { ...alertOf(), event: { context: null } }])
      expect(() => slackMessage(wrong as unknown as Alert, 'fixed'))
        .to.throw(TocsinError)
        .with.property('code', 'TOCSIN_INTERNAL');
  });
});
