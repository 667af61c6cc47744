import { AlertTransport } from '@tocsin/alert';
import { MemoryStore, type Notifier, parseRetryAfter, requestFailure } from '@tocsin/decision';
import {
  approximateBytes,
  callChain,
  errorFormat,
  findError,
  fingerprint,
  messageTemplate,
  parseStack,
  plainCopy,
  redact,
  redactFormat,
  redactText,
  severityOf,
  showControl,
  snapshot,
  stripAnsi,
  toLogEvent,
  toSample,
  truncate,
  withSources,
} from '@tocsin/event';
import { GitHubNotifier } from '@tocsin/github';
import { SlackNotifier } from '@tocsin/slack';
import { asTocsinError } from '@tocsin/transport';
import { expect } from 'chai';
import sinon from 'sinon';
import winston from 'winston';
import { sampleAlert, sampleEvent } from '../services/sample-event.js';
import { startServices } from './services.js';

const kibi = 1024;
/** Each eight times the one before. The smallest shows what a bound of 256 Ki characters would hide. */
const sizes = [16 * kibi, 128 * kibi, 1024 * kibi];
/** Eight times the input may take 32 times as long; and what takes less than this is never too slow. */
const most = { ratio: 32, floorMs: 250 };

/** What makes a careless expression or loop look again and again at what it has seen. */
const units: readonly string[] = [
  ...[
    'a',
    'A',
    '1',
    ' ',
    '\n',
    '\t',
    '\r\n',
    '\0',
    '.',
    ':',
    '/',
    '\\',
    '-',
    '_',
    '=',
    '@',
    '#',
    '|',
    '`',
    '<',
    '&',
  ],
  ...[
    '"',
    "'",
    '(',
    '{',
    '[',
    '%',
    '%3',
    '%s',
    '$',
    '\ud800',
    '😀',
    '\u001b',
    '\u001b[',
    '\u001b]',
    '\u009b1;',
  ],
  ...[
    'at ',
    '\n    at ',
    '    at a (b:1:1)\n',
    'Error: ',
    'a.',
    '1.',
    'a@',
    'a@b.',
    'http://',
    'http://a:',
    '://@',
  ],
  ...[
    'password=',
    '"password":"',
    'token: ',
    '--token ',
    'Bearer ',
    'Basic ',
    'eyJ',
    'eyJa.',
    '-----BEGIN ',
    '-----BEGIN A KEY-----\n',
  ],
  ...[
    '4111 ',
    '1-',
    '::',
    'f:',
    '0x',
    "='",
    'select ',
    "values ('",
    'AKIA',
    'ghp_',
    'Cookie: a=',
    '{"a":',
    '</',
    '<!--',
    '}}',
  ],
];

/** One of each kind of character. */
const fewUnits: readonly string[] = ['a', '漢', '😀', '\ud800', '\0'];

