import { context as otelContext, trace as otelTrace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { createContext } from '@tocsin/context';
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { openTelemetrySpan } from '../dist/open-telemetry.js';

describe('openTelemetrySpan', () => {
  const manager = new AsyncLocalStorageContextManager();
  const tracer = new BasicTracerProvider().getTracer('test');

  before(() => {
    expect(otelContext.setGlobalContextManager(manager.enable())).to.equal(true);
  });
  after(() => {
    manager.disable();
    otelContext.disable();
  });

  it('gives the ids of the active span, and none where none is', async () => {
    expect(openTelemetrySpan()).to.equal(undefined);
    const span = tracer.startSpan('charge');
    const { traceId, spanId } = span.spanContext();
    await otelContext.with(otelTrace.setSpan(otelContext.active(), span), async () => {
      await Promise.resolve();
      expect(openTelemetrySpan()).to.deep.equal({ traceId, spanId });
    });
    expect(openTelemetrySpan()).to.equal(undefined);
  });

  it('gives none for a span whose ids are invalid, or that fails', () => {
    const invalid = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 };
    const failing = {
      spanContext() {
        throw new Error('expected');
      },
    };
    for (const span of [otelTrace.wrapSpanContext(invalid), failing as never]) {
      otelContext.with(otelTrace.setSpan(otelContext.active(), span), () =>
        expect(openTelemetrySpan()).to.equal(undefined),
      );
    }
  });

  it('comes first for the trace id of a context, outside of any scope too', () => {
    const context = createContext();
    const span = tracer.startSpan('charge');
    const { traceId } = span.spanContext();
    otelContext.with(otelTrace.setSpan(otelContext.active(), span), () => {
      expect(context.traceId()).to.equal(traceId);
      context.run({ trace_id: 'of-the-fields' }, () => {
        context.traceId('set');
        expect(context.traceId()).to.equal(traceId);
      });
    });
    expect(context.traceId()).to.equal(undefined);
  });

  it("loads OpenTelemetry's API only where the application has set it up, and does without where it is missing", () => {
    const script = `
      const { context } = require(${JSON.stringify(require.resolve('@tocsin/context'))});
      const loaded = () => Object.keys(require.cache).some((file) => file.includes('@opentelemetry'));
      const ask = () => context.run({ trace_id: 'own' }, () => context.traceId());
      const seen = [ask(), loaded()];
      globalThis[Symbol.for('opentelemetry.js.api.1')] = { version: '1.9.1' };
      const module = require('node:module');
      const resolve = module._resolveFilename;
      module._resolveFilename = (request, ...rest) => {
        if (request.startsWith('@opentelemetry')) throw new Error('Cannot find module');
        return resolve(request, ...rest);
      };
      seen.push(ask(), ask(), loaded());
      console.log(JSON.stringify(seen));`;
    const output = execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect(JSON.parse(output)).to.deep.equal(['own', false, 'own', 'own', false]);
  });
});
