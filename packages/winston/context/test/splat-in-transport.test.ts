import { expect } from 'chai';
import { runProgram } from './run-program.js';

describe("contextFormat behind splat() in a transport's own format", () => {
  it('knows the first line already, whose message splat() has filled in, and warns of nothing', () => {
    const { status, stdout, stderr } = runProgram(`
      const winston = require('winston');
      const { bindContext, context, contextFormat } = require('@tocsin/context');
      const { combine, json, splat } = winston.format;
      const format = combine(splat(), contextFormat(), json());
      const plain = winston.format((info) => info);
      const logger = winston.createLogger({
        format: plain(),
        transports: [new winston.transports.Console({ format })],
      });
      bindContext(logger);
      context.run({ requestId: 'r-1' }, () => {
        logger.info('%s asks for %d', 'anna', 3, { part: 1 });
        logger.info('%s asks', 'ben');
        logger.info('cleo asks');
      });`);
    expect([status, stderr]).to.deep.equal([0, '']);
    const lines = stdout.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).to.deep.equal([
      { level: 'info', message: 'anna asks for 3', part: 1, requestId: 'r-1' },
      { level: 'info', message: 'ben asks', requestId: 'r-1' },
      { level: 'info', message: 'cleo asks', requestId: 'r-1' },
    ]);
  });
});
