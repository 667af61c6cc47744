import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { nodeBinary } from '../../scripts/node-versions.mjs';
import { root } from '../../scripts/root.mjs';
import { run } from '../../scripts/run.mjs';
import { installPackage, type Consumer } from './install-package.js';

const newest: string = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies.winston;

/** A service of a few lines: it logs one error five times and says what its notifier was told. */
const service = `
  const winston = require('winston');
  const { AlertTransport } = require('@tocsin/alert');
  const told = [];
  const notifier = { name: 'bell', kind: 'channel', notify: async (alert) => (told.push(alert), {}) };
  const transport = new AlertTransport({ service: 'checkout', environment: 'test', notifiers: [notifier] });
  const logger = winston.createLogger({ transports: [transport] });
  for (let i = 0; i < 5; i += 1) logger.error('charge failed', new RangeError('no money left'));
  transport.flush().then(() => {
    console.log(JSON.stringify({ winston: winston.version, alerts: told.map(({ event }) => event.error.type) }));
    logger.close();
  });`;

for (const version of ['3.11.0', newest]) {
  describe(`@tocsin/alert beside winston ${version}`, function () {
    this.timeout(120_000);
    let consumer: Consumer;
    before(async () => {
      consumer = await installPackage('@tocsin/alert', { winston: version });
      await writeFile(join(consumer.folder, 'service.cjs'), service);
    });
    after(() => consumer?.remove());

    for (const major of [20, 24] as const) {
      it(`sends one alert for five equal errors and lets the process end, on Node ${major}`, async () => {
        const { ok, output } = await run(await nodeBinary(major), ['service.cjs'], { cwd: consumer.folder });
        if (!ok) throw new Error(output);
        expect(JSON.parse(output)).to.deep.equal({ winston: version, alerts: ['RangeError'] });
      });
    }
  });
}
