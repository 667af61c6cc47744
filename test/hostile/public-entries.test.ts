import { AlertTransport } from '@tocsin/alert';
import * as decision from '@tocsin/decision';
import * as event from '@tocsin/event';
import { GitHubNotifier } from '@tocsin/github';
import { SlackNotifier } from '@tocsin/slack';
import * as transport from '@tocsin/transport';
import { expect } from 'chai';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { types } from 'node:util';
import winston from 'winston';
import { packagesOf } from '../../scripts/workspace.mjs';
import { root } from '../../scripts/root.mjs';
import { sampleAlert, sampleEvent, sampleRecord } from '../services/sample-event.js';
import { contextEntries } from './context-entries.js';
import { hostileAlerts, hostileEvents, hostileRecords, hostileSightings } from './events.js';
import { config, never, noInput, optionsOf, row, type Row } from './rows.js';
import { allSingles, hostileTexts, hostileValues, Recipe, runs } from './values.js';

const value = hostileValues;
const text = hostileTexts;
const number = fc.constantFrom(Number.NaN, Infinity, -Infinity, -1, 0, 1.5, 1e308, 2 ** 53, 5);

const policyNames = ['cooldownMs', 'everyNth', 'countGapMs', 'newPerMinute', 'leaseMs', 'sweepMs'];
const redactionNames = ['sensitiveFields', 'keepFields', 'personalData'];
const transportNames = [...transport.transportOptionNames];
const alertNames = [
  ...transportNames,
  ...[
    'service',
    'environment',
    'release',
    'tags',
    'notifiers',
    'store',
    'policy',
    'grouping',
    'routes',
    'ignore',
  ],
  ...['beforeAlert', 'root', 'ignoreFrames', 'sensitiveFields', 'coalesceMs', 'breadcrumbs'],
];
const slackNames = [
  'webhookUrl',
  'token',
  'channel',
  'apiUrl',
  'name',
  'minSeverity',
  'onAmbiguous',
  'fetch',
];
const githubNames = [
  ...[
    'token',
    'repository',
    'baseUrl',
    'allowPublic',
    'onClosed',
    'extraLabels',
    'maxNewPerDay',
    'minSeverity',
  ],
  ...['name', 'fetch'],
];
const webhook = { webhookUrl: 'https://hooks.slack.com/services/T0/B0/x' };
const app = { token: 'xoxb-1', channel: '#alerts' };
const issues = { token: 'ghp_1', repository: 'acme/checkout' };
const service = { service: 'checkout', notifiers: [] };
const signal = AbortSignal.abort();
const { policy, sighting, key } = {
  policy: decision.defaultPolicy,
  sighting: {
    ...sampleRecord().key,
    id: 'id',
    instance: 'web-1',
    count: 1,
    occurredAt: 0,
    severity: 'error',
    sample: sampleEvent(),
  } as const,
  key: sampleRecord().key,
};

/** A transport without a background of its own. */
class Plain extends transport.NonBlockingTransport<unknown> {
  constructor(options: unknown) {
    super('Plain', options as transport.NonBlockingTransportOptions);
  }
  protected override take(info: unknown): { item: unknown; bytes: number } {
    return { item: info, bytes: 1 };
  }
  protected override handle(): void {
    this.counters.deliver(1);
  }
  protected override async settle(): Promise<void> {
    // Nothing is under way.
  }
  protected override async release(): Promise<void> {
    // Nothing was taken.
  }
}

/** Hands each given value to a transport in every way in which winston may; it must be whole afterwards. */
async function writeInto(made: transport.NonBlockingTransport<never>, ...lines: unknown[]): Promise<void> {
  let calledBack = 0;
  for (const line of lines) {
    made.log(line, () => (calledBack += 1));
    made._write(line, 'utf8', () => (calledBack += 1));
    made._writev([{ chunk: line }], () => (calledBack += 1));
  }
  expect(calledBack, 'callbacks').to.equal(3 * lines.length);
  await made.close(1_000);
  const { accepted, delivered, suppressed, dropped, pending } = made.stats();
  const settled = [delivered, ...Object.values(suppressed), ...Object.values(dropped)];
  expect(pending).to.equal(0);
  expect(settled.reduce((sum, count) => sum + count, 0)).to.equal(accepted);
}

