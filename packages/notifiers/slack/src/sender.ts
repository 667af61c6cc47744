import type { Alert, Delivery } from '@tocsin/decision';

/** One way to Slack. */
export interface Sender {
  post(alert: Alert, signal: AbortSignal): Promise<Delivery>;
  /** Rewrites the first message of the error; only where Slack lets us. */
  edit?(alert: Alert, signal: AbortSignal): Promise<Delivery>;
  verify(signal: AbortSignal): Promise<void>;
}
