import {
  fingerprint,
  type LogEvent,
  type LogEventOptions,
  type Snapshot,
  toLogEvent,
  withSources,
} from '@tocsin/event';
import { asTocsinError, type Reporter, withDeadline } from '@tocsin/transport';
import type { AlertTransportOptions } from './options.js';

const sourcesTimeoutMs = 2_000;
/** How long a disk that did not answer is left alone: lines are made one after the other. */
const sourcesPauseMs = 30_000;

/** An event, and which error it is. */
export interface MadeEvent {
  readonly event: LogEvent;
  readonly fingerprint: string;
}

/** Makes events of snapshots: reads the error, takes secrets out, adds source lines, makes the fingerprint. */
export class EventMaker {
  private readonly eventOptions: LogEventOptions;
  private noSourcesUntil = 0;

  constructor(
    private readonly options: AlertTransportOptions,
    place: { readonly service: string; readonly environment: string },
    /** Whether the event is ignored; may throw what a rule of the user's throws. */
    private readonly isIgnored: (event: LogEvent) => boolean,
    private readonly reporter: Reporter,
  ) {
    const { release, tags, root, ignoreFrames, sensitiveFields } = options;
    this.eventOptions = {
      ...place,
      ...(release === undefined ? {} : { release }),
      ...(tags === undefined ? {} : { tags }),
      ...(root === undefined ? {} : { root }),
      ...(ignoreFrames === undefined ? {} : { ignoreFrames }),
      ...(sensitiveFields === undefined ? {} : { sensitiveFields }),
    };
  }

  /** The event; undefined when it is ignored. */
  async make(
    line: Snapshot,
    levels: Readonly<Record<string, number>> | undefined,
  ): Promise<MadeEvent | undefined> {
    const bare = toLogEvent(line, { ...this.eventOptions, ...(levels === undefined ? {} : { levels }) });
    if (this.ignores(bare)) return undefined;
    const event = await this.withSources(bare);
    const { grouping, root } = this.options;
    const options = {
      ...(grouping === undefined ? {} : { grouping }),
      ...(root === undefined ? {} : { root }),
    };
    return { event, fingerprint: fingerprint(event, options) };
  }

  private ignores(event: LogEvent): boolean {
    try {
      return this.isIgnored(event);
    } catch (error) {
      this.reporter.failed(
        'ignore',
        asTocsinError(error, 'TOCSIN_USER_CODE_FAILED', 'A rule of `ignore` failed'),
      );
      return false;
    }
  }

  /** Source lines are worth a short wait, not a stalled disk. */
  private async withSources(event: LogEvent): Promise<LogEvent> {
    if (performance.now() < this.noSourcesUntil) return event;
    try {
      return await withDeadline(sourcesTimeoutMs, 'TOCSIN_INTERNAL', 'Reading source files', () =>
        withSources(event, this.eventOptions),
      );
    } catch (error) {
      this.noSourcesUntil = performance.now() + sourcesPauseMs;
      this.reporter.failed(
        'sources',
        asTocsinError(error, 'TOCSIN_INTERNAL', 'Source files could not be read'),
      );
      return event;
    }
  }
}
