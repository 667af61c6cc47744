import { format, type Format, type TransformableInfo } from 'logform';
import { LEVEL, SPLAT } from 'triple-beam';
import { redactedClone } from './redacted-clone.js';
import { safeRead } from './safe-read.js';
import { resolveRedaction, type RedactOptions, type Redaction } from './resolve-redaction.js';

/**
 * A format that takes the secrets out of a line before the logger's own transports print it, by the rules of
 * {@link redact}. It gives a new info (also where the info is an Error: then a clone with its prototype, name and
 * stack), changes nothing that the caller holds, and drops no line. Put it before `json()`, `simple()` or `printf()`,
 * before or after `splat()`, and after `errors()`.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` for a wrong option
 */
export function redactFormat(options: RedactOptions = {}): Format {
  const redaction = resolveRedaction(options, 'redactFormat');
  return format((info) => redactInfo(info, redaction))();
}

function redactInfo(info: TransformableInfo, redaction: Redaction): TransformableInfo {
  try {
    const copy = redactedClone(info, redaction) as TransformableInfo;
    const splat = info[SPLAT];
    if (Array.isArray(splat) && typeof info.message === 'string') {
      copy[SPLAT] = withoutInterpolatedSecrets(info.message, copy[SPLAT] as unknown[], redaction);
    }
    return copy;
  } catch {
    // A line that cannot be copied is still a line: what cannot be looked through is not shown.
    const level = String(safeRead(info, LEVEL) ?? safeRead(info, 'level'));
    return { level, message: '[could not be redacted]', [LEVEL]: level };
  }
}

/** Stands for an argument while the message is tried: nothing that is recognised by itself. */
const probe = 'interpolated-argument';
/** How much of the message before an argument can make it a secret. */
const reach = 160;

/** `format.splat()` may come later: in `'password: %s'` the argument is the secret, not the `%s`. */
function withoutInterpolatedSecrets(message: string, splat: unknown[], redaction: Redaction): unknown[] {
  if (!message.includes('%')) return splat;
  let index = 0;
  for (const token of message.slice(0, 16_384).matchAll(/%[scdjifoO%]/g)) {
    if (token[0] === '%%') continue;
    if (index >= splat.length) break;
    const before = message.slice(Math.max(0, token.index - reach), token.index);
    if (!redaction.text(before + probe).endsWith(probe)) splat[index] = '[redacted]';
    index += 1;
  }
  return splat;
}
