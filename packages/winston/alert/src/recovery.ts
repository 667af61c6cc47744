import type { AlertStore, ErrorRecord, RecoveredClaim } from '@tocsin/decision';
import { type LogEvent, TocsinError, uuidv7 } from '@tocsin/event';
import { asTocsinError, type Reporter } from '@tocsin/transport';
import type { DueAlert } from './dispatcher.js';
import { askStore } from './guarded-store.js';

/** Claims taken over at one time. */
const maxRecovered = 20;

/** A store whose claims are taken over, and whether it is the one of a process that decides alone. */
export interface RecoverySource {
  readonly store: AlertStore;
  readonly degraded: boolean;
}

/**
 * Takes over the claims whose lease has ended, and the digests that are due. Never rejects.
 *
 * What the store answers after the deadline is sent all the same: it has taken these claims over for us, and five
 * takings over end a claim.
 */
export async function recoverClaims(
  { store, degraded }: RecoverySource,
  scope: { readonly service: string; readonly environment: string },
  dispatch: (due: DueAlert) => void,
  reporter: Reporter,
  closing: AbortSignal,
): Promise<void> {
  try {
    await askStore(async () => {
      const tokens = Array.from({ length: maxRecovered }, () => uuidv7());
      for (const recovered of await store.recover(scope, tokens)) {
        if (recovered.dead || !isEvent(recovered.sample)) reportDead(recovered, reporter);
        else dispatch(dueFrom(recovered, store, degraded));
      }
    }, closing);
  } catch (error) {
    if (closing.aborted) return;
    reporter.failed('recover', asTocsinError(error, 'TOCSIN_STORE_UNAVAILABLE', 'The store failed'));
  }
}

function dueFrom({ record, claim, sample }: RecoveredClaim, store: AlertStore, degraded: boolean): DueAlert {
  return { record, claim, event: sample, store, degraded, ...delay(record, sample) };
}

/** A digest is due when its minute is over, so that it is never late. */
function delay(record: ErrorRecord, sample: LogEvent): { readonly delayedMs?: number } {
  return record.members === undefined ? { delayedMs: Math.max(0, Date.now() - sample.timestamp) } : {};
}

/** What a store kept for another process, or another version, is looked at before it is used. */
function isEvent(sample: unknown): sample is LogEvent {
  return (
    typeof sample === 'object' &&
    sample !== null &&
    Number.isFinite((sample as { timestamp?: unknown }).timestamp) &&
    typeof (sample as { message?: unknown }).message === 'string'
  );
}

function reportDead({ record, dead }: RecoveredClaim, reporter: Reporter): void {
  const why = dead ? 'was taken over too often and is given up' : 'has lost its event and cannot be sent';
  const message = `The alert for "${record.title}" ${why}`;
  reporter.failed('recover', new TocsinError(message, { code: 'TOCSIN_NOTIFY_UNREACHABLE' }));
}
