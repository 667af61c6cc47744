import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sendRequests } from './demo/load.js';
import { measureCall } from './demo/measure.js';
import { report } from './demo/report.js';
import { heading, progress } from './demo/screen.js';
import { findTargets } from './demo/targets.js';
import { addTocsin, serviceLogger } from './service/logger.js';
import { createService } from './service/server.js';

const requests = 10_000;
const concurrent = 3_000;

// `npm run demo | head` closes the pipe.
process.stdout.on('error', () => process.exit(0));

heading('Tocsin: ten thousand errors, four alerts');
console.log('Starting the services …');
const targets = await findTargets();
console.log(`Alerts go to ${targets.told}.`);

const folder = await mkdtemp(join(tmpdir(), 'tocsin-demo-'));
const logger = serviceLogger(join(folder, 'service.log'));
const alerts = addTocsin(logger, targets);
const service = createService(logger, await unreachableUrl());
const port = await listen(service);
console.log(`A checkout service listens on port ${port}; every request to it fails in one of four ways.`);

await sendRequests(port, requests, concurrent, progress('Requests', requests));
// The last timers of the service have still to fail.
await new Promise((resolve) => setTimeout(resolve, 100));
console.log('Waiting until everything is delivered …');
const delivered = await alerts.flush(30_000);
const stats = alerts.stats();

service.close();
await alerts.close();
logger.end();
console.log('Measuring what a log call takes …');
await report(targets, stats, await measureCall(), delivered);

await targets.stop();
await rm(folder, { recursive: true, force: true });

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    // Node's own backlog of 511 is too short for all of them to knock at once.
    server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () =>
      resolve((server.address() as AddressInfo).port),
    );
  });
}

/** The address of a service that is down: its port was free a moment ago. */
async function unreachableUrl(): Promise<string> {
  const server = createServer();
  const freePort = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${freePort}`;
}
