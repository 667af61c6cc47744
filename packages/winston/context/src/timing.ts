import { type CopyLimits, messageWithCause, toLogEvent, truncate } from '@tocsin/event';
import { type Outcome, follow } from './follow.js';
import { startStopwatch } from './stopwatch.js';
import type { Timing } from './timing-options.js';
import type { Wrap } from './wrap-method.js';
import { writeLine } from './write-line.js';

/** A call that took long. */
export interface SlowCall {
  readonly name: string;
  readonly values: readonly unknown[];
  readonly outcome: Outcome;
}

/** What is told of a slow call: what it is in the message, and fields beyond those that all have. */
export interface SlowCallDescription {
  readonly subject: string;
  readonly fields: object;
}

/** How much of arguments, results and bodies is shown. */
export const shownLimits: CopyLimits = { maxDepth: 4, maxKeys: 50, maxStringLength: 1024, maxTotal: 8192 };

/**
 * Gives functions that measure their calls and log the slow ones.
 *
 * @param what begins the message: `Slow call (0.52 s): chargeCard`, `Slow call failed (0.52 s): chargeCard`
 * @param isEnabled asked at each call
 * @param describe called for slow calls only; where it throws, the line is lost as in `writeLine`
 */
export function timeCalls(
  timing: Timing,
  what: string,
  isEnabled: () => boolean,
  describe: (call: SlowCall) => SlowCallDescription,
): Wrap {
  const { owner, logger, level, tags, thresholdMs } = timing;
  return (method, methodName) => {
    const name = timing.name ?? (methodName === '' ? '(anonymous)' : methodName);
    return {
      call(this: unknown, ...values: never[]): unknown {
        const work = (): unknown => Reflect.apply(method, this, values) as unknown;
        if (!isEnabled()) return work();
        const elapsed = startStopwatch();
        return follow(owner, name, work, (outcome) => {
          const duration = elapsed();
          if (duration === undefined || duration.ms < thresholdMs) return;
          writeLine(owner, logger, () => {
            const { subject, fields } = describe({ name, values, outcome });
            return {
              level,
              message: `${what}${outcome.failed ? ' failed' : ''} (${duration.text}): ${subject}`,
              fields: {
                durationMs: duration.ms,
                function: name,
                ...(outcome.failed ? { failed: true, reason: reasonOf(outcome.error, timing) } : {}),
                ...fields,
                ...(tags.length === 0 ? {} : { tags: [...tags] }),
              },
            };
          });
        });
      },
    }.call;
  };
}

/** In one line of text, since an error as a field would make an alert of a line at a level that makes them. */
function reasonOf(error: unknown, { redaction, sensitiveFields }: Timing): string {
  const { error: details } = toLogEvent({ level: 'error', message: '', error }, { sensitiveFields });
  if (details !== undefined) return truncate(`${details.type}: ${messageWithCause(details)}`, 500);
  const copy = redaction.copy(error, shownLimits);
  return truncate(typeof copy === 'string' ? copy : (JSON.stringify(copy) ?? 'undefined'), 500);
}
