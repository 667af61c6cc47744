import { AlertTransport } from '@tocsin/alert';
import type { Notifier } from '@tocsin/decision';
import winston from 'winston';
import { Writable } from 'node:stream';

/** What one `logger.error(message, error)` takes, in microseconds. */
export interface CallCost {
  readonly without: number;
  readonly withTocsin: number;
}

/** Takes the alert, and tells nobody. */
const nobody: Notifier = { name: 'nobody', kind: 'channel', notify: () => Promise.resolve({}) };

const rounds = 41;
const callsPerRound = 100;

/**
 * Times the log call on two loggers that differ in Tocsin alone, in turns, and gives the median of each.
 * The work in the background is left to run between the rounds: this is what a request waits for.
 */
export async function measureCall(): Promise<CallCost> {
  const plain = winston.createLogger({ transports: [sink()] });
  const alerts = new AlertTransport({ service: 'measure', environment: 'demo', notifiers: [nobody] });
  const watched = winston.createLogger({ transports: [sink(), alerts] });
  const without: number[] = [];
  const withTocsin: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    without.push(await time(plain));
    withTocsin.push(await time(watched));
  }
  await alerts.close();
  return { without: median(without), withTocsin: median(withTocsin) };
}

async function time(logger: winston.Logger): Promise<number> {
  const errors = Array.from({ length: callsPerRound }, () => new Error('measured'));
  const startedAt = performance.now();
  for (const error of errors) logger.error('The request failed', error);
  const microseconds = ((performance.now() - startedAt) * 1_000) / callsPerRound;
  await new Promise((resolve) => setTimeout(resolve, 10));
  return microseconds;
}

function sink(): winston.transport {
  const stream = new Writable({
    write(_chunk, _encoding, callback) {
      callback();
    },
  });
  return new winston.transports.Stream({ stream });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
