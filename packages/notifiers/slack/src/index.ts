export { SlackNotifier } from './slack-notifier.js';
export type { SlackNotifierOptions, SlackTokenOptions, SlackWebhookOptions } from './options.js';
