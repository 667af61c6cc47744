import { type Captured, capturedOf, isQuiet, runQuietly, TocsinError } from '@tocsin/event';
import TransportStream from 'winston-transport';
import { applyFormat } from './apply-format.js';
import { accepts, type LoggerLike, uncaughtKind } from './accepts.js';
import { BackgroundQueue } from './background-queue.js';
import { flushBeforeExit, forget, type Leaving } from './before-exit.js';
import { Counters, type TransportStats } from './counters.js';
import { asTocsinError, Reporter } from './reporter.js';
import { Sources } from './sources.js';
import {
  checkWhole,
  type NonBlockingTransportOptions,
  resolveTransportOptions,
  winstonOptions,
} from './transport-options.js';
import { tellUndelivered } from './undelivered.js';
import { within } from './within.js';

type Callback = (error?: Error | null) => void;

/** Winston leaves an uncaught exception 3,000 ms before it ends the process. */
const exceptionDeadlineMs = 2_800;
/** Least time for giving back timers and connections, when the deliveries have taken all of theirs. */
const releaseMs = 250;

/**
 * A base for winston transports that cannot slow, freeze or crash the application.
 *
 * `log()` takes a snapshot, puts it into a bounded queue and calls back, all at once; `handle` is called
 * later with one snapshot after the other. Failures go to `'warn'`, `onError` and `stats()`, never to the
 * application. A subclass says what a snapshot is (`take`), what is done with it (`handle`), and what is
 * still under way (`settle`).
 */
export abstract class NonBlockingTransport<Item> extends TransportStream {
  declare parent: LoggerLike | null | undefined;
  declare levels: Readonly<Record<string, number>> | undefined;
  /** Whether a line is told with those that were logged before it in the same request. */
  protected breadcrumbs = false;
  protected readonly counters = new Counters();
  protected readonly reporter: Reporter;
  private readonly queue: BackgroundQueue<Item>;
  private readonly closeTimeoutMs: number;
  private readonly sources = new Sources();
  private closing: Promise<boolean> | undefined;
  /** Changes when a logger takes the transport again before it is closed: the closing under way is called off. */
  private life = 0;
  private released = false;
  private readonly leaving: Leaving;

  /** @param owner Name of the subclass, for messages about its options. */
  constructor(owner: string, options: NonBlockingTransportOptions) {
    const { queue, closeTimeoutMs } = resolveTransportOptions(owner, options);
    super(winstonOptions(options));
    this.queue = new BackgroundQueue(queue, {
      handle: (item) => this.handle(item),
      onFailure: (error) => {
        this.counters.drop('internal-error', 1);
        this.reportInternal('handle', error, 'A line could not be handled');
      },
      onEmpty: () => this.reporter.works('queue'),
    });
    this.closeTimeoutMs = closeTimeoutMs;
    this.reporter = new Reporter({
      ...(options.onError === undefined ? {} : { onError: options.onError }),
      emitWarn: (error) => this.emit('warn', error) && this.sources.hearWarningsOf(this),
    });
    this.leaving = {
      counters: this.counters,
      flush: () => this.flushAtEnd(this.closeTimeoutMs, 'before the process ended'),
    };
    // Each logger that this transport is added to adds listeners of its own.
    this.setMaxListeners(0);
    this.removeAllListeners('pipe').removeAllListeners('unpipe');
    this.on('pipe', (source: LoggerLike) => this.addSource(source));
    this.on('unpipe', (source: LoggerLike) => this.removeSource(source));
  }

  /** Copies what is needed of the line, synchronously; undefined when the line is not wanted after all. */
  protected abstract take(
    info: unknown,
    captured: Captured | undefined,
  ): { readonly item: Item; readonly bytes: number } | undefined;

  /** Works on one snapshot, in the background and in order. It must settle the line in `counters`. */
  protected abstract handle(item: Item): Promise<void> | void;

