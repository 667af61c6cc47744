import { TocsinError } from '@tocsin/event';
import { expect } from 'chai';
import { resolveTransportOptions } from '../dist/transport-options.js';

describe('options of a transport', () => {
  const cases: readonly (readonly [options: object, option: string])[] = [
    [{ queue: { maxEvents: 0 } }, 'queue.maxEvents'],
    [{ queue: { maxEvents: 1.5 } }, 'queue.maxEvents'],
    [{ queue: { maxBytes: '16 MiB' } }, 'queue.maxBytes'],
    [{ queue: { policy: 'block' } }, 'queue.policy'],
    [{ queue: { size: 5 } }, 'queue.size'],
    [{ queue: 5 }, 'queue'],
    [{ closeTimeoutMs: -1 }, 'closeTimeoutMs'],
    [{ onError: 'log' }, 'onError'],
    [{ level: 3 }, 'level'],
    [{ silent: 'yes' }, 'silent'],
    [{ handleExceptions: 1 }, 'handleExceptions'],
    [{ format: {} }, 'format'],
  ];

  for (const [options, option] of cases) {
    it(`names '${option}' when it is given ${JSON.stringify(options)}`, () => {
      let thrown: unknown;
      try {
        resolveTransportOptions('Example', options);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).to.be.instanceOf(TocsinError);
      expect((thrown as TocsinError).code).to.equal('TOCSIN_CONFIG_INVALID');
      expect((thrown as TocsinError).message)
        .to.contain(`option '${option}'`)
        .and.contain('allowed:');
    });
  }

  it('fills in the defaults', () => {
    expect(resolveTransportOptions('Example', {})).to.deep.equal({
      queue: { maxEvents: 10_000, maxBytes: 16_777_216, policy: 'drop-oldest' },
      closeTimeoutMs: 2_500,
    });
  });
});
