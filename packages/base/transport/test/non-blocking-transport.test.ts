import { runQuietly, type TocsinError } from '@tocsin/event';
import { expect } from 'chai';
import { LEVEL } from 'triple-beam';
import winston from 'winston';
import { RecordingTransport } from './recording-transport.js';

/** A delivery that waits until it is let go. */
function gate(): { readonly pass: () => Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { pass: () => opened, open };
}

function balanced(transport: RecordingTransport): boolean {
  const { accepted, delivered, suppressed, dropped, pending } = transport.stats();
  const sum = (counts: Readonly<Record<string, number>>): number =>
    Object.values(counts).reduce((a, b) => a + b, 0);
  return accepted === delivered + sum(suppressed) + sum(dropped) + pending;
}

describe('NonBlockingTransport', () => {
  it('answers true to flush when all is delivered, to each of several at once', async () => {
    const transport = new RecordingTransport();
    const logger = winston.createLogger({ transports: [transport] });
    for (let index = 0; index < 100; index += 1) logger.error(`line ${index}`);
    const answers = await Promise.all([transport.flush(), transport.flush(), transport.flush(1_000)]);
    expect(answers).to.deep.equal([true, true, true]);
    expect(transport.messages).to.have.length(100);
    expect(transport.stats()).to.include({ accepted: 100, delivered: 100, pending: 0 });
  });

  it('answers false to flush when the time runs out, and delivers all the same afterwards', async () => {
    const { pass, open } = gate();
    const transport = new RecordingTransport({}, pass);
    const logger = winston.createLogger({ transports: [transport] });
    logger.error('slow');
    expect(await transport.flush(20)).to.equal(false);
    expect(transport.stats().pending).to.equal(1);
    open();
    expect(await transport.flush()).to.equal(true);
    expect(transport.messages).to.deep.equal(['slow']);
  });

  it('waits in flush for what came before the call, not for what comes after it', async () => {
    const transport = new RecordingTransport({}, () => new Promise((resolve) => setTimeout(resolve, 1)));
    const logger = winston.createLogger({ transports: [transport] });
    let more = true;
    const busy = setInterval(() => more && logger.error('more'), 1);
    logger.error('first');
    expect(await transport.flush(2_000)).to.equal(true);
    more = false;
    clearInterval(busy);
    await transport.close();
  });

  it('counts what a full queue drops, tells it once, and answers false to flush', async () => {
    const told: TocsinError[] = [];
    const { pass, open } = gate();
    const transport = new RecordingTransport(
      { queue: { maxEvents: 10 }, onError: (error) => told.push(error) },
      pass,
    );
    const logger = winston.createLogger({ transports: [transport] });
    for (let index = 0; index < 50; index += 1) logger.error(`line ${index}`);
    const flushed = transport.flush();
    open();
    await flushed;
    expect(transport.stats().dropped).to.deep.equal({ 'queue-full': 40 });
    expect(told.map(({ code }) => code)).to.deep.equal(['TOCSIN_QUEUE_FULL']);
    expect(transport.messages.at(-1)).to.equal('line 49');
    expect(balanced(transport)).to.equal(true);
  });

  it('keeps the oldest with drop-newest', async () => {
    const { pass, open } = gate();
    const queue = { maxEvents: 10, policy: 'drop-newest' as const };
    const transport = new RecordingTransport({ queue, onError: () => undefined }, pass);
    const logger = winston.createLogger({ transports: [transport] });
    for (let index = 0; index < 50; index += 1) logger.error(`line ${index}`);
    open();
    await transport.flush();
    expect(transport.messages).to.deep.equal(Array.from({ length: 10 }, (_, index) => `line ${index}`));
  });

  it('drops and counts what is logged after it was closed, and releases once', async () => {
    const told: TocsinError[] = [];
    const transport = new RecordingTransport({ onError: (error) => told.push(error) });
    const logger = winston.createLogger({ transports: [transport] });
    expect(await Promise.all([transport.close(), transport.close()])).to.deep.equal([true, true]);
    logger.error('too late');
    logger.error('too late again');
    expect(transport.stats().dropped).to.deep.equal({ closed: 2 });
    expect(told.map(({ code }) => code)).to.deep.equal(['TOCSIN_CLOSED']);
    expect(transport.releases).to.equal(1);
  });

  it('goes on when logger.configure() takes it off and adds it again', async () => {
    const transport = new RecordingTransport();
    const logger = winston.createLogger({ transports: [transport] });
    logger.error('before');
    logger.configure({ transports: [transport] });
    logger.error('after');
    await transport.flush();
    expect(transport.messages).to.deep.equal(['before', 'after']);
    expect(transport.releases).to.equal(0);
    await transport.close();
  });

  it('stays open in a second logger when the first is closed', async () => {
    const transport = new RecordingTransport();
    const [first, second] = [1, 2].map(() => winston.createLogger({ transports: [transport] }));
    first!.close();
    await transport.flush();
    second!.error('still here');
    await transport.flush();
    expect(transport.messages).to.deep.equal(['still here']);
    await transport.close();
  });

  it('applies a format of its own to a copy, and counts a format that fails', async () => {
    const told: TocsinError[] = [];
    const format = winston.format((info) => {
      if (info.message === 'bad') throw new Error('format');
      info.message = `[own] ${String(info.message)}`;
      return info;
    })();
    const transport = new RecordingTransport({ format, onError: (error) => told.push(error) });
    const logger = winston.createLogger({ transports: [transport] });
    logger.error('good');
    logger.error('bad');
    await transport.flush();
    expect(transport.messages).to.deep.equal(['[own] good']);
    expect(transport.stats().dropped).to.deep.equal({ 'format-failed': 1 });
    expect(told.map(({ code }) => code)).to.deep.equal(['TOCSIN_USER_CODE_FAILED']);
    expect(balanced(transport)).to.equal(true);
  });

  it('takes nothing that is logged by our own failures: an onError that logs is no loop', async () => {
    const transport: RecordingTransport = new RecordingTransport(
      { onError: (error) => logger.error(`told: ${error.message}`) },
      () => Promise.reject(new Error('down')),
    );
    const logger = winston.createLogger({ transports: [transport] });
    logger.error('once');
    await transport.flush();
    await transport.flush();
    expect(transport.stats().accepted).to.equal(1);
    runQuietly(() => logger.error('from inside'));
    await transport.flush();
    expect(transport.stats().accepted).to.equal(1);
  });

  it("takes a user's own `exception: true` for what it is: a field", async () => {
    const transport = new RecordingTransport();
    const logger = winston.createLogger({ transports: [transport] });
    logger.error('with a field', { exception: true });
    await transport.flush();
    expect(transport.messages).to.deep.equal(['with a field']);
  });

  for (const [handleRejections, taken] of [
    [undefined, true],
    [true, true],
    [false, false],
  ] as const) {
    it(`${taken ? 'takes' : 'leaves'} a rejection that winston has caught, with handleRejections: ${String(handleRejections)}`, async () => {
      const transport = new RecordingTransport({ handleRejections });
      const logger = winston.createLogger({ transports: [transport] });
      try {
        logger.log(logger.rejections.getAllInfo(new Error('unheard')) as winston.LogEntry);
        await transport.flush();
        expect(transport.messages).to.have.length(taken ? 1 : 0);
      } finally {
        logger.rejections.unhandle();
      }
    });
  }

  it('is silent when it is told to be', async () => {
    const transport = new RecordingTransport({ silent: true });
    const logger = winston.createLogger({ transports: [transport] });
    logger.error('unheard');
    transport.log({ level: 'error', [LEVEL]: 'error', message: 'unheard' });
    await transport.flush();
    expect(transport.stats().accepted).to.equal(0);
  });

  it('never stops the other transports of the logger, whatever its delivery does', async () => {
    const transport = new RecordingTransport({}, () => new Promise(() => undefined));
    const sibling = new RecordingTransport();
    const logger = winston.createLogger({ transports: [transport, sibling] });
    for (let index = 0; index < 1_000; index += 1) logger.error(`line ${index}`);
    await sibling.flush();
    expect(sibling.messages).to.have.length(1_000);
    expect(await transport.flush(10)).to.equal(false);
  });
});

