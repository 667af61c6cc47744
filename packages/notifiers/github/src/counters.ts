import type { Alert } from '@tocsin/decision';
import { tableCell } from './escape-markdown.js';
import { maxBody } from './github-limits.js';
import { utc } from './words.js';

const start = '<!-- tocsin:counters -->';
const end = '<!-- /tocsin:counters -->';
const maxReleases = 8;

const reasons: Readonly<Record<Alert['reason'], string>> = {
  first: 'it was new',
  regression: 'it came back after it had been closed',
  cooldown: 'it still happened when the quiet time was over',
  count: 'it reached the next round number of occurrences',
  digest: 'it was one of many new errors',
};

/** The section of the body that is kept up to date, with the comments that mark it. */
export function countersSection(alert: Alert, lastReason = reasons[alert.reason]): string {
  const { firstSeen, lastSeen, occurrences, releases, alertCount, lastAlertAt } = alert.record;
  const recent = releases
    .slice(-maxReleases)
    .map((release) => tableCell(release, 100))
    .filter((release) => release !== '');
  const rows = [
    ['First seen', utc(firstSeen)],
    ['Last seen', utc(lastSeen)],
    ['Occurrences', grouped(occurrences)],
    ['Releases', recent.join(', ')],
    ['Alerts', `${grouped(alertCount)}, the last ${utc(lastAlertAt)}`],
    ['Last alert because', lastReason],
  ];
  const lines = rows.filter(([, value]) => value !== '').map(([name, value]) => `| ${name} | ${value} |`);
  return [start, '', '| | |', '|---|---|', ...lines, '', end].join('\n');
}

/**
 * The body with its counters as they are now; everything else stays as people have left it. The body as it
 * was where the section has been taken out, where it would grow over GitHub's limit, and where another process
 * has already written a higher count of the same record.
 */
export function withCounters(body: string, alert: Alert, options: { readonly keepReason: boolean }): string {
  const from = body.indexOf(start);
  const to = body.indexOf(end, from);
  if (from === -1 || to === -1) return body;
  const old = body.slice(from, to);
  if (isBehind(alert, old)) return body;
  const known = options.keepReason
    ? /^\| Last alert because \| ([^|\r\n]{1,200}) \|/m.exec(old)?.[1]
    : undefined;
  const section = countersSection(alert, known);
  const edited = body.slice(0, from) + section + body.slice(to + end.length);
  return edited.length <= maxBody ? edited : body;
}

/** Several processes edit: one that has read the record earlier may come later. */
function isBehind({ record }: Alert, old: string): boolean {
  if (!old.includes(`| First seen | ${utc(record.firstSeen)} |`)) return false;
  const [, count = '0'] = /^\| Occurrences \| ([\d,]{1,30}) \|/m.exec(old) ?? [];
  return Number(count.replaceAll(',', '')) > record.occurrences;
}

/** Short for any number: a count that came from outside may be none. */
function grouped(count: number): string {
  return Number.isSafeInteger(count) ? count.toLocaleString('en-US') : '?';
}
