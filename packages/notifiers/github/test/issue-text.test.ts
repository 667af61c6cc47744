import type { Alert } from '@tocsin/decision';
import type { ErrorDetails, LogEvent } from '@tocsin/event';
import { expect } from 'chai';
import fc from 'fast-check';
import { sampleAlert, sampleEvent, sampleRecord } from '../../../../test/services/sample-event.js';
import { withCounters } from '../dist/counters.js';
import { codeBlock, codeSpan, disarm, fit, tableCell } from '../dist/escape-markdown.js';
import { issueBody } from '../dist/issue-body.js';
import { issueTitle } from '../dist/issue-title.js';
import { issueLabels, labelText } from '../dist/labels.js';
import { isAbout, issueMarker, readMarker } from '../dist/marker.js';

const forged = issueMarker({ service: 'other', environment: 'other', fingerprint: 'v1:other' });
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...['@', '@octocat', '@acme/team', '#12', 'acme/shop#7', 'GH-12', '&lt;', '&#64;', '|', '\\', '\\|'],
        ...['`', '```', '~~~', '`'.repeat(30), '\n', '\r\n', '\r', '\n\n### Traceback\n', '\t', ' ', '   '],
        ...[
          '<!--',
          '-->',
          '--!>',
          forged,
          '<!-- tocsin:counters -->',
          '<!-- /tocsin:counters -->',
          '<details>',
        ],
        ...['\0', '\u001b[31m', '\u009b', '\u202e', '\ud800', '\udc00', '😀', 'é'],
      ),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
    { maxLength: 25 },
  )
  .map((parts) => parts.join(''));
/** Also long ones, over every limit. */
const text = fc.oneof(
  { weight: 5, arbitrary: hostile },
  {
    weight: 1,
    arbitrary: fc
      .tuple(hostile, fc.integer({ min: 1, max: 3_000 }))
      .map(([part, times]) => part.repeat(times)),
  },
);
const fields = fc.dictionary(hostile, fc.oneof(text, fc.jsonValue() as fc.Arbitrary<unknown>), {
  maxKeys: 5,
});
const frame = fc.record({
  file: hostile,
  line: fc.nat(),
  function: hostile,
  inApp: fc.boolean(),
  source: fc.record({ startLine: fc.nat(), lines: fc.array(hostile, { maxLength: 11 }) }),
});
const { error } = fc.letrec<{ error: ErrorDetails }>((tie) => ({
  error: fc.record(
    {
      type: text,
      message: text,
      code: hostile,
      isError: fc.boolean(),
      frames: fc.array(frame, { maxLength: 3 }),
      stack: text,
      own: fields,
      cause: fc.option(tie('error'), { nil: undefined, depthSize: 'small' }) as fc.Arbitrary<ErrorDetails>,
      errors: fc.array(tie('error'), { maxLength: 2 }),
    },
    { requiredKeys: ['type', 'message', 'isError', 'frames', 'own'] },
  ) as fc.Arbitrary<ErrorDetails>,
}));
const alerts: fc.Arbitrary<Alert> = fc
  .record({
    message: text,
    error: fc.option(error, { nil: undefined }),
    context: fields,
    location: fc.record({ file: text, line: fc.nat(), function: text }),
    release: hostile,
    level: hostile,
    integration: text,
    tags: fc.array(hostile, { maxLength: 3 }),
    id: hostile,
    breadcrumbs: fc.array(
      fc.record({ timestamp: fc.double(), level: hostile, message: text, context: fields }),
      {
        maxLength: 3,
      },
    ),
    service: text,
    environment: text,
    fingerprint: text,
    releases: fc.array(hostile, { maxLength: 20 }),
    occurrences: fc.double(),
  })
  .map(({ service, environment, fingerprint, releases, occurrences, ...event }) => {
    const { error: thrown, ...line } = event;
    const { error: _error, ...rest } = sampleEvent();
    return sampleAlert({
      event: { ...rest, ...line, ...(thrown === undefined ? {} : { error: thrown }) },
      record: sampleRecord({
        key: { service, environment, fingerprint },
        releases,
        occurrences,
        lastSeen: occurrences,
      }),
    });
  });

