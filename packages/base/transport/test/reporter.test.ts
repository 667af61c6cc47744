import { isQuiet, TocsinError } from '@tocsin/event';
import { expect } from 'chai';
import sinon from 'sinon';
import { asTocsinError, Reporter } from '@tocsin/transport';

const failure = new TocsinError('Slack is down', { code: 'TOCSIN_NOTIFY_UNREACHABLE' });

describe('Reporter', () => {
  let warn: sinon.SinonStub;
  beforeEach(() => {
    warn = sinon.stub(process, 'emitWarning');
  });
  afterEach(() => warn.restore());

  it('warns the process once for each change of state when nobody listens', () => {
    const reporter = new Reporter({ emitWarn: () => false });
    reporter.failed('notifier:slack', failure);
    reporter.failed('notifier:slack', failure);
    reporter.failed('notifier:github', failure);
    expect(warn.callCount).to.equal(2);
    reporter.works('notifier:slack');
    reporter.failed('notifier:slack', failure);
    expect(warn.callCount).to.equal(3);
    expect(reporter.failures).to.equal(4);
  });

  it('does not warn the process when somebody listens', () => {
    new Reporter({ emitWarn: () => true }).failed('store', failure);
    new Reporter({ emitWarn: () => false, onError: () => undefined }).failed('store', failure);
    expect(warn.callCount).to.equal(0);
  });

  it('survives listeners that throw, and counts them', () => {
    const throwing = (): never => {
      throw new Error('listener');
    };
    const reporter = new Reporter({ emitWarn: throwing, onError: throwing });
    reporter.failed('store', failure);
    expect(reporter.listenerFailures).to.equal(2);
  });

  it("tells in a context in which the suite's transports take nothing", () => {
    const quiet: boolean[] = [];
    new Reporter({
      emitWarn: () => quiet.push(isQuiet()) > 0,
      onError: () => void quiet.push(isQuiet()),
    }).failed('store', failure);
    expect(quiet).to.deep.equal([true, true]);
    expect(isQuiet()).to.equal(false);
  });
});

describe('asTocsinError', () => {
  it('keeps an error of ours and takes only name and redacted message of a stranger', () => {
    expect(asTocsinError(failure, 'TOCSIN_INTERNAL', 'it')).to.equal(failure);
    const stranger = Object.assign(new TypeError('refused with Bearer abcdefghijklmnopqrstuvwxyz'), {
      config: { headers: { authorization: 'secret' } },
    });
    const error = asTocsinError(stranger, 'TOCSIN_NOTIFY_REJECTED', 'pager');
    expect(error.message).to.match(/^pager: TypeError: refused with/);
    expect(error.message).not.to.contain('abcdefghijklmnop');
    expect(error.cause).to.equal(undefined);
  });

  it('makes an error of anything that was thrown', () => {
    const unreadable = {
      toString: () => {
        throw new Error('no');
      },
    };
    for (const thrown of [undefined, null, 7, 'text', Symbol('s'), unreadable, Object.create(null)]) {
      expect(asTocsinError(thrown, 'TOCSIN_INTERNAL', 'it').code).to.equal('TOCSIN_INTERNAL');
    }
  });
});
