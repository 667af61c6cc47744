import type { TransformableInfo } from 'logform';
import winston from 'winston';
import Transport from 'winston-transport';

/** A real logger, and what its lines were when they reached a transport. */
export interface Recording {
  readonly logger: winston.Logger;
  readonly infos: TransformableInfo[];
  /** The same without what winston and Tocsin keep under symbols. */
  readonly lines: Record<string, unknown>[];
  /** As winston's json prints them. */
  readonly printed: string[];
}

export function recordingLogger(options: winston.LoggerOptions = {}): Recording {
  const infos: TransformableInfo[] = [];
  const lines: Record<string, unknown>[] = [];
  const printed: string[] = [];
  class Recorder extends Transport {
    override log(info: TransformableInfo, next: () => void): void {
      infos.push(info);
      lines.push(Object.fromEntries(Object.entries(info)));
      printed.push(String(info[Symbol.for('message')]));
      next();
    }
  }
  const logger = winston.createLogger({ level: 'silly', transports: [new Recorder()], ...options });
  return { logger, infos, lines, printed };
}

/** A logger all of whose methods throw. */
export const throwingLogger = {
  log(): never {
    throw new Error('log');
  },
  child(): never {
    throw new Error('child');
  },
};
