import { TocsinError } from '@tocsin/event';

/** The TocsinError with which a promise is rejected; throws when it is anything else. */
export async function failureOf(promise: Promise<unknown>): Promise<TocsinError> {
  const outcome: unknown = await promise.then(
    () => 'it succeeded',
    (error: unknown) => error,
  );
  if (outcome instanceof TocsinError) return outcome;
  throw new Error(`No TocsinError: ${String(outcome)}`, { cause: outcome });
}
