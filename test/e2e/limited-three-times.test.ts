import { AlertTransport } from '@tocsin/alert';
import { MemoryStore } from '@tocsin/decision';
import { SlackNotifier } from '@tocsin/slack';
import { expect } from 'chai';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import winston from 'winston';

describe('an alert that is answered 429 three times in a row', function () {
  this.timeout(30_000);

  it('is sent once under one claim, which outlives the waits, and is settled', async () => {
    const answers: number[] = [];
    const server = createServer((_request, response) => {
      const limited = answers.length < 3;
      answers.push(limited ? 429 : 200);
      if (limited) response.writeHead(429, { 'retry-after': '1' }).end();
      else response.end('ok');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const store = new MemoryStore();
    const claims = new Set<string>();
    const settled: unknown[] = [];
    const settle = store.settle.bind(store);
    store.settle = (...values) => {
      claims.add(values[1]);
      settled.push(values[3].state);
      return settle(...values);
    };
    // The lease is much shorter than the waits, and two processes' worth of sweeps look for claims that ended.
    const policy = { leaseMs: 600, sweepMs: 50 };
    const make = (): AlertTransport =>
      new AlertTransport({
        service: 'limited',
        environment: 'test',
        store,
        policy,
        notifiers: [new SlackNotifier({ webhookUrl: `http://127.0.0.1:${port}/services/T0/B0/x` })],
      });
    const [alerts, other] = [make(), make()];
    const logger = winston.createLogger({ transports: [alerts] });
    logger.error('limited');
    expect(await alerts.flush(15_000)).to.equal(true);

    expect(answers).to.deep.equal([429, 429, 429, 200]);
    expect(settled).to.deep.equal(['delivered']);
    expect(claims.size).to.equal(1);
    const [record] = await store.list({});
    expect(record!.alertCount).to.equal(1);
    expect(record!.claim).to.equal(undefined);
    expect(alerts.stats().notifiers['slack']).to.include({ delivered: 1, failed: 0, retried: 3 });
    await Promise.all([alerts.close(), other.close()]);
    expect(answers).to.have.length(4);
    server.closeAllConnections();
    server.close();
  });
});
