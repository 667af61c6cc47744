import type { AlertTransportStats } from '@tocsin/alert';

/** The sum of counts under names. */
export function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

/** Whether every line is accounted for. */
export function balanced(stats: AlertTransportStats): boolean {
  return stats.accepted === stats.delivered + sum(stats.suppressed) + sum(stats.dropped) + stats.pending;
}
