export { GitHubNotifier } from './github-notifier.js';
export type { GitHubNotifierOptions } from './options.js';
