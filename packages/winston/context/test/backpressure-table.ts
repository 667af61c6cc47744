import { AsyncLocalStorage } from 'node:async_hooks';
import { bindContext, context, contextFormat } from '@tocsin/context';
import winston from 'winston';
import { type CallStyle, requestName, whoLogged } from '../../../base/event/test/call-styles.js';
import { seeded, SlowTransport } from '../../../base/event/test/slow-transport.js';

const { format } = winston;

/** What a transport sees of a line. */
export interface Seen {
  /** Whose line it is, as the line itself tells. */
  readonly who: string | undefined;
  /** Whose context `contextFormat()` put on it. */
  readonly shown: unknown;
  /** Whose store the user's own format found. */
  readonly found: unknown;
}

export const requests = 300;

const usersStorage = new AsyncLocalStorage<string>();

/** A format as users write it: it works well until a transport is slow. */
const usersFormat = format((info) => {
  info['foundBy'] = usersStorage.getStore();
  return info;
});
const clone = format((info) => ({ ...info }));

function look(info: object): Seen {
  const { requestId, foundBy } = info as { readonly requestId?: unknown; readonly foundBy?: unknown };
  return { who: whoLogged(info), shown: requestId, found: foundBy };
}

/** How a logger is made, and what happens to it. */
export interface Setup {
  readonly loggerFormat: () => winston.Logform.Format;
  /** The slow transport's own. */
  readonly transportFormat?: () => winston.Logform.Format;
  readonly inBatches?: boolean;
  /** Done when half of the requests have logged and most of their lines wait. */
  readonly between?: (logger: winston.Logger, slow: SlowTransport<Seen>) => void;
}

const shown = (): winston.Logform.Format => format.combine(format.splat(), contextFormat(), usersFormat());

export const setups: Readonly<Record<string, Setup>> = {
  "in the logger's format": { loggerFormat: shown },
  "in the logger's format, before a transport that takes all that wait": {
    loggerFormat: shown,
    inBatches: true,
  },
  "in the slow transport's own format": {
    loggerFormat: () => format.combine(format.splat(), usersFormat()),
    transportFormat: () => contextFormat(),
  },
  'in the own format of a slow transport that takes all that wait': {
    loggerFormat: () => format.combine(format.splat(), usersFormat()),
    transportFormat: () => contextFormat(),
    inBatches: true,
  },
  'in both': { loggerFormat: shown, transportFormat: () => contextFormat() },
  "in the logger's format, among formats that make a new object": {
    loggerFormat: () =>
      format.combine(format.splat(), clone(), contextFormat(), clone(), usersFormat(), clone()),
  },
  "in the slow transport's own format, behind formats that make a new object": {
    loggerFormat: () => format.combine(format.splat(), clone(), usersFormat(), clone()),
    transportFormat: () => format.combine(clone(), contextFormat()),
  },
  'with clear() and add() while lines wait': {
    loggerFormat: shown,
    between: (logger, slow) => logger.clear().add(slow),
  },
  'with configure() while lines wait': {
    loggerFormat: shown,
    between: (logger, slow) => logger.configure({ level: 'silly', format: shown(), transports: [slow] }),
  },
  "with configure(), in the slow transport's own format": {
    loggerFormat: () => format.combine(format.splat(), usersFormat()),
    transportFormat: () => contextFormat(),
    between: (logger, slow) =>
      logger.configure({
        level: 'silly',
        format: format.combine(format.splat(), usersFormat()),
        transports: [slow],
      }),
  },
};

/** Has 300 requests log at the same time, each in a context of its own, and gives the lines as the transport saw them. */
export async function logAtOnce(
  log: CallStyle['log'],
  setup: Setup,
  options: { readonly bound: boolean },
): Promise<readonly Seen[]> {
  const { loggerFormat, transportFormat, inBatches = false, between } = setup;
  const slow = new SlowTransport(look, {
    inBatches,
    ...(transportFormat === undefined ? {} : { format: transportFormat() }),
  });
  const logger = winston.createLogger({ level: 'silly', format: loggerFormat(), transports: [slow] });
  if (options.bound) bindContext(logger);
  const random = seeded(2);
  const request = (index: number): Promise<void> => {
    const requestId = requestName(index);
    return context.run({ requestId }, () =>
      usersStorage.run(requestId, async () => {
        await new Promise((resolve) => setTimeout(resolve, 10 * random()));
        await log(logger, requestId);
      }),
    );
  };
  const all = Array.from({ length: requests }, (_, index) => index);
  await Promise.all(all.slice(0, requests / 2).map(request));
  between?.(logger, slow);
  await Promise.all(all.slice(requests / 2).map(request));
  await slow.until(requests);
  return slow.seen;
}

/** Requests whose line came, and told of them alone. */
export function right(lines: readonly Seen[], by: 'shown' | 'found'): number {
  return new Set(lines.flatMap((line) => (line.who === line[by] ? (line.who ?? []) : []))).size;
}
