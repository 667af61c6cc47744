import { resolveRedaction, type RedactOptions } from './resolve-redaction.js';
import { truncate } from './truncate.js';

/** A longer text is cut: looking through more of it would hold up the application. */
const maxLength = 262_144;

/**
 * The text without secrets: credentials, keys and tokens of known shapes, payment cards, passwords in URLs, and the
 * values of sensitive names (`password=…`, `"token":"…"`, `Cookie: …`). Linear in the text, which is cut to 256 Ki
 * characters. Anything but a text, which JavaScript callers may pass, is taken for an empty one.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` for a wrong option
 */
export function redactText(text: string, options?: RedactOptions): string {
  if (typeof text !== 'string') return '';
  const redaction = resolveRedaction(options);
  return text.length <= maxLength
    ? redaction.text(text)
    : truncate(redaction.text(text.slice(0, maxLength)), maxLength, text.length - maxLength);
}
