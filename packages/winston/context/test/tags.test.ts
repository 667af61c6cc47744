import { captureAtCall, toLogEvent } from '@tocsin/event';
import { bindContext, contextFormat, createContext } from '@tocsin/context';
import { expect } from 'chai';
import winston from 'winston';
import Transport from 'winston-transport';

class Probe extends Transport {
  readonly infos: Record<string, unknown>[] = [];
  override log(info: Record<string, unknown>, callback: () => void): void {
    this.infos.push(info);
    callback();
  }
}

describe('tags', () => {
  it('add up on the line: those of the global layer, of each scope and of the call, each once', () => {
    const context = createContext();
    const probe = new Probe();
    const logger = winston.createLogger({ format: contextFormat(), transports: [probe] });
    bindContext(logger, { context });
    context.setGlobal({ tags: ['eu'] });
    context.run({ tags: ['orders', 'eu'] }, () =>
      context.run({ tags: 'slow' }, () => logger.info('m', { tags: ['call'] })),
    );
    expect(probe.infos[0]?.['tags']).to.have.members(['eu', 'orders', 'slow', 'call']);
  });

  it('add up in the event, without the format', () => {
    const context = createContext();
    const probe = new Probe();
    const logger = winston.createLogger({ transports: [probe] });
    captureAtCall(logger, { context });
    context.run({ tags: ['orders'] }, () =>
      context.run({ tags: ['slow'] }, () => logger.error('m', { tags: ['call'] })),
    );
    expect(toLogEvent(probe.infos[0]).tags).to.have.members(['orders', 'slow', 'call']);
  });
});
