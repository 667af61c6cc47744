import { LEVEL } from 'triple-beam';
import type winston from 'winston';

/** Who may set a field, the first before the last: what a line shows where several do. */
export const setters = ['call', 'context', 'child', 'defaultMeta'] as const;
export type Setter = (typeof setters)[number];

/** All 16 sets of those who set the field. */
export const subsets: readonly (readonly Setter[])[] = Array.from({ length: 16 }, (_, bits) =>
  setters.filter((_, bit) => (bits & (1 << bit)) !== 0),
);

export type Fields = Readonly<Record<string, unknown>>;

/** One way of logging a line, with or without fields of the call. */
export interface Row {
  readonly call: string;
  readonly log: (logger: winston.Logger, fields: Fields) => unknown;
  /** The fields are an Error's own: the event tells them with the Error, and those of the others in its context. */
  readonly ofError?: true;
  /** Winston itself leaves it to splat() to put the fields onto the line. */
  readonly leftToSplat?: true;
}

class StockError extends Error {}

function failure(fields: Fields): Error {
  return Object.assign(new StockError('no stock'), fields);
}

export const rows: readonly Row[] = [
  { call: "info('m', fields)", log: (logger, fields) => logger.info('m', fields) },
  {
    call: "info('m %s', 'x', fields)",
    log: (logger, fields) => logger.info('m %s', 'x', fields),
    leftToSplat: true,
  },
  {
    call: "info('m %s', 'x', other, fields)",
    log: (logger, fields) => logger.info('m %s', 'x', { a: 1 }, fields),
    leftToSplat: true,
  },
  {
    call: "info('m %j', shown, fields)",
    log: (logger, fields) => logger.info('m %j', { a: 1 }, fields),
    leftToSplat: true,
  },
  { call: 'info({ message, …fields })', log: (logger, fields) => logger.info({ message: 'm', ...fields }) },
  { call: "log('info', 'm', fields)", log: (logger, fields) => logger.log('info', 'm', fields) },
  {
    call: "log('info', { message, …fields })",
    log: (logger, fields) => logger.log('info', { message: 'm', ...fields }),
  },
  {
    call: 'log({ level, message, …fields })',
    log: (logger, fields) => logger.log({ level: 'info', message: 'm', ...fields }),
  },
  {
    call: "error('m', { err, …fields })",
    log: (logger, fields) => logger.error('m', { err: failure({}), ...fields }),
  },
  {
    call: "error('m', err, fields)",
    log: (logger, fields) => logger.error('m', failure({}), fields),
    leftToSplat: true,
  },
  { call: "error('m', fields, err)", log: (logger, fields) => logger.error('m', fields, failure({})) },
  { call: 'error(err)', log: (logger, fields) => logger.error(failure(fields)), ofError: true },
  {
    call: "log('error', err)",
    log: (logger, fields) => logger.log('error', failure(fields) as never),
    ofError: true,
  },
  { call: "error('m', err)", log: (logger, fields) => logger.error('m', failure(fields)), ofError: true },
  {
    call: 'profile(id, fields)',
    log: (logger, fields) => logger.profile('m').profile('m', { ...fields } as winston.LogEntry),
  },
  {
    call: 'startTimer().done(fields)',
    log: (logger, fields) => logger.startTimer().done({ message: 'm', ...fields }),
  },
];

/** The line that was written past the methods, where all that is on it counts as the call's. */
export const written: Row = {
  call: 'write({ … })',
  log: (logger, fields) => logger.write({ level: 'info', [LEVEL]: 'info', message: 'm', ...fields }),
};

/** Who logs. A child is made of the one before. */
export const loggers: Readonly<Record<string, (root: winston.Logger, fields: Fields) => winston.Logger>> = {
  'the root': (root) => root,
  'a child': (root, fields) => root.child({ own: 1, ...fields }),
  'a grandchild whose parent has the field': (root, fields) => root.child(fields).child({ own: 1 }),
  'a grandchild that has the field itself': (root, fields) => root.child({ own: 1 }).child(fields),
  "a grandchild that has the field over its parent's": (root, fields) =>
    root.child(mapTo(fields, 'parent')).child(fields),
};

function mapTo(fields: Fields, value: string): Fields {
  return Object.fromEntries(Object.keys(fields).map((key) => [key, value]));
}
