import { LEVEL } from 'triple-beam';
import TransportStream from 'winston-transport';
import type { MakeSubject, Subject, SubjectOptions } from './subject.js';

interface Line {
  message?: unknown;
  level?: string;
  [LEVEL]?: string;
}

/** A transport as they are commonly written: each way of writing one breaks some of the rules. */
class CommonTransport extends TransportStream {
  readonly delivered: string[] = [];
  readonly types: string[] = [];

  constructor(protected readonly subject: SubjectOptions) {
    super({
      level: subject.level ?? 'error',
      ...(subject.handleExceptions === undefined ? {} : { handleExceptions: subject.handleExceptions }),
    });
  }

  override log(info: Line, next: () => void): void {
    next();
    void this.deliver(info).catch((error: unknown) => {
      this.subject.onError?.(error);
      this.emit('warn', error);
    });
  }

  override close(): void {
    // It has nothing to close.
  }

  protected async deliver(info: Line): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, this.subject.deliveryMs ?? 0));
    if (this.subject.fails === true) throw new Error('the service is down');
    this.delivered.push(String(info.message));
    this.types.push(info instanceof Error ? info.name : '');
  }
}

function subjectOf(transport: CommonTransport): Subject {
  return { transport, delivered: () => transport.delivered, deliveredTypes: () => transport.types };
}

/** Calls back when the delivery is done. */
class LateCallback extends CommonTransport {
  override log(info: Line, next: () => void): void {
    void this.deliver(info).then(next, next);
  }
}

/** Looks into the line without care. */
class Throwing extends CommonTransport {
  override log(info: Line, next: () => void): void {
    void (info.message as string).length;
    super.log(info, next);
  }
}

/** Tells failures as stream errors. */
class EmitsError extends CommonTransport {
  override log(info: Line, next: () => void): void {
    next();
    void this.deliver(info).catch((error: unknown) => this.emit('error', error));
  }
}

/** Holds its process with a timer, and reads the parent. */
class KeepsAlive extends CommonTransport {
  readonly timer = setInterval(() => undefined, 1_000);
}

class NeedsParent extends CommonTransport {
  override log(info: Line, next: () => void): void {
    const { parent } = this as unknown as { parent?: { level: string } };
    if (parent === undefined) {
      next();
      return;
    }
    super.log(info, next);
  }
}

const make =
  (Transport: new (options: SubjectOptions) => CommonTransport): MakeSubject =>
  (options = {}) =>
    subjectOf(new Transport(options));

export const common = make(CommonTransport);
export const lateCallback = make(LateCallback);
export const throwing = make(Throwing);
export const emitsError = make(EmitsError);
export const keepsAlive = make(KeepsAlive);
export const needsParent = make(NeedsParent);

/** For each rule, a subject that breaks it. */
export const breaking: Readonly<Record<number, string>> = {
  1: 'lateCallback',
  2: 'throwing',
  3: 'emitsError',
  4: 'common',
  5: 'common',
  6: 'common',
  7: 'common',
  8: 'needsParent',
  9: 'common',
  10: 'common',
  11: 'common',
  12: 'keepsAlive',
};
