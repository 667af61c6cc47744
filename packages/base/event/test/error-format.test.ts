import { captureAtCall, errorFormat, type ErrorField } from '@tocsin/event';
import { expect } from 'chai';
import fc from 'fast-check';
import { LEVEL, MESSAGE, SPLAT } from 'triple-beam';
import winston from 'winston';
import Transport from 'winston-transport';
import { chargeCard } from './arrival-table.js';

function transform(
  info: unknown,
  options?: Parameters<typeof errorFormat>[0],
): Record<string | symbol, unknown> {
  const format = errorFormat(options);
  return format.transform(info as winston.Logform.TransformableInfo, format.options) as never;
}

function errorOf(info: unknown): ErrorField {
  return transform(info)['error'] as ErrorField;
}

describe('errorFormat', () => {
  it('puts the Error on the line as data, with cause, code and own fields', () => {
    const printed: string[] = [];
    class Print extends Transport {
      override log(info: Record<symbol, unknown>, callback: () => void): void {
        printed.push(String(info[MESSAGE]));
        callback();
      }
    }
    const logger = winston.createLogger({
      format: winston.format.combine(errorFormat(), winston.format.json()),
      transports: [new Print()],
    });
    captureAtCall(logger);
    logger.error('payment failed', { err: chargeCard() });
    logger.error(chargeCard());
    logger.child({ request: 1 }).error(chargeCard());
    expect(printed).to.have.lengthOf(3);
    for (const text of printed) {
      const { error, ...line } = JSON.parse(text) as { error: ErrorField; err?: unknown };
      expect(error).to.deep.include({
        type: 'PaymentError',
        message: 'card declined',
        code: 'E_DECLINED',
        isError: true,
        own: { orderId: 42 },
      });
      expect(error.stack).to.include('chargeCard');
      expect(error.cause).to.include({ type: 'TypeError', message: 'socket hang up' });
      expect(error).not.to.have.property('frames');
      expect(line).not.to.have.property('err');
    }
  });

  it('gives the parsed frames where they are asked for', () => {
    const { error } = transform({ level: 'error', message: 'm', err: chargeCard() }, { frames: true });
    expect((error as ErrorField).frames?.[0]?.function).to.equal('chargeCard');
  });

  it('finds the Error wherever it stands', () => {
    const err = chargeCard();
    const base = { level: 'error', [LEVEL]: 'error' };
    for (const info of [
      err,
      { ...base, message: err },
      { ...base, message: 'm', error: err },
      { ...base, message: 'm', stack: [err] },
      { ...base, message: 'm card declined', [SPLAT]: [err], stack: err.stack },
      { ...base, message: 'm', stack: err.stack },
    ]) {
      expect(errorOf(info).type).to.equal('PaymentError');
    }
    expect(transform({ ...base, message: err })['message']).to.equal('card declined');
    expect(transform({ ...base, message: 'm', [SPLAT]: [err] })[LEVEL]).to.equal('error');
  });

  it('leaves the user’s Error and info as they were', () => {
    const err = Object.freeze(chargeCard());
    const info = Object.freeze({ level: 'error', message: 'm', err });
    expect(transform(info)).not.to.equal(info);
    const { code } = err as Error & { code?: string };
    transform(err);
    expect(code).to.equal('E_DECLINED');
    expect(info.err).to.equal(err);
  });

  it('returns the very same line where there is no Error', () => {
    const info = { level: 'info', message: 'm', a: 1 };
    expect(transform(info)).to.equal(info);
  });

  it('prints no secret of the Error', () => {
    const err = Object.assign(new Error('password=hunter2'), { password: 'hunter2' });
    expect(JSON.stringify(errorOf({ level: 'error', message: 'm', err }))).not.to.include('hunter2');
  });

  it('returns a line whatever comes', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.constantFrom('message', 'error', 'err', 'stack', 'level', 'cause'),
          fc.oneof(fc.anything(), fc.constant(chargeCard())),
        ),
        (info) => {
          expect(transform(info)).to.be.an('object').and.not.equal(null);
        },
      ),
    );
    const trap = (): never => {
      throw new Error('trap');
    };
    const proxy = new Proxy(new Error('p'), { get: trap, ownKeys: trap });
    expect(transform(proxy)).to.equal(proxy);
  });
});