/** Every runtime export, by package. */
const table: Readonly<Record<string, Readonly<Record<string, readonly Row[]>>>> = {
  '@tocsin/context': contextEntries,

  '@tocsin/event': {
    TocsinError: [
      never('instanceof', [value], (any: unknown) => any instanceof event.TocsinError),
      never(
        'new',
        [text, value, value],
        (message: string, cause: unknown, context: Record<string, unknown>) =>
          new event.TocsinError(message, { code: 'TOCSIN_INTERNAL', cause, context }),
      ),
    ],
    approximateBytes: [
      never('of a plain copy', [value], (any: unknown) => event.approximateBytes(event.plainCopy(any))),
    ],
    callChain: [never('of an event', [hostileEvents, number], event.callChain)],
    captureAtCall: [
      config('of no logger', [value, value], event.captureAtCall),
      config('options', [optionsOf({}, 'callSiteFrom', 'context', 'breadcrumbs')], (options: object) =>
        event.captureAtCall(winston.createLogger({ silent: true }), options),
      ),
    ],
    capturedFor: [never('of anything', [value], event.capturedFor)],
    carryCaptured: [never('of anything', [value, value], event.carryCaptured)],
    capturedOf: [never('of anything', [value], event.capturedOf)],
    causeLines: [
      never('of an event', [hostileEvents], ({ error }: event.LogEvent) =>
        error === undefined ? [] : event.causeLines(error, 5),
      ),
    ],
    configError: [
      never(
        'about anything',
        [text, text, value, text],
        (owner: string, option: string, came: unknown, allowed: string) => {
          const { message } = event.configError(
            owner.slice(0, 20),
            option.slice(0, 20),
            came,
            allowed.slice(0, 20),
          );
          expect(message.length).to.be.below(1_000);
        },
      ),
    ],
    createCallSites: [
      config(
        'options',
        [optionsOf({}, 'root', 'ignoreFrames', 'integrationPatterns')],
        event.createCallSites,
      ),
    ],
    createSourceFiles: [
      never('read', [text, text], (path: string, folder: string) =>
        event.createSourceFiles().read(path, folder),
      ),
      config(
        'options',
        [optionsOf({}, 'maxFiles', 'maxBytes', 'maxFileBytes', 'recheckMs', 'now')],
        (options: object) => event.createSourceFiles(options),
      ),
    ],
    errorFormat: [
      // In a list: a Promise that was logged comes back as it is, and must not be waited for.
      never('transform', [value], (info: winston.Logform.TransformableInfo) => [
        event.errorFormat().transform(info, {}),
      ]),
      config(
        'options',
        [optionsOf({}, ...redactionNames, 'frames', 'root', 'ignoreFrames')],
        event.errorFormat,
      ),
    ],
    findError: [never('in anything', [value], event.findError)],
    findLine: [never('of anything', [value], event.findLine)],
    fingerprint: [
      never('of an event', [hostileEvents], (any: event.LogEvent) => {
        expect(event.fingerprint(any)).to.match(/^[\da-f]{64}$/);
      }),
      config('options', [hostileEvents, optionsOf({}, 'grouping', 'root')], event.fingerprint),
    ],
    fingerprintKey: [
      never('of an event', [hostileEvents], (any: event.LogEvent) => event.fingerprintKey(any)),
      config('options', [hostileEvents, optionsOf({}, 'grouping', 'root')], event.fingerprintKey),
    ],
    isAnyLoggerBound: noInput,
    isAtLeast: [never('of anything', [value, value], event.isAtLeast)],
    isKnownLevel: [never('of anything', [value], event.isKnownLevel)],
    isQuiet: noInput,
    locate: [never('of an event', [hostileEvents], ({ error }: event.LogEvent) => event.locate(error))],
    messageWithCause: [
      never('of an event', [hostileEvents], ({ error }: event.LogEvent) =>
        error === undefined ? '' : event.messageWithCause(error),
      ),
    ],
    messageTemplate: [
      never('of a text', [text], event.messageTemplate),
      never('of anything', [value], event.messageTemplate),
    ],
    ownLine: [never('of anything', [value], (any: object) => [event.ownLine(any)])],
    parseStack: [
      never('of a text', [text, text, text], (stack: string, name: string, message: string) =>
        event.parseStack(stack, { name, message }),
      ),
      never('of anything', [value, value, value], (stack: string, name: string, message: string) =>
        event.parseStack(stack, { name, message }),
      ),
    ],
    plainCopy: [
      never('of anything', [value], (any: unknown) => JSON.stringify(event.plainCopy(any))),
      never('limits', [value, number, number, number, number], (any: unknown, ...most: number[]) => {
        const [maxDepth, maxKeys, maxStringLength, maxTotal] = most as [number, number, number, number];
        return event.plainCopy(any, { maxDepth: Math.min(maxDepth, 50), maxKeys, maxStringLength, maxTotal });
      }),
    ],
    readOptions: [
      config('what throws', [value], (thrown: unknown) =>
        event.readOptions('Owner', () => {
          throw thrown; // oxlint-disable-line no-throw-literal
        }),
      ),
    ],
    redact: [
      never('of anything', [value], (any: unknown) => JSON.stringify(event.redact(any))),
      config('options', [value, optionsOf({}, ...redactionNames)], event.redact),
    ],
    redactFormat: [
      never('transform', [value], (info: winston.Logform.TransformableInfo) =>
        event.redactFormat().transform(info, {}),
      ),
      config('options', [optionsOf({}, ...redactionNames)], event.redactFormat),
    ],
    redactOwnFields: [
      never('of anything', [value], (any: Record<string, unknown>) => event.redactOwnFields(any)),
      config('options', [value, optionsOf({}, ...redactionNames)], event.redactOwnFields),
    ],
    redactText: [
      never('of a text', [text], (any: string) => event.redactText(any)),
      never('of anything', [value], (any: string) => event.redactText(any)),
      config('options', [text, optionsOf({}, ...redactionNames)], event.redactText),
    ],
    resolveRedaction: [
      config('options', [optionsOf({}, ...redactionNames)], (options: object) =>
        event.resolveRedaction(options),
      ),
    ],
    runQuietly: [
      row('what the caller gave', 'work that throws', [value], (any: unknown) =>
        event.runQuietly(() => {
          throw any; // oxlint-disable-line no-throw-literal
        }),
      ),
    ],
    severities: noInput,
    refuseUnknownOptions: [
      config('of names', [text, text], (a: string, b: string) =>
        event.refuseUnknownOptions('Owner', '', [a], [b]),
      ),
    ],
    severityOf: [
      never('of anything', [value, value], event.severityOf),
      never('of a text', [text], (level: string) => event.severityOf(level)),
    ],
    showControl: [
      never('of a text', [text, fc.boolean()], (any: string, keepNewlines: boolean) =>
        event.showControl(any, { keepNewlines }),
      ),
      never('of anything', [value], (any: string) => event.showControl(any)),
    ],
    snapshot: [
      never('of anything', [value, value], (info: unknown, error: unknown) => [
        event.snapshot(info),
        event.snapshot({ level: 'error', error: info }, { error, ownKeys: ['a', '__proto__'] }),
      ]),
    ],
    stripAnsi: [never('of a text', [text], event.stripAnsi), never('of anything', [value], event.stripAnsi)],
    takeFrames: [never('of anything', [value], (any: object) => event.takeFrames(any, undefined))],
    takeSpans: [never('of anything', [value], (any: object) => event.takeSpans(any, () => undefined))],
    toLogEvent: [
      never('of anything', [value, value], (line: unknown, other: unknown) =>
        [line, { level: line, message: other, error: line, [Symbol.for('splat')]: [other, line] }].map(
          (one) => JSON.stringify(event.toLogEvent(one)),
        ),
      ),
      never(
        'options',
        [
          value,
          optionsOf(
            {},
            ...redactionNames,
            'service',
            'tags',
            'root',
            'ignoreFrames',
            'levels',
            'captured',
            'integrationPatterns',
          ),
        ],
        event.toLogEvent,
      ),
    ],
    toSample: [
      never('of an event', [hostileEvents, number], (any: event.LogEvent, maxBytes: number) => {
        const least = Number.isNaN(maxBytes) ? 8_192 : Math.max(1_024, maxBytes);
        expect(Buffer.byteLength(JSON.stringify(event.toSample(any, maxBytes)))).to.be.at.most(least);
      }),
    ],
    truncate: [
      never('of a text', [text, number, number], (any: string, max: number, cut: number) => {
        const short = event.truncate(any, max, cut);
        expect(short.isWellFormed()).to.equal(true);
        if (max >= 0) expect(short.length).to.be.at.most(max);
      }),
      never('of anything', [value, number], (any: string, max: number) => event.truncate(any, max)),
    ],
    uuidv7: [
      never('of a number', [number], (now: number) => {
        expect(event.uuidv7(now)).to.match(
          /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
        );
      }),
    ],
    warnOnce: [never('of a text', [text], (any: string) => event.warnOnce('TOCSIN_HOSTILE', any))],
    withSources: [
      never('of an event', [hostileEvents], (any: event.LogEvent) => event.withSources(any)),
      never(
        'options',
        [
          hostileEvents,
          optionsOf({}, ...redactionNames, 'root', 'ignoreFrames', 'excerptFrames', 'contextLines', 'files'),
        ],
        event.withSources,
      ),
    ],
  },

  '@tocsin/decision': {
    MemoryStore: [
      config(
        'options',
        [optionsOf({}, 'maxRecords', 'maxBytes', 'ttlMs', 'clock')],
        (options: object) => new decision.MemoryStore(options),
      ),
      config('record', [value, value], (a: never, b: never) => new decision.MemoryStore().record(a, b)),
      config('record, sighting', [optionsOf(sighting, ...Object.keys(sighting))], (a: never) =>
        new decision.MemoryStore().record(a, policy),
      ),
      config('record, policy', [optionsOf(policy, ...policyNames)], (a: never) =>
        new decision.MemoryStore().record(sighting, a),
      ),
      never(
        'record, a whole life',
        [fc.array(hostileSightings, { minLength: 1, maxLength: 4 })],
        async (...[sightings]: [decision.Sighting[]]) => {
          const store = new decision.MemoryStore();
          for (const one of sightings) {
            const verdict = await store.record(one, policy);
            if (verdict.alert)
              await store.settle(
                one,
                one.id,
                '__proto__',
                { state: 'delivered', refs: null, link: '' },
                true,
              );
          }
          await store.list({});
          await store.recover(sightings[0]!, ['a', 'b']);
        },
      ),
      config('renew', [value, value], (a: never, b: never) => new decision.MemoryStore().renew(a, b)),
      config('settle', [value, value, value, value], (a: never, b: never, c: never, d: never) =>
        withRecord((store) => [
          store.settle(a, b, c, d, true),
          store.settle(key, 'id', 'slack', d, false),
          store.settle(key, 'id', b, { state: 'delivered' }, true),
        ]),
      ),
      config('recover', [value, value], (a: never, b: never) =>
        withRecord((store) => [store.recover(a, b), store.recover(key, b), store.recover(a, ['a'])]),
      ),
      config('permit', [value, value, value], (a: never, b: never, c: never) =>
        withRecord((store) => [store.permit(a, b, c), store.permit(a, 1, 1)]),
      ),
      config('get', [value], (a: never) => withRecord((store) => [store.get(a)])),
      config(
        'list',
        [optionsOf({}, 'service', 'environment', 'state', 'seenAfter', 'limit', 'after')],
        (a: never) => withRecord((store) => [store.list(a)]),
      ),
      config(
        'update',
        [value, optionsOf({}, 'mutedUntil', 'resolved', 'ignored', 'tracker', 'refs')],
        (a: never, b: never) => withRecord((store) => [store.update(a, b), store.update(key, b)]),
      ),
    ],
    addToDigest: [
      never('of a checked sighting', [hostileSightings, number], (one: decision.Sighting, now: number) => {
        const digest = decision.addToDigest(undefined, one, policy, now);
        return decision.addToDigest(digest, one, policy, now);
      }),
    ],
    answerFailure: [
      never(
        'of any answer',
        [text, number, text, text],
        (name: string, status: number, header: string, reason: string) => {
          const failure = decision.answerFailure(name, { status, headers: { get: () => header }, reason }, 0);
          expect(failure.message.length).to.be.below(name.length + 400);
        },
      ),
    ],
    applyChange: [
      never(
        'of a checked change',
        [hostileRecords, text, fc.boolean(), number],
        (record: decision.ErrorRecord, name: string, on: boolean, at: number) =>
          decision.applyChange(
            record,
            {
              mutedUntil: at,
              resolved: on,
              ignored: on,
              tracker: { state: 'closed', closedAt: at },
              refs: { notifier: name, refs: name },
            },
            at,
          ),
      ),
    ],
    assertChange: [
      config(
        'of anything',
        [optionsOf({}, 'mutedUntil', 'resolved', 'ignored', 'tracker', 'refs')],
        (any: never) => decision.assertChange('Store', any),
      ),
    ],
    assertKey: [
      config('of anything', [optionsOf(key, 'service', 'environment', 'fingerprint')], (any: never) =>
        decision.assertKey('Store', any),
      ),
    ],
    assertNotifier: [
      config(
        'of anything',
        [
          optionsOf(
            new SlackNotifier(webhook),
            'name',
            'kind',
            'minSeverity',
            'onAmbiguous',
            'notify',
            'update',
            'paces',
          ),
        ],
        (any: unknown) => decision.assertNotifier('Transport', any),
      ),
    ],
    assertOutcome: [
      config(
        'of anything',
        [optionsOf({ state: 'delivered' }, 'state', 'link', 'tracker', 'code')],
        (any: never) => decision.assertOutcome('Store', any),
      ),
    ],
    assertPolicy: [
      config('of anything', [optionsOf(policy, ...policyNames)], (any: never) =>
        decision.assertPolicy('Store', any),
      ),
    ],
    assertQuery: [
      config(
        'of anything',
        [optionsOf({}, 'service', 'environment', 'state', 'seenAfter', 'limit', 'after')],
        (any: never) => decision.assertQuery('Store', any),
      ),
    ],
    assertSighting: [
      config('of anything', [optionsOf(sighting, ...Object.keys(sighting))], (any: never) =>
        decision.assertSighting('Store', any),
      ),
    ],
    assertStore: [
      config('of anything', [optionsOf({}, 'record', 'close')], (any: unknown) =>
        decision.assertStore('Transport', any),
      ),
    ],
    assertText: [config('of anything', [value], (any: unknown) => decision.assertText('Store', 'text', any))],
    backgroundFetch: [
      row('as fetch does', 'of anything but an address', [value], (any: string) =>
        decision.backgroundFetch(any, { signal }),
      ),
    ],
    checkToken: [config('of anything', [value], (any: unknown) => decision.checkToken('Notifier', any))],
    commonNotifierOptions: [
      config('of anything', [value, value, value], (name: unknown, minSeverity: unknown, fetch: unknown) =>
        decision.commonNotifierOptions('Notifier', { name, minSeverity, fetch }, 'notifier'),
      ),
    ],
    decide: [
      never(
        'of a checked sighting',
        [fc.option(hostileRecords, { nil: undefined }), hostileSightings, number, number],
        (record: decision.ErrorRecord | undefined, one: decision.Sighting, seen: number, now: number) =>
          decision.decide(record, one, policy, seen, now),
      ),
    ],
    defaultPolicy: noInput,
    digestKey: [never('of a checked key', [hostileSightings, number], decision.digestKey)],
    isSafeUrl: [never('of anything', [value], decision.isSafeUrl)],
    minuteOf: [never('of a number', [number], decision.minuteOf)],
    parseRetryAfter: [never('of a header', [text, number], decision.parseRetryAfter)],
    recordState: [never('of a record', [hostileRecords, number], decision.recordState)],
    recoverClaim: [never('of a record', [hostileRecords, text, number], decision.recoverClaim)],
    renewClaim: [
      never(
        'of a record',
        [hostileRecords, text, number],
        (record: decision.ErrorRecord, token: string, now: number) => [
          decision.renewClaim(record, token, now),
          decision.renewClaim(record, 'token', now),
        ],
      ),
    ],
    requestFailure: [never('of anything thrown', [text, value], decision.requestFailure)],
    resolvePolicy: [
      config('of anything', [optionsOf({}, ...policyNames)], (any: object) =>
        decision.resolvePolicy('Transport', any),
      ),
    ],
    secretOptionError: [
      never('of anything', [value], (any: unknown) =>
        decision.secretOptionError('Notifier', 'token', any, 'a token'),
      ),
    ],
    settleClaim: [
      never(
        'of a checked outcome',
        [hostileRecords, text, text, number],
        (record: decision.ErrorRecord, name: string, link: string, now: number) =>
          decision.settleClaim(
            record,
            'token',
            name,
            { state: 'delivered', refs: link, link, tracker: { state: 'closed', closedAt: now } },
            false,
            now,
          ),
      ),
    ],
  },

  '@tocsin/transport': {
    Counters: [
      never('reasons', [text, number], (reason: string, lines: number) => {
        const counters = new transport.Counters();
        counters.drop(reason, lines);
        counters.suppress(reason, lines);
        return [counters.dropped, counters.suppressed];
      }),
    ],
    NonBlockingTransport: [
      config('options', [optionsOf({}, ...transportNames)], (options: unknown) => new Plain(options).close()),
      never('lines', [value, value], (...lines: unknown[]) =>
        writeInto(new Plain({}) as never, ...lines, { level: lines[0], message: lines[1] }),
      ),
      config('flush', [value], (timeoutMs: never) => new Plain({}).flush(timeoutMs)),
      config('close', [value], (timeoutMs: never) => new Plain({}).close(timeoutMs)),
    ],
    Reporter: [
      never('listeners that throw', [value], (thrown: unknown) => {
        const fail = (): never => {
          throw thrown; // oxlint-disable-line no-throw-literal
        };
        const reporter = new transport.Reporter({ onError: fail, emitWarn: fail });
        reporter.failed('part', new event.TocsinError('said', { code: 'TOCSIN_INTERNAL' }));
        expect(reporter.listenerFailures).to.equal(2);
      }),
    ],
    asTocsinError: [
      never('of anything thrown', [value], (thrown: unknown) => {
        expect(transport.asTocsinError(thrown, 'TOCSIN_INTERNAL', 'It failed').message).to.be.a('string');
      }),
    ],
    checkWhole: [
      config('of anything', [value], (any: unknown) => transport.checkWhole('Owner', 'option', any, 0)),
    ],
    defaultRetryRules: noInput,
    nextTry: [
      never(
        'of any wait',
        [number, number, fc.boolean()],
        (retryAfterMs: number, tried: number, told: boolean) =>
          transport.nextTry(
            new event.TocsinError('x', {
              code: 'TOCSIN_INTERNAL',
              retryable: true,
              ...(told ? { retryAfterMs } : {}),
            }),
            tried,
            'retry',
          ),
      ),
    ],
    sleep: [never('of any time', [number], (ms: number) => transport.sleep(ms, signal))],
    transportOptionNames: noInput,
    withDeadline: [
      row(
        'what the caller gave',
        'work that throws',
        [value, fc.boolean()],
        (thrown: unknown, atOnce: boolean) =>
          transport.withDeadline(5_000, 'TOCSIN_INTERNAL', 'it', async () => {
            if (!atOnce) await Promise.resolve();
            throw thrown; // oxlint-disable-line no-throw-literal
          }),
      ),
    ],
  },

  '@tocsin/alert': {
    AlertTransport: [
      config('options', [optionsOf(service, ...alertNames)], (options: never) =>
        new AlertTransport(options).close(),
      ),
      config('policy', [optionsOf({}, ...policyNames)], (given: never) =>
        new AlertTransport({ ...service, policy: given }).close(),
      ),
      config('queue', [optionsOf({}, 'maxEvents', 'maxBytes', 'policy')], (queue: never) =>
        new AlertTransport({ ...service, queue }).close(),
      ),
      config('routes', [optionsOf({ when: () => true, notifiers: [] }, 'when', 'notifiers')], (one: never) =>
        new AlertTransport({ ...service, routes: [one] }).close(),
      ),
      never('lines', [value, value], (...lines: unknown[]) =>
        writeInto(new AlertTransport({ ...service, onError: () => undefined }) as never, ...lines, {
          level: 'error',
          message: lines[0],
          error: lines[1],
        }),
      ),
      never("functions of the user's that throw", [value, value], async (thrown: unknown, line: unknown) => {
        const fail = (): never => {
          throw thrown; // oxlint-disable-line no-throw-literal
        };
        const notifier: decision.Notifier = { name: 'n', kind: 'channel', notify: fail, close: fail };
        const made = new AlertTransport({
          service: 'checkout',
          notifiers: [notifier],
          onError: fail,
          beforeAlert: fail,
          grouping: fail,
          ignore: [fail],
          routes: [{ when: fail, notifiers: ['n'] }],
        });
        await writeInto(made as never, { level: 'error', message: 'a line', line });
      }),
      never("answers of the user's functions", [value], async (answer: never) => {
        const give = (): never => answer;
        const notifier: decision.Notifier = {
          name: 'n',
          kind: 'tracker',
          notify: give,
          update: give,
          check: give,
          close: give,
        };
        const made = new AlertTransport({
          service: 'checkout',
          notifiers: [notifier],
          onError: give,
          beforeAlert: give,
          grouping: give,
          ignore: [give],
          routes: [{ when: give, notifiers: ['n'] }],
        });
        await writeInto(made as never, { level: 'error', message: 'a line' });
      }),
    ],
  },

  '@tocsin/slack': {
    SlackNotifier: [
      config('options', [optionsOf(webhook, ...slackNames)], (options: never) => new SlackNotifier(options)),
      config(
        'options of an app',
        [optionsOf(app, ...slackNames)],
        (options: never) => new SlackNotifier(options),
      ),
      row('a TocsinError', 'notify by webhook', [hostileAlerts], (alert: decision.Alert) =>
        new SlackNotifier({ ...webhook, fetch: answering('ok') }).notify(alert, {
          signal: AbortSignal.timeout(9_000),
        }),
      ),
      row('a TocsinError', 'notify and update by an app', [hostileAlerts], async (alert: decision.Alert) => {
        const notifier = new SlackNotifier({
          ...app,
          fetch: answering('{"ok":true,"ts":"1.2","channel":"C1"}'),
        });
        await notifier.notify(alert, { signal: AbortSignal.timeout(9_000) });
        await notifier.update!(alert, { signal: AbortSignal.timeout(9_000) });
      }),
      row(
        'a TocsinError',
        'any answer',
        [text, fc.constantFrom(200, 204, 302, 404, 429, 500)],
        (body: string, status: number) =>
          new SlackNotifier({ ...app, fetch: answering(body, status) }).notify(sampleAlert(), {
            signal: AbortSignal.timeout(9_000),
          }),
      ),
    ],
  },

  '@tocsin/github': {
    GitHubNotifier: [
      config('options', [optionsOf(issues, ...githubNames)], (options: never) => new GitHubNotifier(options)),
      row('a TocsinError', 'notify and update', [hostileAlerts], async (alert: decision.Alert) => {
        const notifier = new GitHubNotifier({
          ...issues,
          fetch: answering(
            '{"full_name":"acme/checkout","private":true,"login":"bot","number":1,"html_url":"https://github.com/acme/checkout/issues/1","state":"open"}',
            201,
          ),
        });
        await notifier.notify(alert, { signal: AbortSignal.timeout(9_000) });
        await notifier.update(alert, { signal: AbortSignal.timeout(9_000) });
      }),
      row('a TocsinError', 'check', [value], (refs: never) =>
        new GitHubNotifier({
          ...issues,
          fetch: answering('{"full_name":"acme/checkout","private":true,"login":"bot"}'),
        }).check(refs, { signal: AbortSignal.timeout(9_000) }),
      ),
      row(
        'a TocsinError',
        'any answer',
        [text, fc.constantFrom(200, 204, 302, 403, 404, 422, 429, 500)],
        (body: string, status: number) =>
          new GitHubNotifier({ ...issues, fetch: answering(body, status) }).notify(sampleAlert(), {
            signal: AbortSignal.timeout(9_000),
          }),
      ),
    ],
  },
};

