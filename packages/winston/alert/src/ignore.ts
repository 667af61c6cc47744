import type { LogEvent } from '@tocsin/event';
import type { IgnoreRule } from './options.js';
import { ruleAnswer } from './rule-answer.js';

type ErrorClass = abstract new (...args: never[]) => Error;

/** Splits the rules into what needs the Error itself, when it is logged, and what can wait. */
export function compileIgnore(rules: readonly IgnoreRule[]): {
  /** Whether the Error is of an ignored class. */
  readonly error: ((error: unknown) => boolean) | undefined;
  /** Whether a pattern or rule matches. Throws what the user's rule throws. */
  readonly event: (event: LogEvent) => boolean;
} {
  const classes = rules.filter(isErrorClass);
  const patterns = rules.filter((rule) => rule instanceof RegExp);
  const functions = rules.filter(
    (rule): rule is (event: LogEvent) => boolean => typeof rule === 'function' && !isErrorClass(rule),
  );
  return {
    error: classes.length === 0 ? undefined : (error) => classes.some((type) => error instanceof type),
    event: (event) => {
      const title = `${event.error?.type ?? 'log'}: ${event.error?.message ?? event.message}`.slice(
        0,
        10_000,
      );
      return (
        patterns.some((pattern) => matches(pattern, title)) ||
        functions.some((rule) => ruleAnswer(rule(event)))
      );
    },
  };
}

function isErrorClass(rule: IgnoreRule): rule is ErrorClass {
  if (typeof rule !== 'function') return false;
  const prototype: unknown = (rule as { prototype?: unknown }).prototype;
  return rule === Error || prototype instanceof Error;
}

/** A global or sticky pattern keeps its place between calls. */
function matches(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(text);
}
