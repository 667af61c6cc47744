import { assertNotifier, assertStore, MemoryStore } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { expect } from 'chai';

function refusal(check: () => void): string {
  try {
    check();
  } catch (error) {
    expect(error).to.be.instanceOf(TocsinError).and.include({ code: 'TOCSIN_CONFIG_INVALID' });
    return (error as Error).message;
  }
  throw new Error('was not refused');
}

const notifier = { name: 'slack', kind: 'channel', notify: () => Promise.resolve({}) };

describe('a plug-in at the door', () => {
  it('a store with all its methods is let in', () => {
    expect(() => assertStore('AlertTransport', new MemoryStore())).not.to.throw();
  });

  it('a store without a method is refused, and the method is named', () => {
    const methods = ['record', 'renew', 'settle', 'recover', 'permit', 'get', 'list', 'update', 'close'];
    for (const missing of methods) {
      const store = Object.fromEntries(
        methods.filter((name) => name !== missing).map((name) => [name, () => 1]),
      );
      expect(refusal(() => assertStore('AlertTransport', store))).to.equal(
        `AlertTransport: option 'store.${missing}' is undefined; allowed: a function`,
      );
    }
  });

  it('what cannot be read is refused', () => {
    const refuse = (): never => {
      throw new Error('no');
    };
    const closed = new Proxy({}, { get: refuse });
    for (const check of [assertStore, assertNotifier])
      expect(refusal(() => check('AlertTransport', closed))).to.equal(
        'AlertTransport: what it was given cannot be read',
      );
  });

  it('what is no object is refused', () => {
    for (const value of [undefined, null, 'memory', 5]) {
      expect(refusal(() => assertStore('X', value))).to.include("'store'");
      expect(refusal(() => assertNotifier('X', value, 'notifiers[0]'))).to.include("'notifiers[0]'");
    }
  });

  it('a notifier is let in with what it must have, and with all that it can have', () => {
    assertNotifier('X', notifier);
    const more = {
      minSeverity: 'error',
      onAmbiguous: 'drop',
      paces: [{ key: 'k', limit: 1, windowMs: 1_000 }],
    };
    const method = () => Promise.resolve();
    assertNotifier('X', {
      ...notifier,
      ...more,
      update: method,
      check: method,
      verify: method,
      close: method,
    });
  });

  it('a notifier is refused by the field that is wrong', () => {
    const wrong: Record<string, unknown>[] = [
      { name: '' },
      { name: 5 },
      { name: '__proto__' },
      { name: 'constructor' },
      { kind: 'sms' },
      { notify: undefined },
      { update: 'yes' },
      { check: {} },
      { verify: 1 },
      { close: null },
      { minSeverity: 'fatal' },
      { onAmbiguous: 'again' },
      { paces: {} },
    ];
    for (const field of wrong) {
      const [name = ''] = Object.keys(field);
      const message = refusal(() => assertNotifier('X', { ...notifier, ...field }, 'notifiers[1]'));
      expect(message).to.include(`'notifiers[1].${name}'`);
    }
    const pace = refusal(() =>
      assertNotifier('X', { ...notifier, paces: [{ key: 'k', limit: 0, windowMs: 1 }] }),
    );
    expect(pace).to.include("'notifier.paces[0].limit'");
  });
});
