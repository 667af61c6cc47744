import { createHash } from 'node:crypto';
import type { ErrorKey } from '@tocsin/decision';

/** What an issue's hidden marker says: which error it is about, and which closed issue it follows. */
export interface Marker {
  readonly service: string;
  readonly environment: string;
  readonly fingerprint: string;
  /** Number of the closed issue after which the error came back. */
  readonly follows?: number;
}

const pattern =
  /<!-- tocsin:issue service=(\S{0,200}) environment=(\S{0,200}) fingerprint=(\S{0,200})(?: follows=(\d{1,15}))? -->/;
const duplicatePattern = /<!-- tocsin:duplicate-of (\d{1,15}) -->/;
/** Longest value as it is; a longer one is told by its beginning and its hash. */
const maxValue = 200;

/** The marker of an issue about this error, as a hidden comment. */
export function issueMarker(key: ErrorKey, follows?: number): string {
  const { service, environment, fingerprint } = encodeKey(key);
  const tail = follows === undefined ? '' : ` follows=${follows}`;
  return `<!-- tocsin:issue service=${service} environment=${environment} fingerprint=${fingerprint}${tail} -->`;
}

/** The first marker in a body, with its values as they are written. */
export function readMarker(body: string): Marker | undefined {
  const found = pattern.exec(body);
  if (found === null) return undefined;
  const [, service = '', environment = '', fingerprint = '', follows] = found;
  return {
    service,
    environment,
    fingerprint,
    ...(follows === undefined ? {} : { follows: Number(follows) }),
  };
}

/** Whether a marker that was read is about this error. */
export function isAbout(marker: Marker, key: ErrorKey): boolean {
  const encoded = encodeKey(key);
  return (
    marker.service === encoded.service &&
    marker.environment === encoded.environment &&
    marker.fingerprint === encoded.fingerprint
  );
}

/** Hidden in an issue that was closed because another one was made for the same error. */
export function duplicateMarker(original: number): string {
  return `<!-- tocsin:duplicate-of ${original} -->`;
}

/** The number of the issue that this body's issue is a duplicate of. */
export function readDuplicateMarker(body: string): number | undefined {
  const found = duplicatePattern.exec(body);
  return found === null ? undefined : Number(found[1]);
}

function encodeKey({ service, environment, fingerprint }: ErrorKey): ErrorKey {
  return { service: encode(service), environment: encode(environment), fingerprint: encode(fingerprint) };
}

/** Without spaces, and without the two hyphens that an HTML comment may not hold. */
function encode(value: string): string {
  const encoded = encodeURIComponent(value.slice(0, maxValue).toWellFormed()).replaceAll('--', '%2D%2D');
  if (value.length <= maxValue && encoded.length <= maxValue) return encoded;
  const hash = createHash('sha256').update(value).digest('hex');
  return `${encoded.slice(0, maxValue - 33)}~${hash.slice(0, 32)}`;
}
