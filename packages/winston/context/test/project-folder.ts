import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const repository = join(__dirname, '../../../..');

/** What a program of the project printed. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** An application in a folder of its own, with what is installed here under its `node_modules`. */
export class ProjectFolder {
  private constructor(readonly root: string) {}

  static async make(files: Readonly<Record<string, string>> = {}): Promise<ProjectFolder> {
    const project = new ProjectFolder(await realpath(await mkdtemp(join(tmpdir(), 'tocsin-project-'))));
    await mkdir(join(project.root, 'node_modules/@tocsin'), { recursive: true });
    const link = (from: string, name: string): Promise<void> =>
      symlink(join(repository, from), join(project.root, 'node_modules', name));
    for (const name of ['winston', 'winston-transport', 'triple-beam', 'tsx']) {
      await link(`node_modules/${name}`, name);
    }
    await link('packages/winston/context', '@tocsin/context');
    await link('packages/base/event', '@tocsin/event');
    await project.write(files);
    return project;
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [name, text] of Object.entries(files)) {
      const path = join(this.root, name);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    }
  }

  /** Runs a program of the folder; rejects where it fails or takes a minute. */
  async run(args: readonly string[], node: string = process.execPath): Promise<Printed> {
    const { NODE_OPTIONS: _, ...env } = process.env;
    return promisify(execFile)(node, args, { cwd: this.root, env, timeout: 60_000, maxBuffer: 2 ** 26 });
  }

  remove(): Promise<void> {
    return rm(this.root, { recursive: true, force: true });
  }
}
