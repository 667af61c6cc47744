import { TocsinError } from '@tocsin/event';
import { exchange, type Heard } from './exchange.js';
import { slackMessage } from './message.js';
import type { Sender } from './sender.js';
import { checkWebhookAnswer, wordOf } from './slack-answer.js';

type Payload = Parameters<InstanceType<typeof import('@slack/webhook').IncomingWebhook>['send']>[0];

/** What a webhook that works says of a message without text (400, formerly 500). */
const emptyMessageWords = [
  'no_text',
  'missing_text',
  'missing_text_or_fallback_or_attachments',
  'invalid_payload',
];

/** Sends by an incoming webhook. */
export function webhookSender(webhookUrl: string, send: typeof fetch | undefined): Sender {
  const post = async (payload: Payload, signal: AbortSignal): Promise<Heard> => {
    // Loaded when it is first used. By require: a test runner that has no import() for CommonJS can load it.
    const { IncomingWebhook } = require('@slack/webhook') as typeof import('@slack/webhook');
    return exchange(
      (listening) => new IncomingWebhook(webhookUrl, { fetch: listening }).send(payload),
      signal,
      send,
    );
  };
  return {
    async post(alert, signal) {
      const message = slackMessage(alert, 'fixed');
      const heard = await post(
        { ...message, link_names: false, unfurl_links: false, unfurl_media: false },
        signal,
      );
      checkWebhookAnswer(heard, Date.now());
      return {};
    },
    async verify(signal) {
      const heard = await post({ text: '' }, signal);
      if (emptyMessageWords.includes(wordOf(heard.body) ?? '')) return;
      checkWebhookAnswer(heard, Date.now());
      throw new TocsinError(
        'Slack webhook: an empty message was accepted, so this is no incoming webhook of Slack',
        {
          code: 'TOCSIN_NOTIFY_REJECTED',
          context: { service: 'Slack', status: heard.status },
        },
      );
    },
  };
}
