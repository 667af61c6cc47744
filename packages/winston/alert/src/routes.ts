import type { Notifier } from '@tocsin/decision';
import { isAtLeast, type LogEvent } from '@tocsin/event';
import type { Route } from './options.js';
import { ruleAnswer } from './rule-answer.js';

/**
 * Who is told of an event: the union of the routes that match, all where none does; less those whose
 * `minSeverity` is higher. A `when` that throws counts as matching, and is given to `onFailure`: rather one
 * message too many than none.
 */
export function route(
  event: LogEvent,
  routes: readonly Route[],
  notifiers: readonly Notifier[],
  onFailure: (error: unknown) => void,
): readonly Notifier[] {
  const matching = routes.filter(({ when }) => {
    try {
      return ruleAnswer(when(event));
    } catch (error) {
      onFailure(error);
      return true;
    }
  });
  const names = new Set(matching.flatMap((match) => match.notifiers));
  return notifiers.filter(
    ({ name, minSeverity }) =>
      (matching.length === 0 || names.has(name)) &&
      (minSeverity === undefined || isAtLeast(event.severity, minSeverity)),
  );
}
