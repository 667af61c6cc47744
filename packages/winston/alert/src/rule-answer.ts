import { TocsinError } from '@tocsin/event';

/**
 * What a rule of the user's answers. Throws for a promise: it would hold for every event, whatever it comes to,
 * and its rejection would be nobody's.
 */
export function ruleAnswer(answer: unknown): boolean {
  if (!(answer instanceof Promise)) return Boolean(answer);
  answer.catch(() => {
    // The rule is reported as a whole: it may not be asynchronous.
  });
  throw new TocsinError('A rule must answer at once, not with a promise', {
    code: 'TOCSIN_USER_CODE_FAILED',
  });
}
