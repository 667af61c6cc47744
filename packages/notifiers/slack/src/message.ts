import type { KnownBlock } from '@slack/types';
import type { Alert } from '@tocsin/decision';
import { TocsinError } from '@tocsin/event';
import { header, limits, linkButtons, smallPrint } from './blocks.js';
import { digestPart } from './digest-part.js';
import {
  breadcrumbsPart,
  callChainPart,
  contextPart,
  locationPart,
  sourcePart,
  whatPart,
} from './error-parts.js';
import { isBlank, plainLine } from './escape.js';
import { fallbackText } from './fallback-text.js';
import { fit, type Part } from './fit.js';
import { statsPart } from './stats-part.js';
import { counted, deliveryNotes, isBack, severityMarks, utc, type MessageLife } from './words.js';

/** What is sent to Slack, within all of its limits. */
export interface SlackMessage {
  /** Shown where blocks are not: in notifications and by screen readers. */
  readonly text: string;
  readonly blocks: KnownBlock[];
}

/** The message that tells an alert. Throws a `TocsinError` for what is no alert. */
export function slackMessage(alert: Alert, life: MessageLife): SlackMessage {
  try {
    return worded(alert, life);
  } catch (cause) {
    throw new TocsinError('Slack: the alert could not be put into words', {
      code: 'TOCSIN_INTERNAL',
      context: { service: 'Slack' },
      cause,
    });
  }
}

function worded(alert: Alert, life: MessageLife): SlackMessage {
  const details = alert.kind === 'digest' ? digestDetails(alert) : errorDetails(alert, life);
  const parts = [
    titlePart(alert, life),
    ...details,
    ...linksPart(alert),
    ...notesPart(alert, life),
    footerPart(alert),
  ];
  return { text: fallbackText(alert), blocks: fit(parts) };
}

function errorDetails(alert: Alert, life: MessageLife): Part[] {
  const { event } = alert;
  return [
    whatPart(event),
    ...locationPart(event.location),
    ...contextPart(event),
    ...callChainPart(event),
    ...sourcePart(event),
    statsPart(alert, life),
    ...breadcrumbsPart(event),
  ];
}

function digestDetails({ members, record }: Alert): Part[] {
  return digestPart(members ?? record.members ?? [], record.occurrences);
}

/** `🚨 ERROR · checkout · production` */
function titlePart(alert: Alert, life: MessageLife): Part {
  const { event, record } = alert;
  const severity = alert.kind === 'digest' ? record.severity : event.severity;
  const title =
    alert.kind === 'digest'
      ? `${counted(record.occurrences, 'new error')} within a minute`
      : `${severity.toUpperCase()}${isBack(alert, life) ? ' is back' : ''}`;
  const { service, environment } = record.key;
  const names = [service, environment].filter((name) => !isBlank(name)).map((name) => plainLine(name, 40));
  const text = [`${severityMarks[severity]} ${title}`, ...names].join(' · ');
  return { name: 'title', blocks: [header(text)], dropOrder: 0 };
}

/** A button for each tracker's issue. A link that is no web address, or too long for Slack, has none. */
function linksPart({ links }: Alert): Part[] {
  let units = 0;
  const buttons = Object.entries(links)
    .filter(([, url]) => {
      if (!isWebAddress(url)) return false;
      units += url.length;
      return units <= limits.buttonUrl;
    })
    .slice(0, limits.buttons)
    .map(([name, url]) => ({ text: buttonText(name), url }));
  return buttons.length === 0 ? [] : [{ name: 'links', blocks: [linkButtons(buttons)], dropOrder: 1 }];
}

function buttonText(tracker: string): string {
  if (tracker === 'github') return 'Open the GitHub issue';
  return isBlank(tracker) ? 'Open the issue' : `Open the issue: ${plainLine(tracker, 50)}`;
}

function isWebAddress(url: string): boolean {
  return /^https?:\/\/[^\s<>]+$/.test(url) && URL.canParse(url) && url.isWellFormed();
}

function notesPart(alert: Alert, life: MessageLife): Part[] {
  const notes = life === 'edit' ? [] : deliveryNotes(alert);
  return notes.length === 0 ? [] : [{ name: 'notes', blocks: [smallPrint(notes)], dropOrder: 0 }];
}

/** `production • 2024-01-28 10:00:00 UTC` */
function footerPart({ event, record }: Alert): Part {
  const { environment } = record.key;
  const names = isBlank(environment) ? [] : [plainLine(environment, 100)];
  return {
    name: 'footer',
    blocks: [smallPrint([[...names, utc(event.timestamp)].join(' • ')])],
    dropOrder: 0,
  };
}
