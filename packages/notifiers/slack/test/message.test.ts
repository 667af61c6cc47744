import { expect } from 'chai';
import { slackMessage } from '../dist/message.js';
import { alertOf, event, record, repeatOf } from './alert.js';
import { brokenLimits } from './block-limits.js';
import { transcript } from './transcript.js';

describe('The message', () => {
  it('tells a first alert from the title to the footer', () => {
    const message = slackMessage(alertOf(), 'fixed');
    expect(message.text).to.equal('[production] checkout: PaymentError: Charge failed: 402 at client.ts:145');
    expect(transcript(message)).to.deep.equal([
      '🚨 ERROR · checkout · production',
      '`PaymentError` `E_DECLINED`',
      '```charge failed',
      'Charge failed: 402```',
      '*Location*',
      '`src/payments/client.ts:145` in `PaymentClient.charge()`',
      '*Context*',
      '• `orderId: ord_456`',
      '• `retries: 3`',
      '• `customer: {id: "c-7", plan: "gold"}`',
      '• `status: 402`',
      '*Call chain*',
      '`webhooks.ts:23 → engine.ts:89 → client.ts:145`',
      '```145 │ throw new PaymentError(ˋCharge failed: ${response.status}ˋ);```',
      'New error.',
      '*First seen:* just now',
      '*Occurrences:* 1 so far',
      '*Release:* `1.4.2`',
      '*Before it*',
      '```11:59:57 info webhook received',
      '11:59:58 info order created',
      '11:59:59 warn card declined once```',
      '[Open the GitHub issue](https://github.com/acme/checkout/issues/7)',
      'production • 2026-11-20 12:00:00 UTC',
    ]);
    expect(brokenLimits(message)).to.deep.equal([]);
  });

  it('tells a repeat with its age, its count and how many nobody was told about', () => {
    const lines = transcript(slackMessage(repeatOf(), 'fixed'));
    expect(lines).to.include.members([
      'Still happening: the quiet time after the last alert is over.',
      '*First seen:* 2 hours ago',
      '*Occurrences:* 47 so far',
      '*Since the last alert:* 36 occurrences not told',
    ]);
    expect(slackMessage(repeatOf({}, 'count'), 'fixed').text).to.equal(
      '[production] checkout: PaymentError: Charge failed: 402 at client.ts:145 (47 occurrences)',
    );
  });

  it('says of a regression that the error is back, and in which release', () => {
    const message = slackMessage(repeatOf({}, 'regression'), 'edited later');
    expect(transcript(message)).to.include.members([
      '🚨 ERROR is back · checkout · production',
      'It came back after it had been resolved, in release `1.4.2`.',
    ]);
    expect(message.text).to.match(/\(back after it had been resolved\)$/);
  });

  it('is worded without "so far" where its counts are edited, and gives the last sighting in an edit', () => {
    expect(transcript(slackMessage(alertOf(), 'edited later'))).to.include('*Occurrences:* 1');
    const edited = transcript(slackMessage(repeatOf({ regressedFrom: 5 }), 'edit'));
    expect(edited).to.include.members([
      '🚨 ERROR is back · checkout · production',
      'It came back after it had been resolved. This message is kept up to date.',
      '*Last seen:* 2026-11-20 14:00:00 UTC',
      '*Occurrences:* 47',
    ]);
    expect(edited.join('\n')).not.to.include('not told');
  });

  it('says when one process decided alone, when it comes late and when it may be a repeat', () => {
    const alert = alertOf({ degraded: true, delayedMs: 300_000, possibleRepeat: true });
    const message = slackMessage(alert, 'fixed');
    expect(transcript(message).slice(-4, -1)).to.deep.equal([
      'The store could not be reached: one process decided alone, with its own counts. Other processes may tell the same.',
      'Delivered 5 minutes late.',
      'Possibly a repeat: the answer to an earlier try was lost.',
    ]);
    expect(message.text).to.match(/\(possibly a repeat\)$/);
    expect(transcript(message)).to.include('*First seen:* 5 minutes ago');
  });

  it('lists the errors of a digest as far as they fit, and counts the rest', () => {
    const member = {
      fingerprint: '1:a',
      type: 'TypeError',
      title: 'TypeError: x is <undefined>',
      severity: 'error' as const,
      location: { file: 'src/a/b.ts', line: 7 },
    };
    const digest = {
      ...record,
      key: { ...record.key, fingerprint: 'digest:1' },
      occurrences: 1234,
      severity: 'critical' as const,
    };
    const few = slackMessage(
      alertOf({ kind: 'digest', reason: 'digest', record: digest, members: [member, member], links: {} }),
      'fixed',
    );
    expect(few.text).to.equal('[production] checkout: 1,234 new errors within a minute');
    expect(transcript(few)).to.deep.equal([
      '🔥 1,234 new errors within a minute · checkout · production',
      '🚨 `TypeError: x is <undefined>` at `b.ts:7`',
      '🚨 `TypeError: x is <undefined>` at `b.ts:7`',
      '… and 1,232 more',
      'production • 2026-11-20 12:00:00 UTC',
    ]);
    const long = { ...member, title: 'x'.repeat(1_000_000) };
    const many = slackMessage(
      alertOf({ kind: 'digest', reason: 'digest', record: digest, members: Array(50).fill(long) }),
      'fixed',
    );
    expect(brokenLimits(many)).to.deep.equal([]);
    const told = transcript(many).filter((line) => line.startsWith('🚨')).length;
    expect(told).to.be.within(10, 40);
    expect(transcript(many)).to.include(`… and ${(1234 - told).toLocaleString('en-US')} more`);
  });

  it('reads well without an error, a location, a message or names', () => {
    const { error: _error, location: _location, release: _release, breadcrumbs: _crumbs, ...bare } = event;
    const alert = alertOf({
      links: {},
      event: { ...bare, message: ' ', context: {} },
      record: { ...record, title: '', key: { service: '', environment: '', fingerprint: '1:a' } },
    });
    const message = slackMessage(alert, 'fixed');
    expect(transcript(message)).to.deep.equal([
      '🚨 ERROR',
      '_(no message)_',
      'New error.',
      '*First seen:* just now',
      '*Occurrences:* 1 so far',
      '2026-11-20 12:00:00 UTC',
    ]);
    expect(message.text).to.equal('[unknown] unknown: (no message)');
  });

  it('says the message once when the logged line ends in the message of the error', () => {
    const joined = { ...event, message: 'charge failed Charge failed: 402' };
    const lines = transcript(slackMessage(alertOf({ event: joined }), 'fixed'));
    expect(lines).to.include('```charge failed Charge failed: 402```');
  });

  it('has a button for each tracker, and none for what is no web address', () => {
    const links = {
      github: 'https://github.com/a/b/issues/1',
      jira: 'https://jira.example/X-1',
      evil: 'javascript:alert(1)',
      broken: 'not a link',
      long: `https://a.example/${'x'.repeat(3000)}`,
    };
    const lines = transcript(slackMessage(alertOf({ links }), 'fixed')).filter((line) =>
      line.startsWith('['),
    );
    expect(lines).to.deep.equal([
      '[Open the GitHub issue](https://github.com/a/b/issues/1)',
      '[Open the issue: jira](https://jira.example/X-1)',
    ]);
  });

  it('tells what the error came from, in the message and in the notification', () => {
    const refused = {
      ...event.error!,
      type: 'Error',
      message: 'connect ECONNREFUSED 127.0.0.1:80',
      code: 'ECONNREFUSED',
    };
    const fetchFailed = {
      ...event.error!,
      type: 'TypeError',
      message: 'fetch failed',
      frames: [],
      cause: refused,
    };
    const message = slackMessage(alertOf({ event: { ...event, error: fetchFailed } }), 'fixed');
    expect(transcript(message).join('\n')).to.contain('Caused by: Error: connect ECONNREFUSED 127.0.0.1:80');
    expect(message.text).to.contain('TypeError: fetch failed (connect ECONNREFUSED 127.0.0.1:80)');
  });

  it('finds the source line in a cause, where the location is', () => {
    const cause = event.error!;
    const wrapper = { ...cause, type: 'OrderError', message: 'order failed', frames: [], cause };
    const lines = transcript(slackMessage(alertOf({ event: { ...event, error: wrapper } }), 'fixed'));
    expect(lines.some((line) => line.startsWith('```145 │ throw new PaymentError'))).to.equal(true);
  });

  it('says what it left out for length, least important first', () => {
    const wide = '漢'.repeat(5000);
    const own = Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`${wide}${n}`, wide]));
    const crumb = { timestamp: 0, level: 'info', message: wide };
    const message = slackMessage(
      alertOf({ event: { ...event, message: wide, context: own, breadcrumbs: [crumb, crumb, crumb] } }),
      'fixed',
    );
    expect(brokenLimits(message)).to.deep.equal([]);
    expect(transcript(message).at(-1)).to.match(/^Left out for length: (context, )?(.*)earlier lines$/);
  });
});
