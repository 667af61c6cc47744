import type { AlertTransportStats } from '@tocsin/alert';
import type { CallCost } from './measure.js';
import { heading, quote } from './screen.js';
import { slackText } from './slack-text.js';
import type { Targets } from './targets.js';

const maxIssueLines = 80;

/** What came out of it, for a person. */
export async function report(
  targets: Targets,
  stats: AlertTransportStats,
  cost: CallCost,
  delivered: boolean,
): Promise<void> {
  heading('What came of it');
  const { first = 0, ...others } = stats.alerts;
  console.log(`${count(stats.accepted)} errors were logged, and ${count(sum(stats.alerts))} alerts sent:`);
  for (const [reason, alerts] of Object.entries({ first, ...others }))
    console.log(`  ${reason.padEnd(10)} ${alerts}`);
  console.log(
    `Not sent, because they had been told: ${count(sum(stats.suppressed))}. Lost: ${count(sum(stats.dropped))}.`,
  );
  console.log(`Everything delivered: ${delivered ? 'yes' : 'no'}.`);
  console.log(
    'Told again: after 15 minutes, or at a further multiple of ten, though not within the first minute.',
  );
  const added = Math.max(0, cost.withTocsin - cost.without);
  console.log(
    `On Node ${process.versions.node}, one logger.error() took ${cost.without.toFixed(0)} µs without Tocsin and ${cost.withTocsin.toFixed(0)} µs with it: ` +
      `${added.toFixed(0)} µs more (medians).`,
  );

  const arrived = await targets.readBack();
  if (arrived === undefined) {
    console.log(`\nLook at ${targets.told}.`);
    return;
  }
  heading('The issues (in the emulator)');
  for (const { number, title, labels } of arrived.issues) {
    console.log(`#${number}  ${title}`);
    console.log(`    ${labels.map(({ name }) => name).join('  ')}`);
  }
  heading('The Slack messages, as a notification shows them');
  for (const { text } of arrived.messages) console.log(text);

  const issue = arrived.issues.find(({ body }) => body?.includes('Caused by')) ?? arrived.issues[0];
  if (issue !== undefined) {
    heading(`One issue: #${issue.number} ${issue.title}`);
    // Comments are for Tocsin's own eyes: GitHub does not show them.
    const lines = (issue.body ?? '').replace(/<!--.*?-->\n*/g, '').split('\n');
    quote(lines.slice(0, maxIssueLines).join('\n'));
    if (lines.length > maxIssueLines) quote(`… ${lines.length - maxIssueLines} more lines`);
  }
  const message =
    arrived.messages.find(({ text }) => text.includes('PaymentDeclinedError')) ?? arrived.messages[0];
  if (message !== undefined) {
    heading('One Slack message');
    quote(slackText(message));
  }
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, each) => total + each, 0);
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}