/** A service that says the same to everything. */
function answering(body: string, status = 200): typeof fetch {
  return async () =>
    new Response([204, 304].includes(status) ? null : body, {
      status,
      headers: { 'content-type': 'application/json' },
    });
}

/** A store that knows an error, and what is asked of it; rejects as the first of the answers that does. */
async function withRecord(ask: (store: decision.MemoryStore) => readonly Promise<unknown>[]): Promise<void> {
  const store = new decision.MemoryStore();
  await store.record(sighting, policy);
  const answers = await Promise.allSettled(ask(store));
  for (const answer of answers) if (answer.status === 'rejected') throw answer.reason;
}

interface Outcome {
  readonly thrown: boolean;
  readonly error?: unknown;
}

async function outcomeOf({ run }: Row, given: readonly unknown[]): Promise<Outcome> {
  try {
    const result = (run as (...values: unknown[]) => unknown)(...given);
    if (types.isPromise(result)) await result;
    return { thrown: false };
  } catch (error) {
    return { thrown: true, error };
  }
}

function isTocsinError(error: unknown, code?: string): boolean {
  return error instanceof event.TocsinError && (code === undefined || error.code === code);
}

/** Whether the entry may end like this; where not, the error is the one to show. */
function check({ mayThrow }: Row, { thrown, error }: Outcome): void {
  if (!thrown || mayThrow === 'what the caller gave' || mayThrow === 'as fetch does') return;
  if (mayThrow === 'a configuration error' && isTocsinError(error, 'TOCSIN_CONFIG_INVALID')) return;
  if (mayThrow === 'a TocsinError' && isTocsinError(error)) return;
  throw error;
}

