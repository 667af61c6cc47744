import { type Redaction, truncate } from '@tocsin/event';

const maxLength = 2048;

/**
 * The URL of a request as it may be shown: without user name, password and fragment, the values of sensitive query
 * parameters replaced. `undefined` for what is no absolute URL of HTTP.
 */
export function maskUrl(text: string, redaction: Redaction): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  const { search } = url;
  const query = search
    .slice(1)
    .split('&')
    .map((pair) => maskPair(pair, redaction))
    .join('&');
  return truncate(
    redaction.text(`${url.origin}${url.pathname}${query === '' ? '' : `?${query}`}`),
    maxLength,
  );
}

function maskPair(pair: string, redaction: Redaction): string {
  const at = pair.indexOf('=');
  if (at === -1) return pair;
  const name = pair.slice(0, at);
  const value = pair.slice(at + 1);
  return `${name}=${String(redaction.entry(decoded(name), value, {}))}`;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    // Not encoded as it should be: then the name is what stands there.
    return name;
  }
}
