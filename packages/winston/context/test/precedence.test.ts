import { createContext, bindContext, contextFormat, type Context } from '@tocsin/context';
import { toLogEvent, type LogEvent } from '@tocsin/event';
import { expect } from 'chai';
import winston from 'winston';
import Transport from 'winston-transport';
import { type Row, type Setter, loggers, rows, setters, subsets } from './precedence-table.js';

const { format } = winston;

class Probe extends Transport {
  readonly infos: Record<string, unknown>[] = [];
  readonly events: LogEvent[] = [];
  override log(info: Record<string, unknown>, callback: () => void): void {
    this.infos.push({ ...info });
    this.events.push(toLogEvent(info));
    callback();
  }
}

interface Line {
  readonly info: Record<string, unknown>;
  readonly event: LogEvent;
}

/** Whether there are a context and defaultMeta also where they do not set the field. */
type Scene = 'among other fields' | 'alone';
const scenes: readonly Scene[] = ['among other fields', 'alone'];

interface Made {
  readonly context: Context;
  readonly logger: winston.Logger;
  readonly probe: Probe;
}

const made = new Map<string, Made>();

/** A logger with its context; made once for each kind, since thousands of lines are logged. */
function loggerOf(formats: () => winston.Logform.Format, defaultMeta: Record<string, string>): Made {
  const key = JSON.stringify([String(formats), defaultMeta]);
  const known = made.get(key);
  if (known !== undefined) return known;
  const context = createContext();
  const probe = new Probe();
  const logger = winston.createLogger({
    level: 'silly',
    format: formats(),
    transports: [probe],
    ...(Object.keys(defaultMeta).length === 0 ? {} : { defaultMeta }),
  });
  bindContext(logger, { context });
  made.set(key, { context, logger, probe });
  return { context, logger, probe };
}

/** Logs one line on which each of `who` sets the field `where` to its own name. */
function logOne(
  row: Row,
  make: (typeof loggers)[string],
  who: readonly Setter[],
  formats: () => winston.Logform.Format,
  scene: Scene,
): Line {
  const by = (setter: Setter): Record<string, string> => (who.includes(setter) ? { where: setter } : {});
  const others = (fields: Record<string, string>): Record<string, string> =>
    scene === 'alone' ? {} : fields;
  const defaultMeta = { ...others({ service: 'checkout' }), ...by('defaultMeta') };
  const { context, logger, probe } = loggerOf(formats, defaultMeta);
  const fields = { ...others({ requestId: 'r-1' }), ...by('context') };
  context.run(fields, () => row.log(make(logger, by('child')), by('call')));
  expect(probe.infos).to.have.lengthOf(1);
  return { info: probe.infos.pop()!, event: probe.events.pop()! };
}

function first(who: readonly Setter[], without: readonly Setter[] = []): Setter | undefined {
  return setters.find((setter) => who.includes(setter) && !without.includes(setter));
}

const orders: Readonly<Record<string, () => winston.Logform.Format>> = {
  'contextFormat() after splat()': () => format.combine(format.splat(), contextFormat()),
  'contextFormat() before splat()': () => format.combine(contextFormat(), format.splat()),
  'contextFormat() and no splat()': () => contextFormat(),
};

describe('The order call > context > child > defaultMeta', () => {
  for (const [logs, make] of Object.entries(loggers)) {
    const sets = subsets.filter((who) => logs !== 'the root' || !who.includes('child'));
    const cases = scenes.flatMap((scene) =>
      sets.map((who) => ({ scene, who, name: `${scene}: ${who.join()}` })),
    );

    describe(`when ${logs} logs`, () => {
      for (const row of rows) {
        for (const [order, formats] of Object.entries(orders)) {
          it(`holds on the line of ${row.call}, with ${order}`, () => {
            const found = cases.map(({ name, who, scene }) => {
              const { info } = logOne(row, make, who, formats, scene);
              return [name, info['where']];
            });
            const stays = (who: readonly Setter[]): boolean =>
              row.leftToSplat !== true || !order.includes('no splat') || who.join() !== 'call';
            expect(found).to.deep.equal(
              cases.map(({ name, who }) => [name, stays(who) ? first(who) : undefined]),
            );
          });
        }

        for (const [title, formats] of Object.entries({
          'without a format': () => format((info) => info)(),
          'with splat() alone': () => format.splat(),
          'with contextFormat()': () => format.combine(format.splat(), contextFormat()),
        })) {
          it(`holds in the event of ${row.call}, ${title}`, () => {
            const without: readonly Setter[] = row.ofError === true ? ['call'] : [];
            const found = cases.map(({ name, who, scene }) => {
              const { event } = logOne(row, make, who, formats, scene);
              return [name, event.context['where'], event.error?.own['where']];
            });
            expect(found).to.deep.equal(
              cases.map(({ name, who }) => {
                const own = row.ofError === true && who.includes('call') ? 'call' : undefined;
                return [name, first(who, without), own];
              }),
            );
          });
        }
      }
    });
  }
});