const prototypes = [
  Object.prototype,
  Array.prototype,
  Function.prototype,
  Error.prototype,
  Map.prototype,
  Promise.prototype,
];

function shapes(): string {
  return prototypes.map((prototype) => Reflect.ownKeys(prototype).map(String).join()).join('\n');
}

describe('whatever is given to a public entry', function () {
  this.timeout(30_000);
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  let asBefore = '';

  before(() => {
    asBefore = shapes();
    process.on('unhandledRejection', note);
  });

  after(async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    process.off('unhandledRejection', note);
    expect(unhandled, 'rejections that nobody handles').to.deep.equal([]);
    expect(shapes(), 'the prototypes of everything').to.equal(asBefore);
  });

  for (const { folder, name } of packagesOf(root)) {
    const exported = exportsOf(folder);
    if (exported === undefined) continue;
    it(`of ${name}: the table knows each one`, () => {
      expect(Object.keys(table[name] ?? {}).sort()).to.deep.equal([...exported].sort());
    });
  }

  for (const [name, entries] of Object.entries(table)) {
    for (const [entry, rows] of Object.entries(entries)) {
      for (const one of rows) {
        it(`${name}: ${entry} (${one.title}) throws ${one.mayThrow}${one.mayThrow === 'nothing' ? '' : ' or nothing'}`, async () => {
          await fc.assert(
            fc.asyncProperty(one.given, async (given) => {
              const made = given.map((each) => (each instanceof Recipe ? each.make() : each));
              check(one, await outcomeOf(one, made));
            }),
            runs(100),
          );
        });
      }
    }
  }

  it('holds for each of the hostile values as it is', async () => {
    const entries = [
      event.snapshot,
      event.redact,
      event.plainCopy,
      event.findError,
      event.toLogEvent,
      (any: unknown) => transport.asTocsinError(any, 'TOCSIN_INTERNAL', 'x'),
    ];
    for (const { text: shown, make } of allSingles) {
      for (const entry of entries) {
        try {
          entry(make());
        } catch (error) {
          throw new Error(`${entry.name} of ${shown}`, { cause: error });
        }
      }
    }
  });
});

/** The names in a package's exports.txt that are there at run time. */
function exportsOf(folder: string): readonly string[] | undefined {
  try {
    return readFileSync(`${folder}/exports.txt`, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !/^(\S+ )?type /.test(line));
  } catch {
    // An example publishes nothing.
    return undefined;
  }
}
