import { inspect } from 'node:util';
import { expect } from 'chai';
import { TocsinError } from '@tocsin/event';
import { SlackNotifier, type SlackNotifierOptions } from '@tocsin/slack';

const webhookUrl = 'https://hooks.slack.com/services/T1/B1/secret';

describe('Options', () => {
  const wrong: readonly [string, unknown, string][] = [
    ['nothing', undefined, 'webhookUrl'],
    ['no destination', {}, 'webhookUrl'],
    ['an environment variable that is not set', { webhookUrl: undefined }, 'webhookUrl'],
    ['a webhook URL that is none', { webhookUrl: 'secret' }, 'webhookUrl'],
    ['a webhook URL without TLS', { webhookUrl: 'http://hooks.slack.com/secret' }, 'webhookUrl'],
    ['a webhook URL with a password', { webhookUrl: 'https://a:secret@x.example' }, 'webhookUrl'],
    [
      'a webhook URL of a host that begins like this machine',
      { webhookUrl: 'http://127.0.0.1.secret.example/' },
      'webhookUrl',
    ],
    ['webhook and token', { webhookUrl, token: 'xoxb-secret', channel: 'C1' }, 'webhookUrl'],
    ['a channel for a webhook', { webhookUrl, channel: '#secret' }, 'channel'],
    ['an API URL for a webhook', { webhookUrl, apiUrl: 'https://secret.example' }, 'apiUrl'],
    ['a token without a channel', { token: 'xoxb-secret' }, 'channel'],
    ['an empty token', { token: '', channel: 'C1' }, 'token'],
    ['a token that is no header', { token: 'secret\n', channel: 'C1' }, 'token'],
    ['a token that is a number', { token: 7, channel: 'C1' }, 'token'],
    [
      'an API URL without TLS',
      { token: 'xoxb-secret', channel: 'C1', apiUrl: 'http://secret.example' },
      'apiUrl',
    ],
    ['an option that is not known', { webhookURL: 'secret' }, 'webhookURL'],
    ['a name that is no key', { webhookUrl, name: '__proto__' }, 'name'],
    ['a severity that is none', { webhookUrl, minSeverity: 'fatal' }, 'minSeverity'],
    ['a wish for ambiguous answers that is none', { webhookUrl, onAmbiguous: 'maybe' }, 'onAmbiguous'],
    ['a fetch that is no function', { webhookUrl, fetch: 'fetch' }, 'fetch'],
  ];
  for (const [title, options, named] of wrong)
    it(`are refused by name and without their secret: ${title}`, () => {
      const error = caught(() => new SlackNotifier(options as SlackNotifierOptions));
      expect(error).to.be.instanceOf(TocsinError).and.include({ code: 'TOCSIN_CONFIG_INVALID' });
      expect(error.message).to.include(`'${named}'`).and.include('allowed: ');
      expect(inspect(error, { showHidden: true, depth: Infinity }).split('\n    at ')[0]).not.to.include(
        'secret',
      );
    });

  it('are taken: a webhook at Slack, one on this machine, a token', () => {
    for (const url of [webhookUrl, 'http://127.0.0.1:4003/x', 'http://localhost/x', 'http://[::1]:1/x'])
      expect(new SlackNotifier({ webhookUrl: url })).to.include({
        name: 'slack',
        kind: 'channel',
        onAmbiguous: 'retry',
      });
    const notifier = new SlackNotifier({
      token: 'xoxb-1',
      channel: '#a',
      name: 'ops',
      minSeverity: 'critical',
      onAmbiguous: 'drop',
    });
    expect(notifier).to.include({ name: 'ops', minSeverity: 'critical', onAmbiguous: 'drop' });
  });

  it('give a budget of one message a second, in short bursts, to each webhook and channel, without showing it', () => {
    const [first, again, other] = [webhookUrl, webhookUrl, `${webhookUrl}2`].map(
      (url) => new SlackNotifier({ webhookUrl: url }).paces[0]!,
    );
    expect(first).to.include({ limit: 5, windowMs: 5_000 });
    expect(first!.key)
      .to.match(/^slack:[0-9a-f]{12}$/)
      .and.equal(again!.key);
    expect(other!.key).not.to.equal(first!.key);
  });

  it('are not shown when the notifier is printed', () => {
    for (const notifier of [
      new SlackNotifier({ webhookUrl }),
      new SlackNotifier({ token: 'xoxb-secret', channel: 'C1' }),
    ])
      expect(inspect(notifier, { showHidden: true, depth: 9 }) + JSON.stringify(notifier)).not.to.match(
        /secret|hooks/,
      );
  });

  it('are refused when they cannot be read', () => {
    const options = Object.defineProperty({}, 'token', {
      enumerable: true,
      get() {
        throw new Error('no');
      },
    });
    expect(() => new SlackNotifier(options as never))
      .to.throw(TocsinError, 'SlackNotifier: what it was given cannot be read')
      .that.includes({ code: 'TOCSIN_CONFIG_INVALID' });
  });

  it('are not asked about what is no alert: a TocsinError', async () => {
    const notifier = new SlackNotifier({
      token: 'xoxb-1',
      channel: 'C1',
      fetch: () => Promise.reject(new Error('offline')),
    });
    for (const nothing of [undefined, { record: '' }]) {
      const failure: unknown = await notifier
        .notify(nothing as never, { signal: AbortSignal.timeout(9_000) })
        .catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(TocsinError);
    }
  });

  it('are not changed', () => {
    const options = Object.freeze({ webhookUrl, name: 'slack' });
    expect(() => new SlackNotifier(options)).not.to.throw();
  });

  it('decide whether messages can be edited', () => {
    expect(new SlackNotifier({ webhookUrl }).update).to.equal(undefined);
    expect(new SlackNotifier({ token: 'xoxb-1', channel: 'C1' }).update).to.be.a('function');
  });
});

function caught(act: () => unknown): TocsinError {
  try {
    act();
  } catch (error) {
    return error as TocsinError;
  }
  throw new Error('nothing was thrown');
}
