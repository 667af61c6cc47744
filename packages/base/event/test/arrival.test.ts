import { captureAtCall, snapshot, toLogEvent, type ErrorDetails, type LogEvent } from '@tocsin/event';
import { expect } from 'chai';
import winston from 'winston';
import Transport from 'winston-transport';
import { type Expected, type FormatName, formats, rows } from './arrival-table.js';

/** A transport as ours are: takes its snapshot at once, makes the event of it later. */
class Probe extends Transport {
  readonly snapshots: ReturnType<typeof snapshot>[] = [];
  override log(info: unknown, callback: () => void): void {
    this.snapshots.push(snapshot(info));
    callback();
  }
}

function eventOf(log: (logger: winston.Logger) => void, format: winston.Logform.Format): LogEvent {
  const probe = new Probe({ handleExceptions: true, handleRejections: true });
  const logger = winston.createLogger({ format, transports: [probe] });
  captureAtCall(logger);
  try {
    log(logger);
  } finally {
    // The handlers of exceptions that winston adds to the process.
    logger.exceptions.unhandle();
    logger.rejections.unhandle();
  }
  expect(probe.snapshots).to.have.lengthOf(1);
  return toLogEvent(probe.snapshots[0]);
}

function cell(event: LogEvent): Expected {
  const error = event.error;
  const causes: string[] = [];
  for (let cause = error?.cause; cause !== undefined; cause = cause.cause) causes.push(titleOf(cause));
  return {
    says: event.message,
    name: error?.type ?? 'no error',
    message: error?.message ?? '',
    code: error?.code,
    thrownIn: error?.frames[0]?.function,
    causes,
    members: error?.errors?.map(titleOf) ?? [],
    own: error?.own ?? {},
    context: event.context,
    isError: error?.isError ?? false,
    uncaught: event.uncaught,
  };
}

function titleOf(error: ErrorDetails): string {
  return `${error.type}: ${error.message}`;
}

describe('How an Error arrives', () => {
  it('is told for at least 24 ways of logging and 5 formats', () => {
    expect(rows.length).to.be.at.least(24);
    expect(Object.keys(formats)).to.have.lengthOf(5);
  });

  for (const row of rows) {
    describe(row.call, () => {
      for (const [name, format] of Object.entries(formats)) {
        const exception = row.except?.[name as FormatName];
        const why = exception === undefined ? '' : ` (${exception.because})`;
        it(`gives its error with format ${name}${why}`, () => {
          const event = eventOf(row.log, format());
          expect(cell(event)).to.deep.equal({ ...row.expected, ...exception?.expected });
          expect(event.level).to.equal('error');
          expect(event.severity).to.equal('error');
          expect(JSON.parse(JSON.stringify(event))).to.deep.equal(event);
        });
      }
    });
  }
});
