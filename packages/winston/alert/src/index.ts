export { AlertTransport } from './alert-transport.js';
export type { AlertTransportStats } from './alert-transport.js';
export type { AlertTransportOptions, IgnoreRule, Route } from './options.js';
export type { NotifierStats } from './notifier-lane.js';
