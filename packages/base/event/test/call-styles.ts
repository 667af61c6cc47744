import { LEVEL, SPLAT } from 'triple-beam';
import type winston from 'winston';

/** One way of logging a line with winston. */
export interface CallStyle {
  readonly call: string;
  /** Logs one line that says `who`: in its message, in what comes after it, or in its Error. */
  readonly log: (logger: winston.Logger, who: string) => unknown;
}

class OrderError extends Error {
  /** Stays where a format copies the fields of the Error. */
  readonly orderedBy: string;

  constructor(who: string) {
    super(`no stock for ${who}`);
    this.orderedBy = who;
  }
}

/** Every call style of winston that makes a line. The names of the requests are those of {@link requestName}. */
export const callStyles: readonly CallStyle[] = [
  { call: "info('m')", log: (logger, who) => logger.info(who) },
  { call: "info('m', meta)", log: (logger, who) => logger.info(who, { part: 1 }) },
  { call: 'info({ message })', log: (logger, who) => logger.info({ message: who, part: 1 }) },
  { call: "log('info', 'm')", log: (logger, who) => logger.log('info', who) },
  { call: "log('info', 'm', meta)", log: (logger, who) => logger.log('info', who, { part: 1 }) },
  { call: 'log({ … })', log: (logger, who) => logger.log({ level: 'info', message: who, part: 1 }) },
  { call: "log('info', { message })", log: (logger, who) => logger.log('info', { message: who }) },
  { call: "info('%s', 'm')", log: (logger, who) => logger.info('it is %s who asks for %d', who, 3) },
  { call: "info('%s', 'm', meta)", log: (logger, who) => logger.info('it is %s', who, { part: 1 }) },
  { call: 'child', log: (logger, who) => logger.child({ part: 1 }).info(who) },
  { call: 'child with meta', log: (logger, who) => logger.child({ part: 1 }).info(who, { more: 2 }) },
  { call: 'child of a child', log: (logger, who) => logger.child({ part: 1 }).child({ of: 2 }).info(who) },
  { call: 'error(err)', log: (logger, who) => logger.error(new OrderError(who)) },
  { call: "error('m', err)", log: (logger, who) => logger.error('failed', new OrderError(who)) },
  { call: "error('m', { err })", log: (logger, who) => logger.error('failed', { err: new OrderError(who) }) },
  { call: "log('error', err)", log: (logger, who) => logger.log('error', new OrderError(who) as never) },
  { call: 'child.error(err)', log: (logger, who) => logger.child({ part: 1 }).error(new OrderError(who)) },
  {
    call: "child of a child.error('m', err)",
    log: (logger, who) => logger.child({ part: 1 }).child({ of: 2 }).error('failed', new OrderError(who)),
  },
  {
    call: 'profile',
    log: async (logger, who) => {
      logger.profile(who);
      await new Promise((resolve) => setTimeout(resolve, 3));
      logger.profile(who);
    },
  },
  {
    call: 'child.profile',
    log: async (logger, who) => {
      const child = logger.child({ part: 1 });
      child.profile(who);
      await new Promise((resolve) => setImmediate(resolve));
      child.profile(who, { more: 2 });
    },
  },
  {
    call: 'startTimer().done()',
    log: async (logger, who) => {
      const timer = logger.startTimer();
      await new Promise((resolve) => setTimeout(resolve, 3));
      timer.done({ message: who });
    },
  },
  {
    call: 'child.startTimer().done()',
    log: async (logger, who) => {
      const timer = logger.child({ part: 1 }).startTimer();
      await new Promise((resolve) => setImmediate(resolve));
      timer.done({ message: who });
    },
  },
  {
    call: 'write({ … })',
    log: (logger, who) => logger.write({ level: 'info', [LEVEL]: 'info', message: who }),
  },
];

export function requestName(index: number): string {
  return `request-${index}`;
}

/** Whose line it is, as the line itself tells. */
export function whoLogged(info: object): string | undefined {
  const { message, orderedBy, err, [SPLAT]: splat } = info as Record<PropertyKey, unknown>;
  const after = (Array.isArray(splat) ? splat : []) as readonly unknown[];
  for (const value of [message, orderedBy, (err as Error | undefined)?.message, ...after]) {
    const text = value instanceof Error ? value.message : value;
    const found = typeof text === 'string' ? /request-\d+/.exec(text) : null;
    if (found !== null) return found[0];
  }
  return undefined;
}
