import { expect } from 'chai';
import { build, type BuildOptions, transform } from 'esbuild';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ProjectFolder } from './project-folder.js';

/** The rows and functions that the lines of {@link application} tell. */
const places: Readonly<Record<string, string>> = {
  top: 'src/app.ts:42',
  main: 'src/app.ts:32 main',
  charge: 'src/app.ts:14 charge',
  refund: 'src/app.ts:20 Shop.refund',
  open: 'src/app.ts:23 Shop.open',
  secret: 'src/app.ts:25 #secret',
  arrow: 'src/app.ts:29 arrow',
  timer: 'src/app.ts:39',
};

const application = `import winston from 'winston';
import { bindContext, callsiteFormat } from '@tocsin/context';

/** What no build keeps, so that its rows are others. */
interface Order { readonly id: number }
const failed = (): string => String(new Error('own').stack);
const before = failed();
const logger = bindContext(winston.createLogger({
  format: winston.format.combine(callsiteFormat(), winston.format.json()),
  transports: [new winston.transports.Console()],
}));

function charge(order: Order): void {
  logger.info('charge', order);
}

class Shop {
  async refund(order: Order): Promise<void> {
    await Promise.resolve();
    logger.info('refund', order);
  }
  static open(): void {
    logger.info('open');
  }
  #secret(): void { logger.info('secret'); }
  run(): void { this.#secret(); }
}
const arrow = (order: Order): void => {
  logger.info('arrow', order);
};
async function main(): Promise<void> {
  logger.info('main');
  charge({ id: 1 });
  arrow({ id: 3 });
  await new Shop().refund({ id: 2 });
  Shop.open();
  new Shop().run();
  for (const stack of [before, failed()]) console.error(stack.split('\\n', 2).join());
  setTimeout(() => logger.info('timer'), 1);
}

logger.info('top');
void main();
`;

/** Prints stacks as source-map-support does: with a place that is mapped, and the name of the function as it is. */
const ownMaps = `const { readFileSync } = require('node:fs');
const { SourceMap } = require('node:module');
Error.prepareStackTrace = (error, sites) => [String(error), ...sites.map((site) => {
  const file = site.getFileName();
  if (!file?.startsWith(__dirname)) return '    at ' + site;
  const map = new SourceMap(JSON.parse(readFileSync(file + '.hidden', 'utf8')));
  const { originalSource, originalLine, originalColumn } = map.findEntry(site.getLineNumber() - 1, site.getColumnNumber() - 1);
  const path = require('node:path').resolve(__dirname, 'bundle', originalSource);
  const place = path + ':' + (originalLine + 1) + ':' + (originalColumn + 1);
  const name = site.getFunctionName();
  return '    at ' + (name ? name + ' (' + place + ')' : place);
})].join('\\n');
`;

const tsc = join(require.resolve('typescript/package.json'), '../bin/tsc');
const tscOptions =
  '--ignoreConfig --noCheck --sourceMap --target es2022 --module commonjs --moduleResolution bundler';

