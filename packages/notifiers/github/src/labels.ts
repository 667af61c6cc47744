import { createHash } from 'node:crypto';
import type { Alert } from '@tocsin/decision';
import { maxLabel, maxLabels } from './github-limits.js';

/** On every issue of ours; issues are listed by it. */
export const ownLabel = 'tocsin';

/** The labels of a new issue: ours, what the error is and where it happened, and the user's own. */
export function issueLabels({ event, record }: Alert, extraLabels: readonly string[]): string[] {
  const { service, environment } = record.key;
  const component = event.context['component'] ?? event.location?.file;
  const labels = [
    ownLabel,
    label('service', service),
    label('env', environment),
    label('error', event.error?.type ?? record.type),
    label('component', componentOf(component)),
    label('integration', event.integration),
    ...(event.severity === 'error' ? ['priority:high'] : []),
    ...(event.severity === 'critical' ? ['priority:critical'] : []),
    ...extraLabels.map(labelText),
  ];
  // GitHub's labels are the same whatever their case.
  const unique = new Map<string, string>();
  for (const name of labels)
    if (name !== '') unique.set(name.toLowerCase(), unique.get(name.toLowerCase()) ?? name);
  return [...unique.values()].slice(0, maxLabels);
}

/**
 * A label of at most 50 characters on one line. A longer one ends with a part of its hash, so that two that
 * begin alike stay two labels.
 */
export function labelText(text: string): string {
  const clean = text
    .slice(0, 1_000)
    .toWellFormed()
    .replace(/[\s\p{Cc},]+/gu, ' ')
    .trim();
  if (clean.length <= maxLabel && text.length <= 1_000) return clean;
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 8);
  return `${head(clean, maxLabel - hash.length - 1)}~${hash}`;
}

function label(prefix: string, value: unknown): string {
  return typeof value === 'string' && value.trim() !== '' ? labelText(`${prefix}:${value}`) : '';
}

/** `src/integrations/zoho/client.ts` → `src.integrations.zoho.client`. */
function componentOf(file: unknown): unknown {
  if (typeof file !== 'string') return undefined;
  return file
    .slice(0, 2_000)
    .replace(/^[./\\]+/, '')
    .replace(/\.[cm]?[jt]sx?$/, '')
    .replace(/[/\\]+/g, '.');
}

function head(text: string, end: number): string {
  return text
    .slice(0, end)
    .toWellFormed()
    .replace(/\ufffd$/, '')
    .trimEnd();
}
