import { expect } from 'chai';
import winston from 'winston';
import { isAtLeast, severities, severityOf } from '@tocsin/event';

describe('severityOf', () => {
  it("knows every level of winston's own tables", () => {
    const { npm, syslog, cli } = winston.config;
    const found = [npm, syslog, cli].flatMap(({ levels }) =>
      Object.keys(levels).map((level) => [level, severityOf(level)]),
    );
    expect(Object.fromEntries(found)).to.deep.equal({
      ...{ error: 'error', warn: 'warning', info: 'info', http: 'info', verbose: 'debug', debug: 'debug' },
      ...{ silly: 'debug', emerg: 'critical', alert: 'critical', crit: 'critical', warning: 'warning' },
      ...{ notice: 'info', help: 'info', data: 'info', prompt: 'info', input: 'info' },
    });
  });

  it('does not mind letter case', () => {
    expect(severityOf('FATAL')).to.equal('critical');
  });

  it("places an unknown level by its rank beside the logger's error level", () => {
    const levels = { disaster: 0, error: 1, chat: 2 };
    expect(severityOf('disaster', levels)).to.equal('error');
    expect(severityOf('chat', levels)).to.equal('info');
  });

  it('takes an unknown level without a rank for an error, so that it is not lost', () => {
    expect(severityOf('odd')).to.equal('error');
    expect(severityOf('odd', { odd: 5 })).to.equal('error');
    expect(severityOf('odd', { error: 0 })).to.equal('error');
  });
});

describe('isAtLeast', () => {
  it('compares by badness', () => {
    expect(severities).to.deep.equal(['debug', 'info', 'warning', 'error', 'critical']);
    expect(isAtLeast('error', 'warning')).to.equal(true);
    expect(isAtLeast('error', 'error')).to.equal(true);
    expect(isAtLeast('info', 'error')).to.equal(false);
  });
});
