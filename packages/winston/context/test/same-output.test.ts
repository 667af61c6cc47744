import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { bindContext, callsiteFormat, context, contextFormat } from '@tocsin/context';
import { expect } from 'chai';
import { MESSAGE, SPLAT } from 'triple-beam';
import winston from 'winston';
import { callStyles } from '../../../base/event/test/call-styles.js';
import { SlowTransport } from '../../../base/event/test/slow-transport.js';

const { format } = winston;
type Format = winston.Logform.Format;

/** All that an info holds, also what is not enumerated. */
function inspected(info: object): string {
  return `${inspect(info, { showHidden: true, depth: 6, getters: true })} ${Reflect.ownKeys(info).map(String).join()}`;
}

const printers: Readonly<Record<string, () => Format>> = {
  json: () => format.json(),
  'splat and json': () => format.combine(format.splat(), format.json()),
  prettyPrint: () => format.prettyPrint({ depth: 6 }),
  simple: () => format.simple(),
  logstash: () => format.logstash(),
  cli: () => format.cli(),
  'errors, metadata and json': () =>
    format.combine(format.errors({ stack: true, cause: true }), format.metadata(), format.json()),
  'a format that makes a new object': () => format.combine(format((info) => ({ ...info }))(), format.json()),
  'JSON.stringify of the info': () => format.printf((info) => JSON.stringify(info)),
  'util.inspect of the info': () => format.printf((info) => inspect(info, { depth: 6 })),
  'printf of all, also hidden keys': () => format.printf(inspected),
};

/** Printers that look for symbols. */
const showsSymbols = ['util.inspect of the info', 'printf of all, also hidden keys'];

