import { hostname } from 'node:os';
import { threadId } from 'node:worker_threads';
import { capturedFor } from './capture-registry.js';
import type { Captured } from './captured.js';
import { type ErrorDetailsOptions, cleanText, errorDetails, framesOf, maxMessage } from './error-details.js';
import { defaultIntegrationPatterns, integrationOf } from './integration.js';
import { locate } from './locate.js';
import type { Breadcrumb, Location, LogEvent } from './log-event.js';
import { redact } from './redact.js';
import { redactText } from './redact-text.js';
import { severityOf } from './severity.js';
import { type Snapshot, isSnapshot, snapshot } from './snapshot.js';
import { truncate } from './truncate.js';
import { uuidv7 } from './uuid.js';

/** Options of {@link toLogEvent}. */
export interface LogEventOptions extends ErrorDetailsOptions {
  /** Name of the service. @default the line's own `service` field */
  readonly service?: string;
  /** Where it runs. @default the line's own `environment` field */
  readonly environment?: string;
  /** Version that runs. @default the line's own `release` field */
  readonly release?: string;
  /** Tags of every event, beside those in the line's `tags` field. @default [] */
  readonly tags?: readonly string[];
  /**
   * Folders under which each integration has a folder of its own.
   * @default ['integrations/', 'services/', 'connectors/']
   */
  readonly integrationPatterns?: readonly string[];
  /** The logger's own level table, for levels whose names say nothing. @default none: by the names alone */
  readonly levels?: Readonly<Record<string, number>>;
  /** What was captured with the info. @default what {@link captureAtCall} took, if it is installed */
  readonly captured?: Captured;
}

const host = hostname();
/** Characters of a service, an environment and a release: stores refuse longer names, and a line may say anything. */
const maxName = 200;

/**
 * One logged line as plain, bounded, redacted data, with the Error it carries wherever winston put it.
 * Never throws, whatever was logged.
 *
 * @param line what winston gave to a transport, or a {@link snapshot} of it.
 */
export function toLogEvent(line: unknown, options: LogEventOptions = {}): LogEvent {
  try {
    return eventOf(isSnapshot(line) ? line : snapshot(line, options.captured ?? capturedFor(line)), options);
  } catch {
    // What was logged must not decide whether there is an event: one without details is better than none.
    const message = 'A line that cannot be read was logged';
    return { ...base(Date.now()), level: 'error', severity: 'error', message, context: {} };
  }
}

function base(timestamp: number): Pick<LogEvent, 'id' | 'timestamp' | 'process'> {
  return { id: uuidv7(), timestamp, process: { host, pid: process.pid } };
}

function eventOf(line: Snapshot, options: LogEventOptions): LogEvent {
  const error = line.error === undefined ? undefined : errorDetails(line.error, options);
  const location = locate(error) ?? callSiteOf(line, options);
  const integration =
    location && integrationOf(location.file, options.integrationPatterns ?? defaultIntegrationPatterns);
  const tags = [...new Set([...(options.tags ?? []), ...redactAll(line.tags ?? [], options)])];
  const { origin, context } = originOf(line, options);
  return {
    ...base(line.timestamp),
    level: redactText(line.level, options),
    severity: line.severity ?? severityOf(line.level, options.levels),
    // Formats that align (winston's cli) put spaces before it.
    message: cleanText(line.message.trim(), maxMessage, options),
    ...origin,
    ...(tags.length === 0 ? {} : { tags }),
    ...(location === undefined ? {} : { location }),
    ...(error === undefined ? {} : { error }),
    context,
    ...(line.breadcrumbs === undefined ? {} : { breadcrumbs: redactBreadcrumbs(line.breadcrumbs, options) }),
    ...(line.fingerprint === undefined ? {} : { fingerprint: redactFingerprint(line.fingerprint, options) }),
    ...(integration === undefined ? {} : { integration }),
    ...(line.uncaught === undefined ? {} : { uncaught: line.uncaught }),
  };
}

/** The place of the log call, where it was taken: the first frame of the application's own code. */
function callSiteOf(line: Snapshot, options: LogEventOptions): Location | undefined {
  if (line.callSite === undefined) return undefined;
  for (const { inApp, file, line: row, column, function: name } of framesOf(line.callSite, {}, options)) {
    if (!inApp || file === undefined) continue;
    return {
      file,
      ...(row === undefined ? {} : { line: row }),
      ...(column === undefined ? {} : { column }),
      ...(name === '' ? {} : { function: name }),
    };
  }
  return undefined;
}

/** Service, environment and release: the options' before the line's; what the event tells leaves the context. */
function originOf(
  line: Snapshot,
  options: LogEventOptions,
): { readonly origin: Partial<LogEvent>; readonly context: LogEvent['context'] } {
  const context = { ...(redact(line.fields, options) as Record<string, unknown>) };
  // What a format (enrichFormat of @tocsin/context) said of the process: `process` says it.
  if (context['host'] === host) delete context['host'];
  if (context['pid'] === process.pid) delete context['pid'];
  if (context['thread'] === threadId) delete context['thread'];
  const origin: { service?: string; environment?: string; release?: string } = {};
  for (const key of ['service', 'environment', 'release'] as const) {
    const value = options[key] ?? context[key];
    if (typeof value !== 'string' || value === '') continue;
    origin[key] = truncate(value, maxName);
    if (context[key] === value) delete context[key];
  }
  return { origin, context };
}

function redactBreadcrumbs(lines: readonly Breadcrumb[], options: LogEventOptions): readonly Breadcrumb[] {
  return lines.map(({ timestamp, level, message, context }) => ({
    timestamp,
    level: redactText(level, options),
    message: redactText(message, options),
    ...(context === undefined ? {} : { context: redact(context, options) as Breadcrumb['context'] & object }),
  }));
}

function redactAll(texts: readonly string[], options: LogEventOptions): readonly string[] {
  return texts.map((text) => redactText(text, options));
}

function redactFingerprint(
  given: string | readonly string[],
  options: LogEventOptions,
): string | readonly string[] {
  return typeof given === 'string' ? redactText(given, options) : redactAll(given, options);
}
