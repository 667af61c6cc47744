import { Injectable, Module, type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createContext } from '@tocsin/context';
import { type ClsServiceLike, nestjsClsStore } from '@tocsin/context/nestjs-cls';
import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { later } from './suite/context-case.js';

const versions: Readonly<Record<string, () => typeof import('nestjs-cls')>> = {
  'nestjs-cls 6': () => require('nestjs-cls') as typeof import('nestjs-cls'),
  // Version 7 asks for Node 22.
  ...(Number.parseInt(process.versions.node, 10) >= 22 && {
    'nestjs-cls 7': () => require('nestjs-cls-7') as typeof import('nestjs-cls'),
  }),
};

for (const [version, load] of Object.entries(versions)) {
  describe(`nestjsClsStore with ${version}`, () => {
    const { ClsMiddleware, ClsModule, ClsService, ClsServiceManager, CLS_REQ } = load();
    const cls = ClsServiceManager.getClsService();
    const service = cls as ClsServiceLike;
    const keys = ['userId', 'tenant.name'];
    let app: INestApplicationContext;
    let users: Users;

    class Users {
      constructor(readonly service: InstanceType<typeof ClsService>) {}
    }
    class Application {
      readonly name = 'shop';
    }
    Reflect.defineMetadata('design:paramtypes', [ClsService], Users);
    Injectable()(Users);
    Module({ imports: [ClsModule.forRoot()], providers: [Users] })(Application);

    before(async () => {
      app = await NestFactory.createApplicationContext(Application, { logger: false });
      users = app.get(Users);
    });
    after(() => app.close());

    it("takes a scope of ClsModule's middleware for its own, and only the listed values from it", async () => {
      const context = createContext({ store: nestjsClsStore({ service, keys }) });
      const middleware = new ClsMiddleware({
        saveReq: true,
        generateId: true,
        setup: (store) => {
          store.set('userId', 42);
          store.set('password', 'secret');
          store.set('tenant', { name: 'acme', key: 'secret' });
        },
      });
      const requests = new Set<object | undefined>();
      const server = createServer((incoming, response) => {
        void middleware.use(incoming, response, async () => {
          context.add({ path: incoming.url });
          requests.add(context.request());
          await later();
          response.end(
            JSON.stringify([cls.get(CLS_REQ) === incoming, context.isActive(), context.current()]),
          );
        });
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const paths = Array.from({ length: 20 }, (_, index) => `/${index}`);
      const seen = await Promise.all(
        paths.map(async (path) => (await fetch(`http://127.0.0.1:${port}${path}`)).json()),
      );
      server.closeAllConnections();
      server.close();
      expect(seen).to.deep.equal(
        paths.map((path) => [true, true, { path, userId: 42, 'tenant.name': 'acme' }]),
      );
      expect(requests.size).to.equal(20);
      expect(context.isActive()).to.equal(false);
    });

    it('has the values that are set by the service that an application of NestJS injects', () => {
      const context = createContext({ store: nestjsClsStore({ service, keys }) });
      users.service.run(() => {
        users.service.set('userId', 7);
        context.add({ step: 1 });
        expect(context.current()).to.deep.equal({ userId: 7, step: 1 });
      });
    });

    it('opens a scope of theirs where there is none, and leaves what is set in it alone', () => {
      const context = createContext({ store: nestjsClsStore({ service, keys }) });
      context.run({ job: 'import' }, () => {
        expect(cls.isActive()).to.equal(true);
        cls.set('userId', 42);
        expect(context.current()).to.deep.equal({ job: 'import', userId: 42 });
        context.run({ step: 1 }, () => cls.set('userId', 43));
        expect(cls.get('userId')).to.equal(43);
        expect(context.current()).to.deep.equal({ job: 'import', userId: 43 });
        expect(Reflect.ownKeys(cls.get())).to.deep.equal(['userId']);
      });
      expect(cls.isActive()).to.equal(false);
    });

    it('takes a scope that the application opens inside run for one inside', async () => {
      const context = createContext({ store: nestjsClsStore({ service }) });
      await context.run({ requestId: 'r-1' }, async () => {
        const request = context.request();
        await cls.run(async () => {
          context.add({ nested: true });
          await later();
          expect(context.current()).to.deep.equal({ requestId: 'r-1', nested: true });
          expect(context.request()).to.equal(request);
          context.run({ deeper: 1 }, () =>
            expect(context.current()).to.deep.equal({ requestId: 'r-1', nested: true, deeper: 1 }),
          );
          expect(context.current()).to.deep.equal({ requestId: 'r-1', nested: true });
        });
        expect(context.current()).to.deep.equal({ requestId: 'r-1' });
        cls.exit(() => expect(context.current()).to.deep.equal({ requestId: 'r-1' }));
      });
      await cls.run(async () => {
        context.add({ step: 1 });
        cls.exit(() => expect(context.isActive()).to.equal(false));
      });
    });

    it('follows a scope that is entered rather than run', async () => {
      const context = createContext({ store: nestjsClsStore({ service }) });
      await cls.exit(async () => {
        await Promise.resolve();
        cls.enter();
        context.add({ entered: true });
        await later();
        expect(context.current()).to.deep.equal({ entered: true });
      });
      expect(context.isActive()).to.equal(false);
    });
  });
}

describe('nestjsClsStore', () => {
  it('takes the service of the nestjs-cls that is installed', () => {
    const { ClsServiceManager } = versions['nestjs-cls 6']!();
    const context = createContext({ store: nestjsClsStore({ keys: ['userId'] }) });
    ClsServiceManager.getClsService().run(() => {
      ClsServiceManager.getClsService().set('userId', 42);
      expect(context.current()).to.deep.equal({ userId: 42 });
    });
  });

  it('says what is missing where nestjs-cls is not installed, and only when it is asked for', () => {
    const script = `
      const module = require('node:module');
      const resolve = module._resolveFilename;
      module._resolveFilename = (request, ...rest) => {
        if (request.startsWith('nestjs-cls')) throw new Error('Cannot find module');
        return resolve(request, ...rest);
      };
      const { nestjsClsStore } = require(${JSON.stringify(require.resolve('@tocsin/context/nestjs-cls'))});
      try { nestjsClsStore(); } catch (error) { console.log(error.code, error.message); }`;
    expect(execFileSync(process.execPath, ['-e', script], { encoding: 'utf8' })).to.match(
      /^TOCSIN_CONFIG_INVALID nestjsClsStore: nestjs-cls .* npm install nestjs-cls\n$/,
    );
  });

  for (const [title, make] of [
    ['a service that is none', () => nestjsClsStore({ service: {} as never })],
    ['keys that are no array', () => nestjsClsStore({ keys: 'userId' as never })],
    ['an option that is unknown', () => nestjsClsStore({ key: ['userId'] } as never)],
    ['options that are no object', () => nestjsClsStore(7 as never)],
  ] as const) {
    it(`refuses ${title}`, () => {
      expect(make)
        .to.throw(/nestjsClsStore: option/)
        .with.property('code', 'TOCSIN_CONFIG_INVALID');
    });
  }
});
