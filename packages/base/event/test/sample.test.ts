import { toLogEvent, toSample, type LogEvent } from '@tocsin/event';
import { expect } from 'chai';
import fc from 'fast-check';
import { chargeCard } from './arrival-table.js';

function bytesOf(event: LogEvent): number {
  return Buffer.byteLength(JSON.stringify(event));
}

function big(text = 'x'): LogEvent {
  const event = toLogEvent({
    level: 'error',
    message: 'payment failed',
    err: chargeCard(),
    notes: text.repeat(3000),
    deep: { a: { b: { c: [text.repeat(500)] } } },
  });
  const breadcrumbs = Array.from({ length: 50 }, (_, index) => ({
    timestamp: index,
    level: 'info',
    message: text.repeat(100),
  }));
  return { ...event, breadcrumbs };
}

describe('toSample', () => {
  it('leaves an event that fits as it is', () => {
    const event = toLogEvent({ level: 'error', message: 'm' });
    expect(toSample(event)).to.equal(event);
  });

  it('drops the breadcrumbs first and keeps the rest where that is enough', () => {
    const event = big();
    const { breadcrumbs: _, ...rest } = event;
    expect(toSample(event, bytesOf(rest))).to.deep.equal(rest);
  });

  it('fits 8 KiB by default, with the error’s identity whole', () => {
    for (const text of ['x', 'ü', '漢', '😀', '\u0000']) {
      const event = big(text);
      const sample = toSample(event);
      expect(bytesOf(sample)).to.be.at.most(8192);
      expect(sample.message).to.equal('payment failed');
      expect(sample.error).to.include({ type: 'PaymentError', message: 'card declined', code: 'E_DECLINED' });
      expect(sample.error?.cause).to.include({ type: 'TypeError', message: 'socket hang up' });
      expect(sample.error?.frames[0]?.function).to.equal('chargeCard');
      expect(sample.location).to.deep.equal(event.location);
    }
  });

  it('does not change the event', () => {
    const event = big();
    const before = JSON.stringify(event);
    toSample(event, 1024);
    expect(JSON.stringify(event)).to.equal(before);
  });

  it('fits every limit from 1,024 bytes on, whatever the event holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 3000 }),
        fc.array(fc.string({ unit: 'binary' }), { maxLength: 20 }),
        fc.integer({ min: 0, max: 10_000 }),
        fc.anything(),
        (text, tags, maxBytes, meta) => {
          const error = Object.assign(new Error(text, { cause: new Error(text) }), {
            name: text,
            code: text,
            meta,
          });
          const event = toLogEvent(
            { level: text, message: text, err: error, tags, fingerprint: tags, meta },
            { service: text, environment: text, release: text, tags },
          );
          const sample = toSample(event, maxBytes);
          expect(bytesOf(sample)).to.be.at.most(Math.max(1024, maxBytes));
          expect(sample).to.include.keys(
            'id',
            'timestamp',
            'level',
            'severity',
            'message',
            'context',
            'process',
          );
        },
      ),
      { numRuns: 150 },
    );
  });
});
