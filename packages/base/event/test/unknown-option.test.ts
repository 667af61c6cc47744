import { refuseUnknownOptions } from '@tocsin/event';
import { expect } from 'chai';

const known = ['service', 'environment', 'level'];

describe('refuseUnknownOptions', () => {
  it('lets known names pass', () => {
    refuseUnknownOptions('AlertTransport', '', ['level', 'service'], known);
  });

  it('names the option, what was probably meant and what is allowed', () => {
    expect(() => refuseUnknownOptions('AlertTransport', '', ['servcie'], known)).to.throw(
      "AlertTransport: option 'servcie' is unknown (did you mean 'service'?); allowed: service, environment, level",
    );
    expect(() => refuseUnknownOptions('It', 'policy.', ['Level'], known)).to.throw(
      "(did you mean 'policy.level'?)",
    );
  });

  it('guesses nothing where nothing is near, and bounds what it shows', () => {
    expect(() => refuseUnknownOptions('It', '', ['colour'], known)).to.throw(
      "option 'colour' is unknown; allowed",
    );
    expect(() => refuseUnknownOptions('It', '', ['x'.repeat(100_000)], known)).to.throw(/^.{1,300}$/);
  });
});
