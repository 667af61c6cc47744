import { captureAtCall, toLogEvent } from '@tocsin/event';
import { bindContext, context, contextFormat } from '@tocsin/context';
import { expect } from 'chai';
import winston from 'winston';
import Transport from 'winston-transport';

const { combine } = winston.format;

class Probe extends Transport {
  readonly infos: object[] = [];
  override log(info: object, callback: () => void): void {
    this.infos.push(info);
    callback();
  }
}

const mask = winston.format((info) => {
  info['email'] = '***';
  delete info['phone'];
  return info;
});
const maskInside = winston.format((info) => {
  (info['request'] as Record<string, unknown>)['email'] = '***';
  return info;
});

/** What an alert would tell of a line logged in a context with an address. */
function eventOf(format: winston.Logform.Format): Readonly<Record<string, unknown>> {
  const probe = new Probe();
  const logger = winston.createLogger({ format, transports: [probe] });
  bindContext(logger);
  context.run({ requestId: 'r-1', email: 'ada@example.org', phone: '555 0199' }, () => logger.error('m'));
  return toLogEvent(probe.infos[0]).context;
}

describe('a field of the context that a format after contextFormat masks or deletes', () => {
  it('is told so in the event', () => {
    expect(eventOf(combine(contextFormat(), mask()))).to.deep.equal({ requestId: 'r-1', email: '***' });
  });

  it('is told so where the fields stand under a name', () => {
    const fields = eventOf(combine(contextFormat({ under: 'request' }), maskInside()));
    expect(fields).to.deep.equal({ requestId: 'r-1', email: '***', phone: '555 0199' });
  });

  it('leaves the fields that the format does not show to the event', () => {
    expect(eventOf(combine(contextFormat({ keys: ['email'] }), mask()))).to.deep.equal({
      requestId: 'r-1',
      email: '***',
      phone: '555 0199',
    });
  });

  it('is told so where some fields stand under a name and some beside the others', () => {
    const format = combine(
      contextFormat({ under: 'request', keys: ['email', 'requestId'] }),
      contextFormat({ keys: ['phone'] }),
      maskInside(),
    );
    const fields = { requestId: 'r-1', email: '***', phone: '555 0199' };
    expect(eventOf(format)).to.deep.equal(fields);
  });

  it('is told as it is where only a logger that this one is piped to shows it', () => {
    const [probe, shown] = [new Probe(), new Probe()];
    const second = winston.createLogger({ format: combine(contextFormat(), mask()), transports: [shown] });
    const first = winston.createLogger({ transports: [probe] });
    first.pipe(second);
    bindContext(first);
    bindContext(second);
    context.run({ email: 'ada@example.org' }, () => first.error('m'));
    expect(toLogEvent(probe.infos[0]).context).to.deep.equal({ email: 'ada@example.org' });
    expect(toLogEvent(shown.infos[0]).context).to.deep.equal({ email: '***' });
  });

  it("is told as it is where only another transport's format shows it", () => {
    const probe = new Probe();
    const shown = new Probe({ format: combine(contextFormat(), mask()) });
    const logger = winston.createLogger({ transports: [shown, probe] });
    captureAtCall(logger);
    context.run({ email: 'ada@example.org' }, () => logger.error('m'));
    expect(toLogEvent(probe.infos[0]).context).to.deep.equal({ email: 'ada@example.org' });
  });
});

describe('an event of a line with context', () => {
  it('tells nothing that somebody put onto Object.prototype, and the line comes', () => {
    const names = { extend: () => {}, caller: 'evil', shown: 'evil' };
    Object.assign(Object.prototype, names);
    try {
      expect(eventOf(contextFormat({ keys: ['requestId'] }))).to.have.all.keys('requestId', 'email', 'phone');
    } finally {
      for (const name of Object.keys(names)) Reflect.deleteProperty(Object.prototype, name);
    }
  });
});