describe('what is not delivered at the end', () => {
  const never = (): Promise<void> => new Promise(() => undefined);

  for (const [how, end] of [
    ['closed', (_logger: winston.Logger, transport: RecordingTransport) => transport.close(20)],
    ['ended with its logger', (logger: winston.Logger) => void logger.end()],
  ] as const) {
    it(`is told, by number, when the transport is ${how}`, async () => {
      const told: TocsinError[] = [];
      const onError = (error: TocsinError): void => void told.push(error);
      const transport = new RecordingTransport({ onError, closeTimeoutMs: 20 }, never);
      const logger = winston.createLogger({ transports: [transport] });
      logger.error('one');
      logger.error('two');
      await end(logger, transport);
      while (told.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(told[0]).to.include({ code: 'TOCSIN_FLUSH_TIMEOUT' });
      expect(told[0]!.message).to.match(/^2 lines that were accepted were not delivered before the/);
    });
  }

  it('is not told of a transport that delivers in time', async () => {
    const told: TocsinError[] = [];
    const transport = new RecordingTransport({ onError: (error) => void told.push(error) });
    winston.createLogger({ transports: [transport] }).error('one');
    await transport.close();
    expect(told).to.deep.equal([]);
  });
});

describe('a level that is no level', () => {
  it('is told by name when the transport is added to a logger that does not know it', () => {
    const told: TocsinError[] = [];
    const transport = new RecordingTransport({ level: 'eror', onError: (error) => void told.push(error) });
    winston.createLogger({ transports: [transport] });
    expect(told.map(({ message }) => message)).to.deep.equal([
      "A transport: option 'level' is 'eror'; allowed: a level of the logger: error, warn, info, http, verbose, debug, silly",
    ]);
  });

  it('is no matter where the name says how bad a line is', () => {
    const told: TocsinError[] = [];
    const transport = new RecordingTransport({
      level: 'critical',
      onError: (error) => void told.push(error),
    });
    winston.createLogger({ transports: [transport] });
    expect(told).to.deep.equal([]);
  });
});
