import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const dependencies = (names: string[] = []) => Object.fromEntries(names.map((name) => [name, '^1.0.0']));

/** A small repository in a temporary folder, for a check to look at. */
export class SmallRepository {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'tocsin-check-')));

  constructor() {
    this.write('package.json', '{}\n');
  }

  write(path: string, text: string): this {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
    return this;
  }

  /** A package with one source file; `floor` is such as `base/event`. */
  package(floor: string, source: string, needs: { ours?: string[]; others?: string[] } = {}): this {
    const folder = `packages/${floor}`;
    const manifest = {
      name: `@tocsin/${floor.split('/')[1]}`,
      version: '1.0.0',
      dependencies: dependencies([
        ...(needs.ours ?? []).map((one) => `@tocsin/${one.split('/')[1]}`),
        ...(needs.others ?? []),
      ]),
    };
    const references = (needs.ours ?? []).map((one) => ({ path: `../../${one}` }));
    this.write(`${folder}/package.json`, JSON.stringify(manifest));
    this.write(`${folder}/tsconfig.json`, JSON.stringify({ references }));
    return this.write(`${folder}/src/index.ts`, source);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}
