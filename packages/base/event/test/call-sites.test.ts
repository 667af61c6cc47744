import { createCallSites, type CallSite, TocsinError } from '@tocsin/event';
import { expect } from 'chai';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runInThisContext } from 'node:vm';
import { CallFrames } from '../dist/call-frames.js';

type Find = (frames: CallFrames) => CallSite | undefined;

/** Takes the frames of whoever calls it. */
function take(most?: number): CallFrames {
  return new CallFrames(take, most);
}

/** The frames of a function `pay` that stands in that row and column of a file. */
function framesIn(path: string, row: number, column = 1, name = 'pay'): CallFrames {
  // The call stands in a line of its own, so that the frame is there and nowhere else.
  const code = `(take) => { function ${name}() { return (\n${' '.repeat(column - 1)}take()); } return ${name}(); }`;
  const run = runInThisContext(code, { filename: path, lineOffset: row - 2 }) as (
    from: typeof take,
  ) => CallFrames;
  return run(take);
}

/** One mapping: row 1, column 1 of the built file is row 40, column 3 of the source. */
const mappings = 'AAuCE';

describe('createCallSites', () => {
  let root: string;
  let find: Find;

  beforeEach(async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), 'tocsin-call-sites-')));
    find = createCallSites({ root });
  });

  afterEach(() => rm(root, { recursive: true, force: true }));

  async function write(name: string, text: string): Promise<string> {
    const path = join(root, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
    return path;
  }

  /** A built file, whose map tells a place in `src/pay.ts`. */
  async function built(name: string, map: object | string = {}, comment?: string): Promise<string> {
    const mapName = `${name.split('/').at(-1)}.map`;
    const text = typeof map === 'string' ? map : JSON.stringify({ ...theMap, ...map });
    await write(`${name}.map`, text);
    return write(name, `${' '.repeat(200)}\n${comment ?? `//# sourceMappingURL=${mapName}`}\n`);
  }
  const theMap = { version: 3, sources: ['../src/pay.ts'], names: [], mappings };
  const inSource = { file: 'src/pay.ts', line: 40, column: 3, function: 'pay' };

  it('tells the innermost frame of the application’s own', () => {
    expect(find(framesIn(join(root, 'lib/pay.js'), 7, 5))).to.deep.equal({
      file: 'lib/pay.js',
      line: 7,
      column: 5,
      function: 'pay',
    });
  });

  it('tells none where there is none', () => {
    expect(find(new CallFrames(expect, 0))).to.equal(undefined);
    const foreign = framesIn(join(root, 'node_modules/a/index.js'), 7);
    const own = createCallSites({ root, ignoreFrames: [/./] });
    expect(own(foreign)).to.equal(undefined);
  });

  it('tells who called a package', () => {
    const inner = runInThisContext('(take) => take()', {
      filename: join(root, 'node_modules/a/index.js'),
    }) as (from: typeof take) => CallFrames;
    const outer = runInThisContext('(inner, take) => (function pay() { return inner(take); })()', {
      filename: join(root, 'lib/pay.js'),
    }) as (from: typeof inner, then: typeof take) => CallFrames;
    expect(find(outer(inner, take))).to.include({ file: 'lib/pay.js', function: 'pay' });
  });

  it('takes the place that the map gives, from the file or beside it', async () => {
    expect(find(framesIn(await built('dist/named.js'), 1))).to.deep.equal(inSource);
    expect(find(framesIn(await built('dist/beside.js', {}, ''), 1))).to.deep.equal(inSource);
    const url = `data:application/json;base64,${Buffer.from(JSON.stringify(theMap)).toString('base64')}`;
    expect(find(framesIn(await built('dist/inline.js', '', `//# sourceMappingURL=${url}`), 1))).to.deep.equal(
      inSource,
    );
    expect(
      find(framesIn(await built('dist/guarded.js', `)]}'\n${JSON.stringify(theMap)}`), 1)),
    ).to.deep.equal(inSource);
  });

  it('tells the integration of the source’s path', async () => {
    const path = await built('dist/mail.js', { sources: ['../src/services/mail.ts'] });
    expect(find(framesIn(path, 1))).to.include({ file: 'src/services/mail.ts', integration: 'mail' });
  });

  it('tells the built place where there is no map, or a broken or huge one', async () => {
    const huge = JSON.stringify({ ...theMap, sourcesContent: ['x'.repeat(2 * 1024 * 1024)] });
    const maps: Readonly<Record<string, string>> = {
      empty: '',
      'no-json': '{',
      'no-map': '[]',
      null: 'null',
      number: '7',
      version: JSON.stringify({ ...theMap, version: 9, mappings: 7 }),
      sources: JSON.stringify({ ...theMap, sources: null }),
      huge,
    };
    for (const [name, map] of Object.entries(maps)) {
      const site = find(framesIn(await built(`dist/${name}.js`, map), 1));
      expect(site, name).to.deep.equal({ file: `dist/${name}.js`, line: 1, column: 1, function: 'pay' });
    }
    const missing = await write('dist/missing.js', '\n//# sourceMappingURL=nowhere.js.map\n');
    expect(find(framesIn(missing, 1))).to.include({ file: 'dist/missing.js', line: 1 });
    for (const url of [
      'https://example.com/a.js.map',
      'data:application/json;base64,!!',
      'data:x',
      '%',
      '/etc/passwd',
    ]) {
      const path = await write('dist/url.js', `\n//# sourceMappingURL=${url}\n`);
      expect(createCallSites({ root })(framesIn(path, 1)), url).to.include({ file: 'dist/url.js', line: 1 });
    }
  });

  it('reads a map of just 2 MiB, and no file that is larger itself', async () => {
    const limit = 2 * 1024 * 1024;
    const bare = JSON.stringify({ ...theMap, sourcesContent: [''] }).length;
    const fitting = { sourcesContent: ['x'.repeat(limit - bare)] };
    expect(find(framesIn(await built('dist/fits.js', fitting), 1))).to.deep.equal(inSource);
    const large = await built(
      'dist/large.js',
      {},
      `/*${'x'.repeat(limit)}*/\n//# sourceMappingURL=large.js.map`,
    );
    expect(find(framesIn(large, 1))).to.include({ file: 'dist/large.js', line: 1 });
  });

  it('reads nothing outside the root, not even through a link or a map', async () => {
    const inner = join(root, 'inner');
    await mkdir(inner);
    const inside = createCallSites({ root: inner });
    const outside = await built('dist/pay.js');
    expect(inside(framesIn(outside, 1))).to.deep.equal({
      file: '../dist/pay.js',
      line: 1,
      column: 1,
      function: 'pay',
    });
    await symlink(join(root, 'dist'), join(inner, 'linked'));
    expect(inside(framesIn(join(inner, 'linked/pay.js'), 1))).to.include({ file: 'linked/pay.js', line: 1 });
    await write('inner/map.js', '\n//# sourceMappingURL=../dist/pay.js.map\n');
    expect(inside(framesIn(join(inner, 'map.js'), 1))).to.include({ file: 'map.js', line: 1 });
    const dotted = await built('inner/..dots.js', { sources: ['src/pay.ts'] });
    expect(inside(framesIn(dotted, 1)), 'a name that begins with dots').to.include({ file: 'src/pay.ts' });
  });

  it('looks a place up once', async () => {
    const path = await built('dist/once.js');
    expect(find(framesIn(path, 1))).to.deep.equal(inSource);
    await rm(join(root, 'dist'), { recursive: true });
    expect(find(framesIn(path, 1))).to.deep.equal(inSource);
    expect(createCallSites({ root })(framesIn(path, 1))).to.include({ file: 'dist/once.js' });
  });

  it('reads a file once for all its places', async () => {
    const path = await built('dist/places.js');
    expect(find(framesIn(path, 1))).to.deep.equal(inSource);
    await rm(join(root, 'dist'), { recursive: true });
    expect(find(framesIn(path, 1, 50))).to.deep.equal(inSource);
  });

  it('keeps rows and columns apart, however large', () => {
    const path = join(root, 'lib/bundle.js');
    const place = (row: number, column: number): string => {
      const { line, column: told } = find(framesIn(path, row, column))!;
      return `${line}:${told}`;
    };
    const places = [
      [1, 1],
      [1, 2],
      [2, 1],
      [1, 1_001],
      [1, 2 ** 20 + 1],
      [3_000_000, 1],
      [11, 1],
      [1, 11],
    ] as const;
    for (const [row, column] of [...places, ...places])
      expect(place(row, column)).to.equal(`${row}:${column}`);
  });

  it('keeps no more than 16 MiB of files, and 10,000 places', async () => {
    const paths: string[] = [];
    for (let index = 0; index < 10; index += 1) {
      paths.push(await built(`dist/f${index}.js`, { sourcesContent: ['x'.repeat(1.9 * 1024 * 1024)] }));
    }
    for (const path of paths) expect(find(framesIn(path, 1))).to.deep.equal(inSource);
    await rm(join(root, 'dist'), { recursive: true });
    // Of the last there still is what was read, of the first there is not.
    expect(find(framesIn(paths.at(-1)!, 1, 50))).to.deep.equal(inSource);
    expect(find(framesIn(paths[0]!, 1, 50))).to.include({ file: 'dist/f0.js' });
    expect(find(framesIn(paths[0]!, 1)), 'a place that is known').to.deep.equal(inSource);
    for (let row = 1; row <= 10_001; row += 1) find(framesIn(join(root, 'lib/many.js'), row));
    expect(find(framesIn(paths[0]!, 1)), 'a place that was forgotten').to.include({ file: 'dist/f0.js' });
  });

  it('lives with a prepareStackTrace that throws, tells nonsense or asks for a place itself', async () => {
    const path = await built('dist/prepared.js');
    const before = Error.prepareStackTrace;
    const own: Readonly<Record<string, () => unknown>> = {
      throws: () => {
        throw new Error('expected');
      },
      frames: () => [],
      nothing: () => undefined,
      text: () => 'no frames here',
      place: () => 'Error\n    at pay',
      asks: () => createCallSites({ root })(framesIn(path, 1)),
      again: () => find(framesIn(path, 1)),
    };
    for (const [name, prepare] of Object.entries(own)) {
      find = createCallSites({ root });
      const frames = framesIn(path, 1);
      Error.prepareStackTrace = prepare;
      try {
        // `asks` asks without end: what it gets in the end is up to V8's stack.
        const site = find(frames);
        if (name !== 'asks') expect(site).to.deep.equal(inSource);
        expect(Error.prepareStackTrace).to.equal(prepare);
      } finally {
        Error.prepareStackTrace = before;
      }
    }
  });

  it('refuses what are no options', () => {
    expect(() => createCallSites(null as never))
      .to.throw(TocsinError)
      .with.property('code', 'TOCSIN_CONFIG_INVALID');
  });
});

describe('CallFrames', () => {
  it('are as many as were asked for, and 12 by default', () => {
    const deep = (left: number, most?: number): CallFrames =>
      left === 0 ? take(most) : deep(left - 1, most);
    expect(deep(20, 5).frames).to.have.lengthOf(5);
    expect(deep(20).frames).to.have.lengthOf(12);
    expect(deep(20, 5).areCut).to.equal(true);
    expect(deep(20).areCut).to.equal(false);
  });

  it('can be asked again, and are then the same', () => {
    const taken = take();
    expect(taken.frames.length).to.be.greaterThan(2);
    expect(taken.frames).to.equal(taken.frames);
  });
});