/** Frames, times and memory differ from run to run. */
function withoutChance(print: unknown): string {
  return String(print)
    .replace(/durationMs["' ]*: ?\d+/g, 'durationMs: n')
    .replace(/durationMs=\d+/g, 'durationMs=n')
    .replace(/"durationMs":\d+/g, 'durationMs: n');
}

interface Run {
  readonly log: (typeof callStyles)[number]['log'];
  readonly printer: () => Format;
  readonly bound: boolean;
  readonly slow: boolean;
  /** Another transport, with a format of its own. */
  readonly beside?: () => Format;
}

/** What a transport printed of 40 lines. */
async function printed({ log, printer, bound, slow, beside }: Run): Promise<readonly string[]> {
  // What it prints is looked at in time: a shared object may be printed again.
  const transport = new SlowTransport((info) => withoutChance((info as { [MESSAGE]?: unknown })[MESSAGE]), {
    longestMs: slow ? 3 : 1,
  });
  if (!slow) {
    transport.log = (info: object, callback: () => void) => {
      transport.seen.push(withoutChance((info as { [MESSAGE]?: unknown })[MESSAGE]));
      callback();
    };
  }
  const other = new winston.transports.Stream({
    stream: new Writable({ write: (_chunk, _encoding, done) => done() }),
    ...(beside === undefined ? {} : { format: beside() }),
  });
  const logger = winston.createLogger({
    level: 'silly',
    format: printer(),
    defaultMeta: { service: 'checkout' },
    transports: beside === undefined ? [transport] : [other, transport],
  });
  if (bound) bindContext(logger);
  const count = slow ? 40 : 4;
  for (let index = 0; index < count; index += 1) {
    try {
      await context.run({ requestId: `r-${index}`, user: { id: 7 } }, () => log(logger, `request-${index}`));
    } catch (error) {
      // JSON.stringify throws at what holds itself, and winston throws at the caller.
      transport.seen.push(String(error));
    }
  }
  await transport.until(count);
  return transport.seen;
}

describe('What other formats print of a bound logger', function () {
  this.timeout(60_000);
  const { stackTraceLimit } = Error;

  // The frame of the table alone: the others tell which of the two runs it was.
  before(() => {
    Error.stackTraceLimit = 1;
  });
  after(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  for (const slow of [false, true]) {
    for (const [name, printer] of Object.entries(printers)) {
      it(`is exactly what ${name} prints without Tocsin, ${slow ? 'while lines wait' : 'at once'}`, async () => {
        const runs = callStyles.map(async ({ call, log }) => {
          const [without, withTocsin] = await Promise.all([
            printed({ log, printer, bound: false, slow }),
            printed({ log, printer, bound: true, slow }),
          ]);
          expect(without, call).to.have.lengthOf(slow ? 40 : 4);
          expect(withTocsin, call).to.deep.equal(without);
          expect(without.join(), call).not.to.include('requestId');
        });
        await Promise.all(runs);
      });
    }
  }

  describe('that logs one object again and again', () => {
    const objects: Readonly<Record<string, () => { readonly message: string }>> = {
      'an Error': () => Object.assign(new RangeError('shared', { cause: new Error('root') }), { code: 'E' }),
      'a plain object': () => ({ message: 'shared', list: [1] }) as { readonly message: string },
      'an object that holds itself': () => {
        const line = { message: 'shared', list: [] as unknown[] };
        line.list.push({ line });
        return line;
      },
      'an AggregateError of itself': () => {
        const error = new AggregateError([], 'shared');
        error.errors.push(error);
        return error;
      },
    };
    const writing: Readonly<Record<string, () => Format>> = {
      ...printers,
      'colorize and simple': () => format.combine(format.colorize({ all: true }), format.simple()),
      'a format that writes onto it': () =>
        format.combine(
          format((info) => ({ ...Object.assign(info, { times: Number(info['times'] ?? 0) + 1 }) }))(),
          format.json(),
        ),
    };

    for (const [name, printer] of Object.entries(writing)) {
      it(`is exactly what ${name} prints without Tocsin, at once`, async () => {
        for (const make of Object.values(objects)) {
          const runs = [false, true].map((bound) => {
            const object = make();
            const log = (logger: winston.Logger): unknown => logger.error(object);
            return printed({ log, printer, bound, slow: false });
          });
          const [without, withTocsin] = await Promise.all(runs);
          expect(withTocsin).to.deep.equal(without);
        }
      });
    }
  });

  describe('while another transport has contextFormat() and callsiteFormat() in its own format', () => {
    const beside = (): Format => format.combine(contextFormat(), callsiteFormat(), format.json());

    for (const slow of [false, true]) {
      for (const [name, printer] of Object.entries(printers)) {
        if (showsSymbols.includes(name)) continue;
        it(`is exactly what ${name} prints without Tocsin, ${slow ? 'while lines wait' : 'at once'}`, async () => {
          const runs = callStyles.map(async ({ call, log }) => {
            const [without, withTocsin] = await Promise.all([
              printed({ log, printer, bound: false, slow }),
              printed({ log, printer, bound: true, slow, beside }),
            ]);
            expect(withTocsin, call).to.deep.equal(without);
          });
          await Promise.all(runs);
        });
      }
    }

    it('shows nothing but an empty list of what came after the message, and that only to who looks for symbols', async () => {
      const list = `[${String(SPLAT)}]: []`;
      for (const { call, log } of callStyles) {
        const printer = printers['util.inspect of the info']!;
        const [without, withTocsin] = await Promise.all([
          printed({ log, printer, bound: false, slow: false }),
          printed({ log, printer, bound: true, slow: false, beside }),
        ]);
        const bare = withTocsin.map((text, index) =>
          text === without[index] ? text : withoutList(text, list),
        );
        expect(bare.map(dense), call).to.deep.equal(without.map(dense));
      }
    });
  });
});

function withoutList(text: string, list: string): string {
  return text.replace(list, '');
}

/** Without commas and line ends, which move with what an object shows. */
function dense(text: string): string {
  return text.replaceAll(/[\s,]+/g, ' ').trim();
}
