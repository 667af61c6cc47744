import { mkdir, mkdtemp, realpath, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type LogEvent, createSourceFiles, parseStack, withSources } from '@tocsin/event';
import { expect } from 'chai';
import fc from 'fast-check';
import { event } from './fingerprint-cases.js';

describe('withSources', () => {
  let root: string;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'tocsin-sources-')));
    await mkdir(join(root, 'src'));
    await writeFile(
      join(root, 'src/pay.js'),
      Array.from({ length: 20 }, (_, index) => `line ${index + 1}`).join('\n'),
    );
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  /** An event of an Error with these frames. */
  function failed(frames: readonly string[], cause?: LogEvent): LogEvent {
    const stack = ['TypeError: m', ...frames.map((frame) => `    at ${frame}`)].join('\n');
    return event({
      type: 'TypeError',
      message: 'm',
      isError: true,
      frames: parseStack(stack, { name: 'TypeError', message: 'm', root }),
      own: {},
      ...(cause?.error === undefined ? {} : { cause: cause.error }),
    });
  }

  const files = () => createSourceFiles({ recheckMs: 0 });
  const sourcesOf = (given: LogEvent) => given.error?.frames.map((frame) => frame.source?.startLine);

  it('shows the lines around a frame', async () => {
    const given = await withSources(failed([`pay (${root}/src/pay.js:10:5)`]), { root });
    expect(given.error?.frames[0]?.source).to.deep.equal({
      startLine: 7,
      lines: ['line 7', 'line 8', 'line 9', 'line 10', 'line 11', 'line 12', 'line 13'],
    });
  });

  it('shows as many lines as there are, and as are asked for', async () => {
    const frames = [
      `a (${root}/src/pay.js:1:1)`,
      `b (${root}/src/pay.js:20:1)`,
      `c (${root}/src/pay.js:99:1)`,
    ];
    const given = await withSources(failed(frames), { root, contextLines: 2 });
    expect(given.error?.frames.map((frame) => frame.source?.lines)).to.deep.equal([
      ['line 1', 'line 2', 'line 3'],
      ['line 18', 'line 19', 'line 20'],
      undefined,
    ]);
    const most = await withSources(failed([`a (${root}/src/pay.js:10:1)`]), { root, contextLines: 99 });
    expect(most.error?.frames[0]?.source?.lines).to.have.lengthOf(11);
  });

  it('shows them for the top three in-app frames of each error of a chain', async () => {
    const at = (line: number) => `f (${root}/src/pay.js:${line}:1)`;
    const cause = failed([at(1), at(5), at(9), at(13)]);
    const given = await withSources(failed(['readFile (node:fs:1:1)', at(1), at(5), at(9), at(13)], cause), {
      root,
    });
    expect(sourcesOf(given)).to.deep.equal([undefined, 1, 2, 6, undefined]);
    expect(given.error?.cause?.frames.map((frame) => frame.source?.startLine)).to.deep.equal([
      1,
      2,
      6,
      undefined,
    ]);
    expect(sourcesOf(await withSources(failed([at(1)]), { root, excerptFrames: 0 }))).to.deep.equal([
      undefined,
    ]);
  });

  it('takes secrets out of the lines', async () => {
    await writeFile(join(root, 'src/key.js'), "const a = 1;\nconst password = 'hunter2-secret';\nthrow a;\n");
    const given = await withSources(failed([`f (${root}/src/key.js:3:1)`]), { root });
    expect(given.error?.frames[0]?.source?.lines).to.have.lengthOf(4);
    expect(JSON.stringify(given)).to.not.include('hunter2');
  });

  it('cuts long lines to 200 characters', async () => {
    await writeFile(join(root, 'src/long.js'), 'x'.repeat(100_000));
    const given = await withSources(failed([`f (${root}/src/long.js:1:50000)`]), { root });
    expect(given.error?.frames[0]?.source?.lines[0]).to.have.lengthOf(200);
  });

  it('reads a file again when it has changed', async () => {
    const cache = files();
    const read = async () =>
      (await withSources(failed([`f (${root}/src/pay.js:1:1)`]), { root, files: cache, contextLines: 0 }))
        .error?.frames[0]?.source?.lines[0];
    expect(await read()).to.equal('line 1');
    await writeFile(join(root, 'src/pay.js'), 'other');
    await utimes(join(root, 'src/pay.js'), 1, 1);
    expect(await read()).to.equal('other');
    await rm(join(root, 'src/pay.js'));
    expect(await read()).to.equal(undefined);
  });

  it('asks after a file once per interval of the clock', async () => {
    let now = 0;
    const cache = createSourceFiles({ recheckMs: 1_000, now: () => now });
    const path = join(root, 'src/pay.js');
    expect((await cache.read(path, root))?.text).to.match(/^line 1\n/);
    await writeFile(path, 'other');
    now = 999;
    expect((await cache.read(path, root))?.text).to.match(/^line 1\n/);
    now = 1_000;
    expect((await cache.read(path, root))?.text).to.equal('other');
  });

  it('keeps as many files and bytes as it may, and gives one reading to all who ask at once', async () => {
    const cache = createSourceFiles({ maxFiles: 2, maxBytes: 1_000, recheckMs: 60_000 });
    const paths = ['a', 'b', 'c'].map((name) => join(root, `${name}.js`));
    for (const path of paths) await writeFile(path, path);
    const [first, again] = await Promise.all([cache.read(paths[0]!, root), cache.read(paths[0]!, root)]);
    expect(first).to.equal(again);
    expect(await cache.read(paths[0]!, root)).to.equal(first);
    await cache.read(paths[1]!, root);
    await cache.read(paths[2]!, root);
    expect(await cache.read(paths[0]!, root), 'dropped and read anew').to.not.equal(first);
    await writeFile(join(root, 'big.js'), 'x'.repeat(2_000));
    expect((await cache.read(join(root, 'big.js'), root))?.text).to.have.lengthOf(2_000);
  });

  it('leaves alone what is over 2 MiB, missing, no plain file, or no source file', async () => {
    await writeFile(join(root, 'huge.js'), '\n'.repeat(2 * 1024 * 1024 + 1));
    await mkdir(join(root, 'folder.js'));
    await writeFile(join(root, '.env'), 'TOKEN=1');
    await writeFile(join(root, 'data.json'), '{}');
    const names = ['huge.js', 'folder.js', 'missing.js', '.env', 'data.json'];
    const given = await withSources(failed(names.map((name) => `f (${root}/${name}:1:1)`)), {
      root,
      excerptFrames: 9,
    });
    expect(sourcesOf(given)).to.deep.equal(names.map(() => undefined));
  });

  it('never reads outside the root, not even through a link or a map', async () => {
    const inner = join(root, 'inner');
    await mkdir(inner);
    await symlink(join(root, 'src'), join(inner, 'src'));
    await writeFile(join(inner, 'a.js'), 'f();\n//# sourceMappingURL=../outside.js.map');
    await writeFile(
      join(root, 'outside.js.map'),
      JSON.stringify({
        version: 3,
        sources: ['x.ts'],
        sourcesContent: ['secret'],
        names: [],
        mappings: 'AAAA',
      }),
    );
    const map = { version: 3, sources: ['../src/pay.js'], names: [], mappings: 'AAAA' };
    await writeFile(join(inner, 'b.js'), 'f();');
    await writeFile(join(inner, 'b.js.map'), JSON.stringify(map));
    const frames = ['../src/pay.js', 'src/pay.js', 'b.js'].map((path) => `f (${inner}/${path}:1:1)`);
    const given = await withSources(failed([...frames, `f (${root}/src/pay.js:1:1)`]), {
      root: inner,
      excerptFrames: 9,
    });
    expect(sourcesOf(given)).to.deep.equal([undefined, undefined, undefined, undefined]);
    const unmapped = await withSources(failed([`f (${inner}/a.js:1:1)`]), { root: inner });
    expect(unmapped.error?.frames[0]?.path).to.equal(`${inner}/a.js`);
    expect(unmapped.error?.frames[0]?.source?.lines[0]).to.equal('f();');
  });

  describe('with a source map', () => {
    beforeEach(async () => {
      await writeFile(
        join(root, 'src/shop.ts'),
        "interface A {}\n\nexport function pay(a: A): never {\n  throw new TypeError('m');\n}\n",
      );
      await build({
        entryPoints: [join(root, 'src/shop.ts')],
        outdir: join(root, 'dist'),
        sourcemap: true,
        format: 'cjs',
        platform: 'node',
      });
    });

    it('maps the place of a log call, too', async () => {
      const built = await import('node:fs/promises').then((fs) =>
        fs.readFile(join(root, 'dist/shop.js'), 'utf8'),
      );
      const line = built.split('\n').findIndex((text) => text.includes('throw')) + 1;
      const given = event(undefined, {
        location: { file: 'dist/shop.js', line, column: 3, function: 'pay' },
      });
      expect((await withSources(given, { root })).location).to.deep.equal({
        file: 'src/shop.ts',
        line: 4,
        column: 3,
        function: 'pay',
      });
      const unmapped = event(undefined, { location: { file: 'src/pay.js', line: 1 } });
      expect(await withSources(unmapped, { root })).to.equal(unmapped);
    });

    it('does not take what the compiler added for the application', async () => {
      const given = await withSources(failed([`__export (${root}/dist/shop.js:1:1)`]), { root });
      expect(given.error?.frames[0]).to.include({ file: 'dist/shop.js', inApp: false });
      expect(given.location).to.equal(undefined);
    });

    for (const [what, content] of [
      ['no JSON', '{'],
      ['no map', '[]'],
      ['null', 'null'],
      ['a map without sources', '{"version":3,"sources":[],"names":[],"mappings":""}'],
      ['a map with broken mappings', '{"version":3,"sources":["a.ts"],"names":[],"mappings":"!!!!"}'],
      ['a map of numbers', '{"version":3,"sources":[1],"names":[2],"mappings":"AAAA","sourcesContent":[3]}'],
    ] as const) {
      it(`leaves the frames usable where the map is ${what}`, async () => {
        await writeFile(join(root, 'dist/shop.js.map'), content);
        const given = await withSources(failed([`pay (${root}/dist/shop.js:1:1)`]), { root, files: files() });
        expect(given.error?.frames[0]?.function).to.equal('pay');
      });
    }

    it('reads maps of sections, as some bundlers write them', async () => {
      const section = { version: 3, sources: ['../src/pay.js'], names: [], mappings: 'AAAA' };
      await writeFile(join(root, 'dist/a.js'), 'f();');
      await writeFile(
        join(root, 'dist/a.js.map'),
        JSON.stringify({ version: 3, sections: [{ offset: { line: 0, column: 0 }, map: section }] }),
      );
      const given = await withSources(failed([`f (${root}/dist/a.js:1:1)`]), { root });
      expect(given.error?.frames[0]).to.include({ file: 'src/pay.js', line: 1, inApp: true });
    });
  });

  it('tells the integration of the place in the source', async () => {
    await mkdir(join(root, 'src/integrations/zoho'), { recursive: true });
    await writeFile(join(root, 'src/integrations/zoho/client.js'), 'line 1');
    const given = await withSources(failed([`pay (${root}/src/integrations/zoho/client.js:1:1)`]), { root });
    expect(given.integration).to.equal('zoho');
  });

  it('never rejects, whatever the files hold', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '//# sourceMappingURL=data:application/json,{',
        '//# sourceMappingURL=%',
        '//# sourceMappingURL=http://x/',
        '//# sourceMappingURL=a.js',
        '//# sourceMappingURL=',
      ),
    );
    const path = join(root, 'a.js');
    await fc.assert(
      fc.asyncProperty(text, text, fc.nat(), async (code, map, line) => {
        await writeFile(path, code);
        await writeFile(`${path}.map`, map);
        const given = await withSources(failed([`f (${path}:${line}:${line})`]), { root, files: files() });
        expect(given.error?.frames).to.have.lengthOf(1);
      }),
    );
  });
});