describe('callsiteFormat, in programs of their own', function () {
  this.timeout(60_000);
  let project: ProjectFolder;

  before(async () => {
    project = await ProjectFolder.make({ 'src/app.ts': application, 'own-maps.cjs': ownMaps });
    await promisify(execFile)(
      process.execPath,
      [tsc, ...tscOptions.split(' '), '--esModuleInterop', '--outDir', 'dist', 'src/app.ts'],
      { cwd: project.root },
    );
    const options: BuildOptions = {
      entryPoints: [join(project.root, 'src/app.ts')],
      bundle: true,
      minify: true,
      platform: 'node',
      packages: 'external',
    };
    const outfile = (name: string): string => join(project.root, 'bundle', name);
    await build({ ...options, outfile: outfile('minified.js'), sourcemap: true });
    await build({ ...options, outfile: outfile('module.mjs'), format: 'esm', sourcemap: true });
    await build({ ...options, outfile: outfile('inline.js'), sourcemap: 'inline' });
    await build({ ...options, outfile: outfile('unnamed.js'), sourcemap: 'external' });
    const hidden = await build({
      ...options,
      outfile: outfile('hidden.js'),
      sourcemap: 'external',
      write: false,
    });
    for (const { path, text } of hidden.outputFiles ?? []) {
      const name = path.endsWith('.map') ? 'bundle/hidden.js.hidden' : 'bundle/hidden.js';
      await project.write({ [name]: text });
    }
    const { code } = await transform(application, { loader: 'ts', format: 'cjs', keepNames: true });
    await project.write({ 'plain/app.js': code });
  });

  after(() => project.remove());

  async function lines(args: readonly string[]): Promise<Record<string, unknown>> {
    const { stdout } = await project.run(args);
    const found = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    return Object.fromEntries(found.map(({ message, component }) => [message, component]));
  }

  const programs: Readonly<Record<string, readonly string[]>> = {
    'built by tsc': ['dist/app.js'],
    'bundled and minified': ['bundle/minified.js'],
    'bundled as an ES module': ['bundle/module.mjs'],
    'bundled with its map inside': ['bundle/inline.js'],
    'bundled with a map beside it that it does not name': ['bundle/unnamed.js'],
  };
  for (const [name, args] of Object.entries(programs)) {
    it(`tells the places of the source where the program is ${name}`, async () => {
      expect(await lines(args)).to.deep.equal(places);
    });
    it(`tells them too with --enable-source-maps, ${name}`, async () => {
      expect(await lines(['--enable-source-maps', ...args])).to.deep.equal(places);
    });
  }

  it('tells them under tsx', async () => {
    expect(await lines(['--import', 'tsx', 'src/app.ts'])).to.deep.equal(places);
  });

  it('tells them where the program’s own Error.prepareStackTrace knows them, and it alone', async () => {
    const told = await lines(['--require', './own-maps.cjs', 'bundle/hidden.js']);
    const rows = (given: Readonly<Record<string, unknown>>): unknown =>
      Object.fromEntries(
        Object.entries(given).map(([message, place]) => [message, String(place).split(' ')[0]]),
      );
    expect(rows(told)).to.deep.equal(rows(places));
  });

  it('tells those of the built file where there is no map', async () => {
    const found = await lines(['plain/app.js']);
    expect(Object.keys(found)).to.have.members(Object.keys(places));
    expect(found['charge']).to.match(/^plain\/app\.js:\d+ charge$/);
  });

  for (const args of [
    ['dist/app.js'],
    ['--enable-source-maps', 'bundle/minified.js'],
    ['--require', './own-maps.cjs', 'bundle/hidden.js'],
  ]) {
    it(`lets the program print its errors after its lines as before them: ${args.join(' ')}`, async () => {
      const { stderr } = await project.run(args);
      const [before, afterwards, ...more] = stderr.trim().split('\n');
      expect(before).to.match(args.length === 1 ? /dist\/app\.js:\d+:\d+\)$/ : /src\/app\.ts:6:\d+\)$/);
      expect(afterwards).to.equal(before);
      expect(more).to.deep.equal([]);
    });
  }

  describe('of a wrapper', () => {
    const wrapped = (wrapper: string, ignoreFrames = '[]'): string => `
      const winston = require('winston');
      const { bindContext, callsiteFormat } = require('@tocsin/context');
      const logger = bindContext(winston.createLogger({
        format: winston.format.combine(callsiteFormat({ ignoreFrames: ${ignoreFrames} }), winston.format.json()),
        transports: [new winston.transports.Console()],
      }));
      const { Wrapper } = require(${JSON.stringify(wrapper)});
      const log = new Wrapper(logger);
      class OrderService { place() { log.log('placed', 'OrderService'); } }
      new OrderService().place();
      log.log('top', 'Main');`;
    const wrapper = `
      class Wrapper {
        constructor(logger) { this.logger = logger; }
        log(message, context) { return this.callFunction('info', message, context); }
        callFunction(level, message, context) { return this.print(level, message, { context }); }
        print(level, message, meta) { return this.logger.log({ level, message, ...meta }); }
      }
      module.exports = { Wrapper };`;

    before(() =>
      project.write({
        'node_modules/nest-like/index.js': wrapper,
        'node_modules/nest-like/package.json': '{"name":"nest-like"}',
        'src/logging/wrapper.js': wrapper,
        'uses-package.js': wrapped('nest-like'),
        'uses-own.js': wrapped('./src/logging/wrapper.js'),
        'uses-file.js': wrapped('./src/logging/wrapper.js', "['logging/wrapper']"),
        'uses-class.js': wrapped('./src/logging/wrapper.js', '[/^Wrapper\\./g]'),
      }),
    );

    const own = { placed: 'uses-NAME.js:10 OrderService.place', top: 'uses-NAME.js:12' };
    for (const name of ['package', 'file', 'class']) {
      it(`tells who called it: ${name}`, async () => {
        const found = await lines([`uses-${name}.js`]);
        expect(found).to.deep.equal(JSON.parse(JSON.stringify(own).replaceAll('NAME', name)));
      });
    }
    it('of the application’s own tells the wrapper, unless it is passed over', async () => {
      const found = await lines(['uses-own.js']);
      expect(found['placed']).to.equal('src/logging/wrapper.js:6 Wrapper.print');
    });
  });

  it('tells a place in CommonJS, in ES modules and in a worker', async () => {
    const body = `
const logger = bindContext(winston.createLogger({
  format: winston.format.combine(callsiteFormat(), winston.format.json()),
  transports: [new winston.transports.Console()],
}));
logger.info('top');`;
    await project.write({
      'a.cjs': `const winston = require('winston'); const { bindContext, callsiteFormat } = require('@tocsin/context');${body}`,
      'a.mjs': `import winston from 'winston'; import { bindContext, callsiteFormat } from '@tocsin/context';${body}`,
      'worker.mjs': `import { Worker } from 'node:worker_threads'; new Worker(new URL('./a.mjs', import.meta.url));`,
    });
    expect(await lines(['a.cjs'])).to.deep.equal({ top: 'a.cjs:6' });
    expect(await lines(['a.mjs'])).to.deep.equal({ top: 'a.mjs:6' });
    expect(await lines(['worker.mjs'])).to.deep.equal({ top: 'a.mjs:6' });
  });

  it('lets a program log whose Error is frozen', async () => {
    await project.write({
      'frozen.cjs': `const winston = require('winston'); const { bindContext, callsiteFormat, contextFormat, context } = require('@tocsin/context');
const logger = bindContext(winston.createLogger({
  format: winston.format.combine(contextFormat(), callsiteFormat(), winston.format.json()),
  transports: [new winston.transports.Console()],
}));
Object.freeze(Error);
context.run({ user: 'u1' }, () => { logger.info('one'); logger.info('two'); });`,
    });
    const { stdout, stderr } = await project.run(['frozen.cjs']);
    expect(stderr).to.equal('');
    expect(stdout).to.equal(
      '{"level":"info","message":"one","user":"u1"}\n{"level":"info","message":"two","user":"u1"}\n',
    );
  });
});
