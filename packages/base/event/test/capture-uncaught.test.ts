import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';

interface Seen {
  readonly who?: string;
  readonly byFormat?: string;
  readonly byEvent?: string;
  readonly uncaught?: string;
}

/** What a slow transport saw of 300 requests that failed with nobody to catch it, in a process of their own. */
async function fail(kind: string, capture: 'captured' | 'plain'): Promise<readonly Seen[]> {
  const program = join(__dirname, 'fixtures/uncaught-in-scopes.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [program, kind, capture]);
  return JSON.parse(stdout) as Seen[];
}

describe('captureAtCall, where nobody catches the errors of 300 requests', function () {
  this.timeout(30_000);
  const kinds = ['exceptions', 'rejections'];
  const seenWith = new Map<string, readonly Seen[]>();
  const seenWithout = new Map<string, readonly Seen[]>();

  before(() =>
    Promise.all(
      kinds.flatMap((kind) => [
        fail(kind, 'captured').then((seen) => seenWith.set(kind, seen)),
        fail(kind, 'plain').then((seen) => seenWithout.set(kind, seen)),
      ]),
    ),
  );

  for (const kind of kinds) {
    it(`gives each of the ${kind} its own request, and the user's format too`, () => {
      const seen = seenWith.get(kind)!;
      const own = seen.filter(({ who, byEvent, byFormat }) => who === byEvent && who === byFormat);
      expect(new Set(own.map(({ who }) => who)).size).to.equal(300);
      expect(new Set(seen.map(({ uncaught }) => uncaught))).to.deep.equal(new Set([kind.slice(0, -1)]));
    });

    it(`is needed for ${kind}`, () => {
      const seen = seenWithout.get(kind)!;
      expect(seen).to.have.lengthOf(300);
      expect(seen.filter(({ who, byFormat }) => who === byFormat).length).to.be.lessThan(150);
    });
  }
});