/** The best of a few, since a pause of the machine only ever adds. */
function timeOf(work: () => unknown, tries: number): number {
  let best = Infinity;
  for (let index = 0; index < tries; index += 1) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

function expectLinear<Input>(
  what: string,
  make: (size: number) => Input,
  work: (input: Input) => unknown,
  at: readonly number[] = sizes,
): void {
  work(make(100));
  let before = Infinity;
  for (const size of at) {
    const input = make(size);
    let took = timeOf(() => work(input), 1);
    const allowed = Math.max(most.floorMs, before * most.ratio);
    // Too slow once may be the machine; again and again it is not.
    if (took > allowed) took = timeOf(() => work(input), 3);
    expect(took, `milliseconds of ${what} at ${size}, after ${before} at an eighth of it`).to.be.at.most(
      allowed,
    );
    before = took;
  }
}

function errorWith(text: string): Error {
  return Object.assign(new Error(text), { stack: text, code: text, name: text });
}

const thrown = toLogEvent({ level: 'error', message: 'm', error: new Error('x') });

/** Entries that take texts, anywhere in what they take. */
const ofTexts: Readonly<Record<string, (text: string) => unknown>> = {
  messageTemplate,
  'parseStack of a stack': (text) => parseStack(text),
  'parseStack of a message': (text) =>
    parseStack(`Error: ${text}\n    at f (/srv/a.js:1:1)`, { message: text }),
  'parseStack of a path': (text) => parseStack(`    at f (${text}:1:1)`),
  redactText: (text) => redactText(text),
  'redactText, masking': (text) => redactText(text, { personalData: 'mask' }),
  stripAnsi,
  showControl: (text) => showControl(text),
  'requestFailure and asTocsinError': (text) => [
    requestFailure('GitHub', errorWith(text)),
    asTocsinError(errorWith(text), 'TOCSIN_INTERNAL', 'It failed'),
  ],
  'redact and plainCopy': (text) => [redact({ [text]: [text] }), plainCopy({ [text]: [text] })],
  'toLogEvent of a message': (message) => toLogEvent({ level: 'error', message }),
  'toLogEvent of an Error': (text) => toLogEvent({ level: text, message: text, error: errorWith(text) }),
  'toLogEvent of fields': (text) =>
    toLogEvent({ level: 'error', message: 'm', [text]: text, tags: [text], fingerprint: text }),
  'errorFormat and redactFormat': (text) => {
    const info = { level: 'error', message: text, error: errorWith(text) };
    return [errorFormat().transform({ ...info }, {}), redactFormat().transform({ ...info }, {})];
  },
  'fingerprint of an event': (text) =>
    fingerprint({ ...thrown, message: text, error: { ...thrown.error!, type: text, message: text } }),
};

/** Entries that only hand texts on: they look for nothing in them. */
const ofCarriedTexts: typeof ofTexts = {
  truncate: (text) => truncate(text, 5_000),
  severityOf: (text) => severityOf(text),
  parseRetryAfter: (text) => parseRetryAfter(text, 0),
  'toSample of an event': (text) =>
    toSample({
      ...thrown,
      message: text,
      context: { text },
      error: { ...thrown.error!, message: text, stack: text },
    }),
  'callChain of an event': (text) => callChain({ ...thrown, location: { file: text } }),
  'withSources of an event': (text) =>
    void withSources({ ...thrown, error: { ...thrown.error!, message: text } }),
};

/** Notifiers whose service says yes to everything: what is measured is the making of the message. */
function notifiers(): Readonly<Record<string, Notifier>> {
  const issue = { full_name: 'acme/checkout', private: true, login: 'bot', number: 1, state: 'open' };
  const html_url = 'https://github.com/acme/checkout/issues/1';
  const github: typeof fetch = async (url) =>
    Response.json(String(url).includes('/issues?') ? [] : { ...issue, html_url }, { status: 201 });
  const slack: typeof fetch = async () => new Response('ok');
  return {
    Slack: new SlackNotifier({ webhookUrl: 'https://hooks.slack.com/services/T/B/x', fetch: slack }),
    GitHub: new GitHubNotifier({
      token: 't',
      repository: 'acme/checkout',
      maxNewPerDay: 1_000,
      fetch: github,
    }),
  };
}

function nested(depth: number, wrap: (inner: unknown) => unknown): unknown {
  let value: unknown = 'end';
  for (let index = 0; index < depth; index += 1) value = wrap(value);
  return value;
}

const shared = new Error('one');

/** Values of n parts. */
const shapes: Readonly<Record<string, (size: number) => unknown>> = {
  'a list': (size) => Array.from({ length: size }, (_, index) => index),
  'an object': (size) =>
    Object.fromEntries(Array.from({ length: size }, (_, index) => [`key${index}`, index])),
  'a Map': (size) => new Map(Array.from({ length: size }, (_, index) => [`key${index}`, index])),
  'a Set': (size) => new Set(Array.from({ length: size }, (_, index) => index)),
  'depth of objects': (size) => nested(size, (inner) => ({ inner })),
  'depth of lists': (size) => nested(size, (inner) => [inner]),
  'depth of causes': (size) =>
    nested(size / 8, (cause) => Object.assign(new Error('x', { cause }), { stack: 'Error: x' })),
  'an AggregateError': (size) =>
    new AggregateError(
      Array.from({ length: size }, () => shared),
      'all',
    ),
  'an Error with fields': (size) =>
    Object.assign(
      new Error('x'),
      Object.fromEntries(Array.from({ length: size }, (_, index) => [`key${index}`, index])),
    ),
  'a web of cycles': (size) => {
    const nodes: Record<string, unknown>[] = Array.from(
      { length: 8 + Math.min(92, size / kibi) },
      () => ({}),
    );
    for (const node of nodes) nodes.forEach((other, index) => (node[`to${index}`] = other));
    return nodes;
  },
};
const ofValues: Readonly<Record<string, (value: unknown) => unknown>> = {
  findError: (value) => findError({ level: 'error', value }),
  snapshot: (value) => [snapshot(value), snapshot({ level: 'error', message: value, value })],
  toLogEvent: (value) =>
    toLogEvent({ level: 'error', message: 'm', error: value, [Symbol.for('splat')]: [value] }),
  'plainCopy, redact and approximateBytes': (value) => approximateBytes([plainCopy(value), redact(value)]),
  'errorFormat and redactFormat': (value) =>
    [errorFormat(), redactFormat()].map((format) =>
      format.transform({ level: 'error', message: 'm', value }, {}),
    ),
};

describe('the time that hostile input takes', function () {
  this.timeout(60_000);

  for (const [entries, given] of [
    [ofTexts, units],
    [ofCarriedTexts, fewUnits],
  ] as const) {
    for (const [entry, work] of Object.entries(entries)) {
      it(`is linear in the text: ${entry}`, () => {
        for (const unit of given) {
          const make = (size: number): string => unit.repeat(Math.ceil(size / unit.length));
          expectLinear(`${entry} of ${JSON.stringify(unit)}`, make, work);
        }
      });
    }
  }

  for (const [entry, work] of Object.entries(ofValues)) {
    it(`is linear in the value: ${entry}`, () => {
      for (const [shape, make] of Object.entries(shapes)) {
        expectLinear(`${entry} of ${shape}`, make, work, [2 * kibi, 16 * kibi, 128 * kibi]);
      }
    });
  }

  for (const [name, notifier] of Object.entries(notifiers())) {
    it(`is short, whatever ${name} is to tell`, async () => {
      for (const unit of units) {
        const text = unit.repeat(Math.ceil((1024 * kibi) / unit.length));
        const error = { ...sampleEvent().error!, message: `${text}.`, type: text, stack: text };
        const event = sampleEvent({ message: text, release: text, context: { [text]: text }, error });
        const start = performance.now();
        await notifier.notify(sampleAlert({ event }), { signal: AbortSignal.timeout(9_000) });
        expect(performance.now() - start, `milliseconds for ${JSON.stringify(unit)}`).to.be.below(2_000);
      }
    });
  }

  it('would be seen if it were quadratic', () => {
    const clock = sinon.useFakeTimers({ toFake: ['performance'] });
    try {
      const after = (exponent: number) => () =>
        expectLinear(
          'work',
          (size) => size,
          (size) => clock.tick((size / kibi) ** exponent),
        );
      expect(after(2)).to.throw('milliseconds of work at 131072');
      expect(after(1)).not.to.throw();
    } finally {
      clock.restore();
    }
  });

  describe('in a log call', () => {
    const quarter = (10 * kibi * kibi) / 8;
    const lines: Readonly<Record<string, (size: number) => readonly unknown[]>> = {
      'a message': (size) => ['x'.repeat(size)],
      'a field': (size) => ['m', { field: 'y '.repeat(size / 2) }],
      'the message of an Error': (size) => ['m', new Error('1'.repeat(size))],
      'the stack of an Error': (size) => [
        Object.assign(new Error('m'), { stack: '    at a (b.js:1:1)\n'.repeat(size / 20) }),
      ],
      'the key of a field': (size) => ['m', { ['k'.repeat(size)]: 1 }],
      'a list of short texts': (size) => [
        'm',
        { list: Array.from({ length: Math.ceil(size / 8) }, () => 'text') },
      ],
    };
    for (const [name, make] of Object.entries(lines)) {
      it(`is linear in ${name} of 10 MB, and what is sent of it is within the limits`, async () => {
        const services = await startServices();
        const transport = new AlertTransport({
          service: 'checkout',
          store: new MemoryStore(),
          policy: { newPerMinute: 1_000 },
          notifiers: [
            new SlackNotifier({ webhookUrl: services.webhookUrl }),
            new GitHubNotifier({ token: 't', repository: 'acme/checkout', baseUrl: services.githubUrl }),
          ],
          grouping: 'message',
        });
        const logger = winston.createLogger({ transports: [transport] });
        try {
          expectLinear(`a log call with ${name}`, make, (values) => logger.error('', ...values), [
            quarter,
            8 * quarter,
          ]);
          expect(await transport.flush(20_000)).to.equal(true);
          expect(services.messages()).to.be.at.least(1);
          expect(services.issues()).to.be.at.least(1);
          expect(services.broken).to.deep.equal([]);
        } finally {
          await transport.close();
          await services.close();
        }
      });
    }
  });
});
