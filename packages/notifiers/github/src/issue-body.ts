import type { Alert } from '@tocsin/decision';
import type { ErrorDetails, LogEvent } from '@tocsin/event';
import { countersSection } from './counters.js';
import { codeBlock, codeSpan, disarm, fit, tableCell } from './escape-markdown.js';
import { issueMarker } from './marker.js';
import { sourceExcerpt } from './source-excerpt.js';
import { traceback } from './traceback.js';
import { shown, utc } from './words.js';

/**
 * Longest text of each part. Together with headings and marker under 60,000 of the 65,536 characters that
 * GitHub takes: the rest is for what people add.
 */
const limits = {
  message: 4_000,
  excerpt: 4_000,
  traceback: 24_000,
  ownFields: 5_000,
  breadcrumbs: 5_000,
  contextTable: 8_000,
  cell: 500,
};
const maxRows = 60;
const maxBreadcrumbs = 20;

export interface BodyOptions {
  /** The closed issue after which the error came back. */
  readonly follows?: number;
}

/** The body of a new issue. Nothing in it that came with the error is acted on by GitHub. */
export function issueBody(alert: Alert, { follows }: BodyOptions = {}): string {
  const { event, record } = alert;
  const excerpt = sourceExcerpt(event);
  const parts = [
    issueMarker(record.key, follows),
    follows === undefined ? '' : `This error came back: it was closed in #${follows}.`,
    part('', block(messageOf(event), limits.message)),
    place(event),
    alert.degraded ? 'The store could not be reached: the counts are those of one process.' : '',
    countersSection(alert),
    part('Context', contextTable(alert)),
    excerpt === undefined ? '' : part('Source', block(excerpt.text, limits.excerpt, excerpt.language)),
    event.error === undefined ? '' : part('Traceback', block(traceback(event.error), limits.traceback)),
    part('Fields of the error', block(ownFields(event.error), limits.ownFields, 'json')),
    part('Before it', block(breadcrumbs(event), limits.breadcrumbs)),
    footer(alert),
  ];
  return parts.filter((text) => text !== '').join('\n\n');
}

function part(heading: string, text: string): string {
  if (text === '') return '';
  return heading === '' ? text : `### ${heading}\n\n${text}`;
}

function block(text: string, max: number, language = ''): string {
  const fitted = fit(text, max, disarm);
  return fitted.trim() === '' ? '' : codeBlock(fitted, language);
}

/** What was logged, and what the error says, where that is not the same. */
function messageOf({ message, error }: LogEvent): string {
  if (error === undefined) return message;
  const said = `${error.type}: ${error.message}`;
  return message === '' || message === error.message || message === said ? said : `${message}\n${said}`;
}

function place({ location, uncaught }: LogEvent): string {
  const said: string[] = [];
  if (location !== undefined) {
    const { file, line, column, function: name } = location;
    const where = codeSpan([file, line, column].filter((number) => number !== undefined).join(':'), 600);
    said.push(`at ${where}${name === undefined || name === '' ? '' : ` in ${codeSpan(name, 300)}`}`);
  }
  if (uncaught === 'exception') said.push('nobody caught it');
  if (uncaught === 'rejection') said.push('a promise was rejected and nobody heard it');
  return said.join('; ');
}

function contextTable({ event, record }: Alert): string {
  const { release, level, severity, process, tags = [], context } = event;
  const rows: readonly (readonly [string, unknown])[] = [
    ['service', record.key.service],
    ['environment', record.key.environment],
    ['release', release],
    ['level', level === severity ? level : `${level} (${severity})`],
    ['process', `${process.host}, pid ${process.pid}`],
    ['tags', tags.join(', ')],
    ...Object.entries(context),
  ];
  const given = rows.filter(([, value]) => value !== undefined && value !== '');
  const lines: string[] = ['| name | value |', '|---|---|'];
  let length = 0;
  for (const [name, value] of given) {
    const line = `| ${tableCell(name, 100)} | ${tableCell(shown(value), limits.cell)} |`;
    length += line.length + 1;
    if (lines.length - 2 >= maxRows || length > limits.contextTable - 100) break;
    lines.push(line);
  }
  const left = given.length - (lines.length - 2);
  return lines.join('\n') + (left === 0 ? '' : `\n\n${left} more left out.`);
}

/** Own fields of the error and of its causes. */
function ownFields(error: ErrorDetails | undefined): string {
  const fields: Record<string, unknown>[] = [];
  for (
    let current = error, depth = 0;
    current !== undefined && depth < 10;
    current = current.cause, depth += 1
  ) {
    const { type, code, own } = current;
    if (code === undefined && Object.keys(own).length === 0) continue;
    fields.push({ error: type, ...(code === undefined ? {} : { code }), ...own });
  }
  return fields.map((one) => shown(one, 2)).join('\n');
}

function breadcrumbs({ breadcrumbs: crumbs = [] }: LogEvent): string {
  return crumbs
    .slice(-maxBreadcrumbs)
    .map(({ timestamp, level, message, context }) => {
      const fields = context === undefined ? '' : ` ${shown(context)}`;
      return `${utc(timestamp)} ${level}: ${`${message}${fields}`.slice(0, 2_000)}`;
    })
    .join('\n');
}

function footer({ record, event }: Alert): string {
  return [
    '---',
    'Written by Tocsin. The first table is kept up to date; everything else is yours to edit.',
    'Close the issue when the error is mended: if it comes back, you will hear of it.',
    'Close it as not planned, or label it `wontfix`, to hear no more of it.',
    `Fingerprint ${codeSpan(record.key.fingerprint, 300)}, event ${codeSpan(event.id, 100)}.`,
  ].join('\n');
}
