import type { Alert } from '@tocsin/decision';
import { section } from './blocks.js';
import { codeLine, isBlank } from './escape.js';
import type { Part } from './fit.js';
import { counted, grouped, isBack, reasonInWords, span, utc, type MessageLife } from './words.js';

/** Reason, first seen, occurrences, what nobody was told about, release. */
export function statsPart(alert: Alert, life: MessageLife): Part {
  const { record, event } = alert;
  const release = shownRelease(event.release);
  const fields = [`*First seen:* ${life === 'edit' ? utc(record.firstSeen) : firstSeen(alert)}`];
  if (life === 'edit') fields.push(`*Last seen:* ${utc(record.lastSeen)}`);
  const occurrences = grouped(record.occurrences);
  fields.push(`*Occurrences:* ${occurrences}${life === 'fixed' ? ' so far' : ''}`);
  if (life !== 'edit' && alert.suppressedSince > 0)
    fields.push(`*Since the last alert:* ${counted(alert.suppressedSince, 'occurrence')} not told`);
  if (release !== undefined) fields.push(`*Release:* ${release}`);
  return { name: 'counts', blocks: [section(sentence(alert, life, release), fields)], dropOrder: 0 };
}

/** An edit is not an alert, so it has no reason of its own. */
function sentence(alert: Alert, life: MessageLife, release: string | undefined): string {
  if (life !== 'edit') return reasonInWords(alert, release);
  const back = isBack(alert, life) ? 'It came back after it had been resolved. ' : '';
  return `${back}This message is kept up to date.`;
}

/** By the store's clock alone: how old the error was when it was last seen. */
function firstSeen({ record, delayedMs = 0 }: Alert): string {
  const age = record.lastSeen - record.firstSeen + delayedMs;
  return age < 60_000 ? 'just now' : `${span(age)} ago`;
}

function shownRelease(release: string | undefined): string | undefined {
  return release === undefined || isBlank(release) ? undefined : `\`${codeLine(release, 100)}\``;
}
