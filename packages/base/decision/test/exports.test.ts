import * as decision from '@tocsin/decision';
import { expect } from 'chai';

describe('@tocsin/decision', () => {
  it('exports these names and no others', () => {
    const names = Object.keys(decision).filter(
      (name) => !['default', 'module.exports', '__esModule'].includes(name),
    );
    expect(names.sort()).to.deep.equal([
      'MemoryStore',
      'addToDigest',
      'answerFailure',
      'applyChange',
      'assertChange',
      'assertKey',
      'assertNotifier',
      'assertOutcome',
      'assertPolicy',
      'assertQuery',
      'assertSighting',
      'assertStore',
      'assertText',
      'decide',
      'defaultPolicy',
      'digestKey',
      'minuteOf',
      'parseRetryAfter',
      'recordState',
      'recoverClaim',
      'renewClaim',
      'requestFailure',
      'resolvePolicy',
      'settleClaim',
    ]);
  });
});
