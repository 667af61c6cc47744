import { createHash } from 'node:crypto';
import type { Alert, Delivery, Notifier, Pace } from '@tocsin/decision';
import { type Severity, TocsinError } from '@tocsin/event';
import { resolveOptions, type Destination, type SlackNotifierOptions } from './options.js';
import type { Sender } from './sender.js';
import { webApiSender } from './web-api-sender.js';
import { webhookSender } from './webhook-sender.js';

type CallOptions = { readonly signal: AbortSignal };

/**
 * Tells Slack about an alert: one message with severity, place, context, call chain, counts and a button
 * to the issue.
 *
 * By `webhookUrl` each alert is a message of its own. By `token` and `channel` repeats are replies under
 * the first message, whose counts are kept up to date; an error that comes back after it was resolved
 * begins a new message.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` for options that cannot work; no secret is shown.
 */
export class SlackNotifier implements Notifier {
  readonly name: string;
  readonly kind = 'channel';
  readonly minSeverity?: Severity;
  readonly onAmbiguous: 'retry' | 'drop';
  /** A message a second over any five, the limit of webhooks and channels alike, which allows short bursts. */
  readonly paces: readonly Pace[];
  /** Edits the counts of the first message. Absent with a webhook, whose messages cannot be edited. */
  readonly update?: (alert: Alert, options: CallOptions) => Promise<Delivery>;
  // Private at run time too, so that printing the notifier shows no secret.
  readonly #sender: Sender;

  constructor(options: SlackNotifierOptions) {
    const { name, minSeverity, onAmbiguous, destination, fetch: send } = resolveOptions(options);
    this.name = name;
    if (minSeverity !== undefined) this.minSeverity = minSeverity;
    this.onAmbiguous = onAmbiguous;
    this.paces = [{ key: paceKey(destination), limit: 5, windowMs: 5_000 }];
    const sender =
      'webhookUrl' in destination
        ? webhookSender(destination.webhookUrl, send)
        : webApiSender({ name, ...destination, fetch: send });
    this.#sender = sender;
    if (sender.edit !== undefined) {
      const edit = sender.edit.bind(sender);
      this.update = (alert, { signal }) => heldTogether(() => edit(alert, signal));
    }
  }

  /** Sends the alert. Rejects with a `TocsinError`; the transport decides whether to try again. */
  notify(alert: Alert, { signal }: CallOptions): Promise<Delivery> {
    return heldTogether(() => this.#sender.post(alert, signal));
  }

  /**
   * Checks the credentials and sends no message. A webhook can only be asked by an empty message, which
   * Slack refuses in one way for a webhook that works and in another for one that does not. A token is
   * checked by `auth.test`, which does not say whether the app is a member of the channel.
   */
  verify({ signal }: CallOptions): Promise<void> {
    return this.#sender.verify(signal);
  }
}

/** What is no alert fails in one of many places: that it is none is one failure, and a TocsinError like the others. */
async function heldTogether<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof TocsinError) throw cause;
    throw new TocsinError('Slack: the alert could not be put into words', {
      code: 'TOCSIN_INTERNAL',
      context: { service: 'Slack' },
      cause,
    });
  }
}

/** Names the budget without the secret: 48 bits of a hash do not lead back to it. */
function paceKey(destination: Destination): string {
  const text = 'webhookUrl' in destination ? destination.webhookUrl : destination.channel;
  return `slack:${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
}