  /** Resolves when all that `handle` has begun by now is settled. */
  protected abstract settle(): Promise<void>;

  /**
   * Gives back timers and connections, once, after the last line. What is still under way then has had its
   * time: it must be given up, and settled in `counters`.
   */
  protected abstract release(): Promise<void>;

  /** How many were lost so far: {@link flush} answers `true` only when none was lost while it waited. */
  protected get lost(): number {
    return this.counters.droppedTotal;
  }

  /** Called by winston for each line. Calls back at once and never throws. */
  override log(info: unknown, callback?: () => void): void {
    try {
      this.accept(info, this.writing ?? capturedOf(info));
    } catch (error) {
      this.dropAtOnce('internal-error');
      this.reportInternal('log', error, 'A line could not be taken');
    } finally {
      callback?.();
    }
  }

  /**
   * Waits until everything that was accepted before the call is delivered or given up.
   *
   * @param timeoutMs Longest wait. Default 5,000.
   * @returns `true` when all was delivered or needed no delivery; `false` when the time ran out (the work
   *   goes on) or lines were lost meanwhile.
   */
  async flush(timeoutMs = 5_000): Promise<boolean> {
    checkWhole('flush', 'timeoutMs', timeoutMs, 0);
    const { lost } = this;
    let failed = false;
    const all = this.queue
      .handled()
      .then(() => runQuietly(() => this.settle()))
      .catch((error: unknown) => {
        failed = true;
        this.reportInternal('settle', error, 'What was under way could not be settled');
      });
    const inTime = await within(all, timeoutMs);
    return inTime && !failed && this.lost === lost;
  }

  /** What became of the lines so far. */
  stats(): TransportStats {
    const { accepted, delivered, suppressed, dropped, pending } = this.counters;
    const queue = { events: this.queue.size, bytes: this.queue.bytes };
    return { accepted, delivered, suppressed, dropped, pending, queue, failures: this.reporter.failures };
  }

  /**
   * Delivers what was accepted, for at most `timeoutMs` (default: the option `closeTimeoutMs`), gives up the
   * rest, and gives back timers and connections, which is waited for a quarter of a second longer at most.
   * Lines logged afterwards are dropped, counted and told. May be called again; winston calls it when the last
   * logger lets go of the transport.
   *
   * @returns As {@link flush}.
   */
  override async close(timeoutMs: number = this.closeTimeoutMs): Promise<boolean> {
    checkWhole('close', 'timeoutMs', timeoutMs, 0);
    this.closing ??= this.shut(timeoutMs);
    return this.closing;
  }

  override _write(info: unknown, _encoding: string, callback: Callback): void {
    try {
      this.writeOne(info);
    } catch (error) {
      this.reporter.failed(
        'format',
        asTocsinError(error, 'TOCSIN_USER_CODE_FAILED', "The transport's format failed"),
      );
      this.dropAtOnce('format-failed');
    } finally {
      callback();
    }
  }

  override _writev(chunks: { chunk: unknown }[], callback: Callback): void {
    for (const { chunk } of chunks) this._write(chunk, 'utf8', () => undefined);
    callback();
  }

  override _final(callback: Callback): void {
    void this.flushAtEnd(this.closeTimeoutMs, 'before the logger ended').finally(callback);
  }

  private async flushAtEnd(timeoutMs: number, when: string): Promise<boolean> {
    const delivered = await this.flush(timeoutMs);
    tellUndelivered(this.reporter, delivered ? 0 : this.counters.pending, when);
    return delivered;
  }

  /** What was captured for the line being written; a format of the transport's own works on a copy of the line. */
  private writing: Captured | undefined;

  private writeOne(info: unknown): void {
    if (!accepts(info, this.filter())) return;
    this.writing = capturedOf(info);
    try {
      const line = applyFormat(this.format, info);
      if (line) this.log(line);
    } finally {
      this.writing = undefined;
    }
  }

