import { defaultPolicy, resolvePolicy } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { expect } from 'chai';

function refused(partial: unknown): TocsinError {
  try {
    resolvePolicy('AlertTransport', partial as Partial<typeof defaultPolicy>);
  } catch (error) {
    expect(error).to.be.instanceOf(TocsinError).and.include({ code: 'TOCSIN_CONFIG_INVALID' });
    return error as TocsinError;
  }
  throw new Error('was not refused');
}

describe('resolvePolicy', () => {
  it('gives the promised defaults where nothing is given', () => {
    const defaults = {
      cooldownMs: 900_000,
      everyNth: 10,
      countGapMs: 60_000,
      newPerMinute: 20,
      leaseMs: 30_000,
      sweepMs: 10_000,
    };
    expect(resolvePolicy('x')).to.deep.equal(defaults);
    expect(resolvePolicy('x', {})).to.deep.equal(defaults);
    expect(defaultPolicy).to.deep.equal(defaults);
  });

  it('takes what is given, undefined as not given, and changes nobody’s object', () => {
    const partial = Object.freeze({ cooldownMs: 0, everyNth: undefined, newPerMinute: 0 });
    const policy = resolvePolicy('x', partial as object);
    expect(policy).to.deep.equal({ ...defaultPolicy, cooldownMs: 0, newPerMinute: 0 });
    expect(policy).not.to.equal(defaultPolicy);
  });

  it('names the owner, the option, what came and what is allowed', () => {
    expect(refused({ everyNth: 0 }).message).to.match(
      /^AlertTransport: option 'policy.everyNth' is 0; allowed: a whole number from 1 to /,
    );
    for (const value of [-1, 1.5, Number.NaN, Infinity, '10', null, 10n, {}]) {
      for (const name of Object.keys(defaultPolicy)) {
        expect(refused({ [name]: value }).message).to.include(`'policy.${name}'`);
      }
    }
  });

  it('names an unknown key and the known ones', () => {
    expect(refused({ coolDownMs: 5 }).message).to.match(
      /'policy.coolDownMs' is unknown \(did you mean 'policy.cooldownMs'\?\); allowed: cooldownMs, everyNth/,
    );
    expect(refused(JSON.parse('{"__proto__": 1}')).message).to.include('__proto__');
  });

  it('refuses what is not an object', () => {
    for (const value of [null, 5, 'fast', [], () => 1]) {
      expect(refused(value).message).to.include("'policy'");
    }
  });
});
