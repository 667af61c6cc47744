import { AsyncLocalStorage } from 'node:async_hooks';
import { bindContext, context, contextFormat, createContext } from '@tocsin/context';
import winston from 'winston';
import { compare } from './lib/measure.mjs';
import { NullTransport } from './lib/null-transport.mjs';

const fields = {
  requestId: 'req_7f3a',
  userId: 'usr_42',
  tenant: 'acme',
  route: '/orders/:id',
  region: 'eu-1',
};
const { combine, json } = winston.format;

function loggerWith(...formats) {
  return winston.createLogger({ format: combine(...formats, json()), transports: [new NullTransport()] });
}

/** A line of the logger's, inside of what `inside` opens. */
const line = (logger, inside = (loop) => loop()) => ({
  run: () => logger.info('order placed', { orderId: 7 }),
  inside,
});

await compare({
  title: 'A line with five fields of context, json',
  url: import.meta.url,
  cases: {
    'winston alone, without the fields': async () => line(loggerWith()),
    'the fields passed by hand': async () => {
      const logger = loggerWith();
      return { run: () => logger.info('order placed', { orderId: 7, ...fields }) };
    },
    'AsyncLocalStorage and a format of one’s own': async () => {
      const storage = new AsyncLocalStorage();
      const own = winston.format((info) => Object.assign(info, storage.getStore()));
      return line(loggerWith(own()), (loop) => storage.run(fields, loop));
    },
    '@tocsin/context': async () =>
      line(bindContext(loggerWith(contextFormat())), (loop) => context.run(fields, loop)),
    '@tocsin/context on cls-hooked': async () => {
      const { default: cls } = await import('cls-hooked');
      const { clsHookedStore } = await import('@tocsin/context/cls-hooked');
      const own = createContext({ store: clsHookedStore(cls.createNamespace('bench')) });
      const logger = bindContext(loggerWith(contextFormat()), { context: own });
      return line(logger, (loop) => own.run(fields, loop));
    },
    'cls-hooked and a format of one’s own': async () => {
      const { default: cls } = await import('cls-hooked');
      const namespace = cls.createNamespace('bench');
      const names = Object.keys(fields);
      const own = winston.format((info) => {
        for (const name of names) info[name] = namespace.get(name);
        return info;
      });
      return line(loggerWith(own()), (loop) =>
        namespace.runAndReturn(() => {
          for (const name of names) namespace.set(name, fields[name]);
          return loop();
        }),
      );
    },
    'cls-rtracer (one field, its id) and a format of one’s own': async () => {
      const { default: tracer } = await import('cls-rtracer');
      const own = winston.format((info) => Object.assign(info, { requestId: tracer.id() }));
      return line(loggerWith(own()), (loop) => tracer.runWithId(loop));
    },
  },
});

const noWork = () => undefined;

await compare({
  title: 'Entering a scope with five fields, without logging',
  url: import.meta.url,
  cases: {
    'AsyncLocalStorage.run': async () => {
      const storage = new AsyncLocalStorage();
      return { run: () => storage.run(fields, noWork) };
    },
    'context.run': async () => ({ run: () => context.run(fields, noWork) }),
    'context.run inside of another': async () => ({
      run: () => context.run(fields, noWork),
      inside: (loop) => context.run({ service: 'bench' }, loop),
    }),
    'cls-hooked, five values set': async () => {
      const { default: cls } = await import('cls-hooked');
      const namespace = cls.createNamespace('bench');
      const names = Object.keys(fields);
      return {
        run: () =>
          namespace.runAndReturn(() => {
            for (const name of names) namespace.set(name, fields[name]);
          }),
      };
    },
  },
});

await compare({
  title: 'An await inside of a scope',
  url: import.meta.url,
  cases: {
    'no scope': async () => ({ run: awaitOnce }),
    AsyncLocalStorage: async () => {
      const storage = new AsyncLocalStorage();
      return { run: awaitOnce, inside: (loop) => storage.run(fields, loop) };
    },
    '@tocsin/context': async () => ({ run: awaitOnce, inside: (loop) => context.run(fields, loop) }),
    'cls-hooked': async () => {
      const { default: cls } = await import('cls-hooked');
      const namespace = cls.createNamespace('bench');
      return { run: awaitOnce, inside: (loop) => namespace.runAndReturn(loop) };
    },
  },
});

async function awaitOnce() {
  await undefined;
}