  private filter(): Parameters<typeof accepts>[1] {
    const { levels, silent, handleExceptions, handleRejections } = this;
    return { level: this.level ?? this.parent?.level, levels, silent, handleExceptions, handleRejections };
  }

  private accept(info: unknown, captured: Captured | undefined): void {
    // What our own failures cause to be logged must not come back as an alert.
    if (isQuiet() || captured?.quiet === true || !accepts(info, this.filter())) return;
    if (this.released) {
      this.dropAtOnce('closed');
      this.reporter.failedOnce('closed', 'TOCSIN_CLOSED', 'A line was logged after the transport was closed');
      return;
    }
    const taken = this.take(info, captured);
    if (taken === undefined) return;
    this.counters.accepted += 1;
    flushBeforeExit(this.leaving);
    const dropped = this.queue.push(taken.item, taken.bytes);
    if (dropped > 0) {
      this.counters.drop('queue-full', dropped);
      this.reporter.failedOnce(
        'queue',
        'TOCSIN_QUEUE_FULL',
        'The queue is full: lines are dropped until it is empty again',
      );
    }
    if (uncaughtKind(info) !== undefined) this.finishWhenExiting();
    if (this.listenerCount('logged') > 0) setImmediate(() => this.emitLogged(info));
  }

  private async shut(timeoutMs: number): Promise<boolean> {
    const { life } = this;
    const end = performance.now() + timeoutMs;
    const delivered = await this.flushAtEnd(timeoutMs, 'before the transport was closed');
    if (this.life !== life) return delivered;
    this.released = true;
    forget(this.leaving);
    const dropped = this.queue.clear();
    if (dropped > 0) this.counters.drop('closed', dropped);
    // What subclasses and their users give back may fail or hang: neither may reach the application.
    const releasing = runQuietly(async () => {
      await Promise.all([this.release(), this.queue.handled()]);
    }).catch((error: unknown) =>
      this.reportInternal('release', error, 'Timers and connections could not be given back'),
    );
    if (!(await within(releasing, Math.max(releaseMs, end - performance.now())))) {
      const message = 'Timers and connections could not be given back in time';
      this.reporter.failed('release', new TocsinError(message, { code: 'TOCSIN_FLUSH_TIMEOUT' }));
    }
    return delivered && dropped === 0;
  }

  private addSource(source: LoggerLike): void {
    this.parent = source;
    this.levels = source.levels;
    // `logger.configure()` takes its transports off and may add the same ones again at once.
    if (!this.released) {
      this.closing = undefined;
      this.life += 1;
    }
    try {
      this.sources.add(source, this.level, this.breadcrumbs);
    } catch (error) {
      this.reportInternal('capture', error, 'The logger could not be prepared');
    }
  }

  private removeSource(source: LoggerLike): void {
    this.sources.remove(source);
    if (this.parent === source) this.parent = this.sources.newest;
    if (this.sources.size === 0) void this.close();
  }

  /** Winston leaves an uncaught exception at once when each transport has said `finish`. */
  private finishWhenExiting(): void {
    const exits = (this as { _ending?: unknown })._ending === true && this.parent?.exitOnError === true;
    if (!exits) return;
    void this.flush(exceptionDeadlineMs).then(() => this.emit('finish'));
  }

  private emitLogged(info: unknown): void {
    try {
      this.emit('logged', info);
    } catch (error) {
      this.reporter.failed(
        'logged',
        asTocsinError(error, 'TOCSIN_USER_CODE_FAILED', "A listener of 'logged' failed"),
      );
    }
  }

  /** Counts a line that comes no further than here. */
  private dropAtOnce(reason: string): void {
    this.counters.accepted += 1;
    this.counters.drop(reason, 1);
  }

  /** Tells a failure of ours, or of what a subclass calls. */
  protected reportInternal(part: string, error: unknown, what: string): void {
    this.reporter.failed(part, asTocsinError(error, 'TOCSIN_INTERNAL', what));
  }
}
