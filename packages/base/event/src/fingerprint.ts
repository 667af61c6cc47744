import { createHash } from 'node:crypto';
import { type Grouping, customKey, defaultParts } from './grouping.js';
import type { LogEvent } from './log-event.js';
import { workingDirectory } from './normalize-path.js';
import { configError, readOptions } from './tocsin-error.js';

/** Options of {@link fingerprint}. */
export interface FingerprintOptions {
  /**
   * When two errors are the same error.
   *
   * A function of the user's that throws, or returns anything but a text or a list of texts that is not empty,
   * is overruled by `'function'`: an error is never lost to a fault in its grouping.
   * @default 'function'
   */
  readonly grouping?: Grouping;
  /**
   * The application's folder, which templates leave out: a message may name a file.
   * @default process.cwd()
   */
  readonly root?: string;
}

const groupings: readonly Grouping[] = ['function', 'line', 'stack', 'message'];

/** Keys begin with the version of the rules, so that later rules can be looked up beside these. */
const version = 'v1';

/**
 * What identifies the error: a lower-case hex SHA-256 of {@link fingerprintKey}. Pure and synchronous.
 *
 * Service and environment are not in it; a record is kept by them and the fingerprint.
 *
 * @throws TocsinError `TOCSIN_CONFIG_INVALID` for a wrong option
 */
export function fingerprint(event: LogEvent, options: FingerprintOptions = {}): string {
  return createHash('sha256').update(fingerprintKey(event, options)).digest('hex');
}

/**
 * The text that {@link fingerprint} hashes, for tests and for finding out why two errors are one or two:
 * `v1|type|code|file|function|template`. A `|` or `\` inside a part is escaped by `\`.
 */
export function fingerprintKey(event: LogEvent, options: FingerprintOptions = {}): string {
  const { grouping, root } = readOptions('fingerprint', () => resolve(options));
  const parts = defaultParts(event, typeof grouping === 'function' ? 'function' : grouping, root);
  const chosen =
    customKey(event.fingerprint, parts) ??
    (typeof grouping === 'function' ? customKey(ask(grouping, event, parts), parts) : undefined);
  return [version, ...(chosen ?? parts)].map(escape).join('|');
}

function resolve({ grouping = 'function', root = workingDirectory() }: FingerprintOptions): {
  readonly grouping: Grouping;
  readonly root: string;
} {
  if (typeof grouping !== 'function' && !groupings.includes(grouping)) {
    throw configError('fingerprint', 'grouping', grouping, `${groupings.join(', ')}, a function`);
  }
  if (typeof root !== 'string') throw configError('fingerprint', 'root', root, 'a folder');
  return { grouping, root };
}

function ask(
  grouping: Extract<Grouping, (...args: never[]) => unknown>,
  event: LogEvent,
  parts: readonly string[],
): unknown {
  try {
    return grouping(event, parts);
  } catch {
    // The default key stands in; see FingerprintOptions.grouping.
    return undefined;
  }
}

function escape(part: string): string {
  return part.replaceAll('\\', '\\\\').replaceAll('|', '\\|');
}
