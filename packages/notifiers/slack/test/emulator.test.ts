import { expect } from 'chai';
import type { Alert, Delivery } from '@tocsin/decision';
import { SlackNotifier } from '@tocsin/slack';
import { startEmulator, type Emulator } from '../../../../test/services/emulator.js';
import { alertOf, repeatOf } from './alert.js';
import { brokenLimits } from './block-limits.js';
import { transcript } from './transcript.js';

const { signal } = new AbortController();

describe('In a stateful Slack', () => {
  let slack: Emulator;

  before(async () => {
    slack = await startEmulator();
  });
  beforeEach(() => slack.reset());
  after(() => slack.stop());

  const byToken = (channel: string): SlackNotifier =>
    new SlackNotifier({ token: slack.slackToken, channel, apiUrl: `${slack.slackUrl}/api/` });

  it('a webhook’s alerts are messages of their own, as they were worded', async () => {
    const notifier = new SlackNotifier({ webhookUrl: slack.slackWebhookUrl });
    await notifier.verify({ signal });
    for (const alert of [alertOf(), repeatOf()])
      expect(await notifier.notify(alert, { signal })).to.deep.equal({});
    const [first, second, ...more] = await slack.messages();
    expect(more).to.deep.equal([]);
    expect(first?.text).to.equal('[production] checkout: PaymentError: Charge failed: 402 at client.ts:145');
    expect(shown(first)).to.include('*Occurrences:* 1 so far');
    expect(shown(second)).to.include('*Occurrences:* 47 so far');
    for (const message of [first!, second!]) expect(brokenLimits(message)).to.deep.equal([]);
  });

  it('a token’s repeats are in the thread of the first message, whose count is edited', async () => {
    const notifier = byToken('alerts');
    await notifier.verify({ signal });
    const { refs } = await notifier.notify(alertOf(), { signal });
    const repeat = following(repeatOf(), { refs: refs! });
    expect(await notifier.notify(repeat, { signal })).to.deep.equal({ refs });
    await notifier.notify(repeat, { signal });
    expect(await notifier.update?.(repeat, { signal })).to.deep.equal({ refs });

    const [first, ...others] = await slack.messages('alerts');
    expect(others).to.deep.equal([]);
    const thread = [first!, ...(await slack.replies('alerts', first!.ts))];
    expect(thread).to.have.lengthOf(3);
    expect(shown(thread[0])).to.include('*Occurrences:* 47').and.include('This message is kept up to date.');
    expect(shown(thread[1])).to.include('*Occurrences:* 47 so far');
    expect(thread[0]?.text).to.equal(
      '[production] checkout: PaymentError: Charge failed: 402 at client.ts:145 (47 occurrences)',
    );
    for (const message of thread) expect(brokenLimits(message)).to.deep.equal([]);
  });

  it('an error that comes back is a message of its own, with a thread of its own', async () => {
    const notifier = byToken('alerts');
    const before = await notifier.notify(alertOf(), { signal });
    const after = await notifier.notify(following(repeatOf({}, 'regression'), before), { signal });
    expect(after.refs).not.to.deep.equal(before.refs);
    const messages = await slack.messages('alerts');
    expect(messages.map((message) => message.thread_ts)).to.deep.equal([undefined, undefined]);
    expect(shown(messages[1])).to.include('🚨 ERROR is back · checkout · production');
  });

  it('a wrong channel is told by its name', async () => {
    const notifier = byToken('#nowhere');
    const error: unknown = await notifier.notify(alertOf(), { signal }).catch((reason: unknown) => reason);
    expect(error).to.have.property('code', 'TOCSIN_NOTIFY_REJECTED');
    expect(error).to.have.nested.property('context.reason', 'channel_not_found');
  });
}).timeout(20_000);

function shown(message: { readonly blocks?: readonly unknown[] } | undefined): string[] {
  return transcript({ blocks: message?.blocks ?? [] });
}

/** The alert as it comes once the store has kept what the notifier gave. */
function following(alert: Alert, { refs = null }: Delivery): Alert {
  return { ...alert, record: { ...alert.record, refs: { slack: refs } } };
}
