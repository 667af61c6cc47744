import { AlertTransport, type AlertTransportOptions } from '@tocsin/alert';
import { TocsinError } from '@tocsin/event';
import { expect } from 'chai';
import { RecordingNotifier } from './recording-notifier.js';

const base = { service: 'checkout', environment: 'test', notifiers: [] };

const hostile = Object.defineProperty({ ...base }, 'level', {
  enumerable: true,
  get() {
    throw new Error('no');
  },
});

describe('options of AlertTransport', () => {
  const cases: readonly (readonly [title: string, options: unknown, option: string, part?: string])[] = [
    ['nothing', undefined, 'options'],
    ['no service', { ...base, service: undefined }, 'service'],
    ['a service longer than stores take', { ...base, service: 'x'.repeat(1_001) }, 'service', '1,000'],
    ['options that throw when they are read', hostile, 'cannot be read'],
    ['an empty service', { ...base, service: ' ' }, 'service'],
    ['a number as environment', { ...base, environment: 3 }, 'environment'],
    ['an unknown option', { ...base, cooldown: 5 }, 'cooldown', 'coalesceMs'],
    ['an unknown part of the policy', { ...base, policy: { cooldown: 5 } }, 'policy.cooldown'],
    ['every zeroth', { ...base, policy: { everyNth: 0 } }, 'policy.everyNth'],
    ['a policy that is no object', { ...base, policy: 5 }, 'policy'],
    ['notifiers that are no array', { ...base, notifiers: {} }, 'notifiers'],
    [
      'a notifier without notify',
      { ...base, notifiers: [{ name: 'x', kind: 'channel' }] },
      'notifiers',
      'notify',
    ],
    [
      'two notifiers of one name',
      { ...base, notifiers: [new RecordingNotifier(), new RecordingNotifier()] },
      'notifiers',
      'recorder',
    ],
    ['a store without renew', { ...base, store: { record() {} } }, 'store', 'renew'],
    ['a store by a wrong name', { ...base, store: 'redis' }, 'store'],
    ['an unknown grouping', { ...base, grouping: 'type' }, 'grouping', "'function'"],
    ['a route without when', { ...base, routes: [{ notifiers: [] }] }, 'routes[0].when'],
    [
      'a route to nobody known',
      { ...base, routes: [{ when: () => true, notifiers: ['slak'] }] },
      'routes[0].notifiers',
      'slak',
    ],
    ['a text to ignore', { ...base, ignore: ['boring'] }, 'ignore'],
    ['a negative coalesceMs', { ...base, coalesceMs: -1 }, 'coalesceMs'],
    ['a beforeAlert that is no function', { ...base, beforeAlert: true }, 'beforeAlert'],
    ['tags that are no texts', { ...base, tags: [1] }, 'tags'],
    ['an unknown queue policy', { ...base, queue: { policy: 'block' } }, 'queue.policy', 'drop-oldest'],
  ];

  for (const [title, options, option, part] of cases) {
    it(`names '${option}' when it is given ${title}`, () => {
      let thrown: unknown;
      try {
        void new AlertTransport(options as AlertTransportOptions);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).to.be.instanceOf(TocsinError);
      const { code, message } = thrown as TocsinError;
      expect(code).to.equal('TOCSIN_CONFIG_INVALID');
      expect(message).to.contain(option);
      if (part !== undefined) expect(message).to.contain(part);
    });
  }

  it('does not change the object that it is given', async () => {
    const options = Object.freeze({
      ...base,
      policy: Object.freeze({ everyNth: 5 }),
      notifiers: Object.freeze([]),
    });
    await new AlertTransport(options).close();
  });
});
