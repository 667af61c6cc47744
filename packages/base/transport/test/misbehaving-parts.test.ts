import { TocsinError } from '@tocsin/event';
import { expect } from 'chai';
import { AsyncLocalStorage } from 'node:async_hooks';
import { LEVEL } from 'triple-beam';
import winston from 'winston';
import { RecordingTransport } from './recording-transport.js';

/** What was rejected without being handled while `work` ran, and a moment longer. */
async function unhandledDuring(work: () => Promise<void>): Promise<readonly unknown[]> {
  const unhandled: unknown[] = [];
  const listener = (reason: unknown): void => void unhandled.push(reason);
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', listener);
  try {
    await work();
    await new Promise((resolve) => setTimeout(resolve, 20));
    return unhandled;
  } finally {
    process.removeListener('unhandledRejection', listener);
    for (const other of others) process.on('unhandledRejection', other);
  }
}

const never = (): Promise<void> => new Promise(() => undefined);

class FailingSettle extends RecordingTransport {
  protected override settle(): Promise<void> {
    return Promise.reject(new Error('settle'));
  }
}

class FailingRelease extends RecordingTransport {
  protected override release(): Promise<void> {
    return Promise.reject(new Error('release'));
  }
}

class HangingRelease extends RecordingTransport {
  protected override release(): Promise<void> {
    return never();
  }
}

class FailingTake extends RecordingTransport {
  protected override take(): never {
    throw new Error('take');
  }
}

describe('NonBlockingTransport with parts that misbehave', () => {
  it('hears the rejection of an asynchronous onError', async () => {
    const onError = (): Promise<void> => Promise.reject(new Error('onError'));
    const transport = new RecordingTransport({ onError }, () => Promise.reject(new Error('down')));
    const unhandled = await unhandledDuring(async () => {
      winston.createLogger({ transports: [transport] }).error('unlucky');
      await transport.flush();
      await transport.close();
    });
    expect(unhandled).to.deep.equal([]);
  });

  it('answers false to flush and to close when the subclass cannot settle, and tells why', async () => {
    const told: TocsinError[] = [];
    const transport = new FailingSettle({ onError: (error) => void told.push(error) });
    const unhandled = await unhandledDuring(async () => {
      const logger = winston.createLogger({ transports: [transport] });
      logger.error('one');
      expect(await transport.flush()).to.equal(false);
      logger.close();
      expect(await transport.close()).to.equal(false);
    });
    expect(unhandled).to.deep.equal([]);
    expect(told.map(({ code }) => code)).to.include('TOCSIN_INTERNAL');
  });

  it('closes although the release fails, and tells why', async () => {
    const told: TocsinError[] = [];
    const transport = new FailingRelease({ onError: (error) => void told.push(error) });
    const unhandled = await unhandledDuring(async () => {
      winston.createLogger({ transports: [transport] }).close();
      await transport.close();
    });
    expect(unhandled).to.deep.equal([]);
    expect(told.map(({ code }) => code)).to.deep.equal(['TOCSIN_INTERNAL']);
  });

  it('is closed in time although the release hangs', async () => {
    const told: TocsinError[] = [];
    const transport = new HangingRelease({ onError: (error) => void told.push(error) });
    const startedAt = performance.now();
    await transport.close(50);
    expect(performance.now() - startedAt).to.be.below(2_000);
    expect(told.map(({ code }) => code)).to.deep.equal(['TOCSIN_FLUSH_TIMEOUT']);
  });

  it('drops and counts what still waits when it is closed', async () => {
    const transport = new RecordingTransport({ onError: () => undefined }, never);
    const logger = winston.createLogger({ transports: [transport] });
    for (let index = 0; index < 5; index += 1) logger.error(`line ${index}`);
    await new Promise((resolve) => setImmediate(resolve));
    expect(await transport.close(20)).to.equal(false);
    expect(transport.stats()).to.deep.include({ dropped: { closed: 4 }, pending: 1 });
    expect(transport.stats().queue).to.deep.equal({ events: 0, bytes: 0 });
  });

  it('counts a line that it could not take', async () => {
    const transport = new FailingTake({ onError: () => undefined });
    winston.createLogger({ transports: [transport] }).error('lost');
    expect(transport.stats()).to.deep.include({ accepted: 1, dropped: { 'internal-error': 1 }, pending: 0 });
    await transport.close();
  });

  it('rejects a close with a wrong timeout, and can be closed all the same', async () => {
    const transport = new RecordingTransport();
    const thrown = await transport.close(-1).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).to.be.instanceOf(TocsinError);
    expect(await transport.close()).to.equal(true);
    expect(transport.releases).to.equal(1);
  });

  it('releases once, after the last flush, when it is added again while it closes and then let go again', async () => {
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const transport = new RecordingTransport({}, () => opened);
    const logger = winston.createLogger({ transports: [transport] });
    logger.error('before');
    logger.remove(transport);
    logger.add(transport);
    logger.error('after');
    logger.remove(transport);
    open();
    expect(await transport.close()).to.equal(true);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(transport.messages).to.deep.equal(['before', 'after']);
    expect(transport.releases).to.equal(1);
  });

  it('works outside of the context of the request that logged', async () => {
    const requests = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const transport = new RecordingTransport({}, () => void seen.push(requests.getStore()));
    const logger = winston.createLogger({ transports: [transport] });
    requests.run('a request', () => logger.error('from a request'));
    await transport.flush();
    expect(seen).to.deep.equal([undefined]);
    await transport.close();
  });

  it('takes a line from its log() alone, as winston calls it for exceptions', async () => {
    const transport = new RecordingTransport();
    transport.log({ level: 'error', [LEVEL]: 'error', message: 'direct' });
    await transport.flush();
    expect(transport.messages).to.deep.equal(['direct']);
    await transport.close();
  });
});
