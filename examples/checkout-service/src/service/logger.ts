import { AlertTransport } from '@tocsin/alert';
import { contextFormat } from '@tocsin/context';
import { GitHubNotifier } from '@tocsin/github';
import { SlackNotifier } from '@tocsin/slack';
import winston from 'winston';
import type { Targets } from '../demo/targets.js';

/**
 * The logger that the service already had: JSON lines, here into a file that the demo throws away. Of Tocsin is the
 * one format by which each line tells its request.
 */
export function serviceLogger(filename: string): winston.Logger {
  const { combine, timestamp, json } = winston.format;
  return winston.createLogger({
    format: combine(contextFormat(), timestamp(), json()),
    transports: [new winston.transports.File({ filename })],
  });
}

/** Tocsin, added to it in ten lines. */
export function addTocsin(logger: winston.Logger, { github, slack }: Targets): AlertTransport {
  const alerts = new AlertTransport({
    service: 'checkout',
    environment: 'production',
    release: '2.4.1',
    breadcrumbs: true,
    notifiers: [new GitHubNotifier(github), new SlackNotifier(slack)],
  });
  logger.add(alerts);
  return alerts;
}