/** The lines outside of fenced blocks, by CommonMark's rules; throws when a fence is left open. */
function outsideFences(markdown: string): string[] {
  const outside: string[] = [];
  let fence: string | undefined;
  for (const line of markdown.split('\n')) {
    const run = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line);
    if (fence === undefined) {
      if (run === null) outside.push(line);
      else fence = run[1];
    } else if (run?.[1]?.startsWith(fence) && run[2]?.trim() === '') {
      fence = undefined;
    }
  }
  if (fence !== undefined) throw new Error('a fence is left open');
  return outside;
}

function count(haystack: string, needle: string): number {
  return haystack.split(needle).length - 1;
}

describe('the text of an issue', () => {
  it('is within every limit and harmless, whatever the error says', () => {
    fc.assert(
      fc.property(alerts, fc.option(fc.nat({ max: 999 }), { nil: undefined }), (alert, follows) => {
        const body = issueBody(alert, follows === undefined ? {} : { follows });
        const title = issueTitle(alert);
        const labels = issueLabels(alert, ['a'.repeat(200)]);

        expect(body.length).to.be.at.most(60_000);
        expect(title.length).to.be.within(1, 256);
        expect(title).not.to.match(/[\n\r\0]/);
        expect(labels.length).to.be.within(1, 100);
        for (const label of labels) expect(label.length).to.be.within(1, 50);
        for (const one of [body, title, ...labels]) expect(one.isWellFormed()).to.equal(true);

        // The marker on the first line is a comment, in which GitHub sees no references.
        const seen = body.slice(body.indexOf('\n')).replace(`in #${follows}.`, '');
        for (const one of [seen, title]) {
          expect(one).not.to.match(/@(?!\u200b)/);
          expect(one).not.to.match(/#\d/);
          expect(one).not.to.match(/\bGH-\d/i);
          expect(one).not.to.match(/&[a-z#]/i);
        }
        // Our marker and the two around the counters; none came from the event.
        expect(count(body, '<!--')).to.equal(3);
        const marker = readMarker(body);
        expect(marker !== undefined && isAbout(marker, alert.record.key)).to.equal(true);
        expect(marker?.follows).to.equal(follows);

        const outside = outsideFences(body);
        expect(outside.filter((line) => line.startsWith('### Traceback')).length).to.be.at.most(1);
        expect(outside.filter((line) => line.startsWith('Written by Tocsin')).length).to.equal(1);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps its counters editable, and only them, whatever the error says', () => {
    fc.assert(
      fc.property(alerts, (alert) => {
        const body = `before\n\n${issueBody(alert)}\n\nafter @ann #1`;
        const later = { ...alert, record: { ...alert.record, occurrences: Number.MAX_SAFE_INTEGER } };
        const edited = withCounters(body, later, { keepReason: true });
        expect(edited)
          .to.include('| Occurrences | 9,007,199,254,740,991 |')
          .and.include('because | it was new |');
        const bare = (one: string) =>
          one.replace(/<!-- tocsin:counters -->[^]*<!-- \/tocsin:counters -->/, '');
        expect(bare(edited)).to.equal(bare(body));
        expect(withCounters(edited, later, { keepReason: true })).to.equal(edited);
      }),
      { numRuns: 100 },
    );
  });

  it('has each row of its tables on one line with two cells', () => {
    fc.assert(
      fc.property(text, (value) => {
        const cell = tableCell(value, 300);
        expect(cell.length).to.be.at.most(300);
        expect(cell).not.to.match(/[\n\r]/);
        // GFM splits a row at each `|` that no backslash escapes.
        expect(cell.replace(/\\[\\|]/g, '')).not.to.include('|');
        expect(cell).not.to.match(/\\\\\|/);
      }),
    );
  });

  it('closes each code span with as many backticks as it was opened with', () => {
    fc.assert(
      fc.property(text, (value) => {
        const span = codeSpan(value, 200);
        expect(span.length).to.be.at.most(200);
        if (span === '') return;
        const [fence = ''] = /^`+/.exec(span) ?? [];
        const runs = span.match(/`+/g) ?? [];
        expect(runs.filter((run) => run === fence)).to.have.length(2);
        expect(span.endsWith(fence)).to.equal(true);
      }),
    );
  });

  it('is cut on a character boundary, with the number of characters that are missing', () => {
    expect(fit('x'.repeat(5_000), 100, disarm)).to.match(/^x+… \(\+4,9\d\d\)$/);
    const cut = fit('@'.repeat(5_000), 100, disarm);
    const [, kept = '', missing = ''] = /^((?:@\u200b)+)… \(\+([\d,]+)\)$/.exec(cut) ?? [];
    expect(kept.length / 2 + Number(missing.replace(',', ''))).to.equal(5_000);
    expect(fit('😀'.repeat(100), 31, disarm).isWellFormed()).to.equal(true);
  });

  it('takes no longer for a long text than its length asks for', () => {
    const long = '`@#1<!--&lt;|\\'.repeat(800_000);
    const alert = sampleAlert({
      event: sampleEvent({
        message: long,
        context: { long, list: Array.from({ length: 20_000 }, () => '@') },
        error: { ...sampleEvent().error!, message: long, stack: long, own: { long } },
      }),
    });
    const started = performance.now();
    expect(issueBody(alert).length).to.be.at.most(60_000);
    expect(issueTitle(alert).length).to.be.at.most(256);
    expect(performance.now() - started).to.be.below(5_000);
  });

  it('shows the members of an AggregateError and what each was caused by', () => {
    const { error: sample } = sampleEvent();
    const plain: ErrorDetails = { type: 'TypeError', message: 'one', isError: true, frames: [], own: {} };
    const aggregate: ErrorDetails = {
      ...plain,
      type: 'AggregateError',
      message: 'all failed',
      stack: 'AggregateError: all failed',
      errors: [
        { ...plain, frames: sample!.frames.slice(0, 1), cause: { ...plain, message: 'two' } },
        sample!,
      ],
    };
    const body = issueBody(sampleAlert({ event: sampleEvent({ error: aggregate }) }));
    expect(body).to.include(
      [
        'AggregateError: all failed',
        '    Error 1 of 2: TypeError: one',
        '        at ZohoClient.request (src/integrations/zoho/client.ts:145:11)',
        '    Caused by: TypeError: two',
        '    Error 2 of 2: PaymentError: Charge of order 4711 failed',
      ].join('\n'),
    );
  });

  it('tells what was logged without an Error', () => {
    const { error: _error, location: _location, ...rest } = sampleEvent();
    const alert = sampleAlert({ event: { ...rest, message: 'queue is full' } });
    expect(issueTitle(alert)).to.equal('[checkout] queue is full');
    expect(issueBody(alert)).to.include('```\nqueue is full\n```').and.not.include('### Traceback');
  });

  it('fences code by more backticks than the code has', () => {
    expect(codeBlock('a ```` b', 'ts')).to.equal('`````ts\na ```` b\n`````');
  });

  it('keeps labels apart that begin alike, and gives priority by severity', () => {
    const long = `component:${'folder.'.repeat(20)}`;
    expect(labelText(`${long}a`))
      .to.have.length.at.most(50)
      .and.not.equal(labelText(`${long}b`));
    expect(labelText('a\n\tb,c')).to.equal('a b c');
    const labels = (severity: LogEvent['severity']) =>
      issueLabels(sampleAlert({ event: sampleEvent({ severity }) }), ['Tocsin', 'x']);
    expect(labels('critical')).to.include('priority:critical').and.not.include('priority:high');
    expect(labels('warning').filter((label) => label.startsWith('priority'))).to.deep.equal([]);
    expect(labels('error')).to.include.members(['tocsin', 'x']).and.not.include('Tocsin');
  });

  it('tells two errors apart by their markers, however long their names', () => {
    const key = { service: 'a'.repeat(500), environment: 'ä --> b', fingerprint: 'v1:x' };
    const marker = readMarker(issueMarker(key, 12));
    expect(marker?.follows).to.equal(12);
    expect(isAbout(marker!, key)).to.equal(true);
    expect(isAbout(marker!, { ...key, service: `${key.service}b` })).to.equal(false);
    expect(isAbout(marker!, { ...key, environment: 'ä' })).to.equal(false);
  });
});
