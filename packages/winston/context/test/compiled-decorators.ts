import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** How TypeScript is asked to compile decorators. */
export const decoratorKinds = { standard: false, experimentalDecorators: true } as const;

/** A program that tsc has compiled, strictly, in a folder of its own. */
export interface CompiledProgram {
  readonly exports: unknown;
  readonly remove: () => void;
}

export function compileProgram(source: string, experimentalDecorators: boolean): CompiledProgram {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-decorators-'));
  const remove = (): void => rmSync(folder, { recursive: true });
  const modules = dirname(dirname(require.resolve('typescript/package.json')));
  symlinkSync(modules, join(folder, 'node_modules'));
  writeFileSync(join(folder, 'program.ts'), source);
  const compilerOptions = {
    ...{ target: 'es2022', module: 'node20', strict: true, skipLibCheck: true, types: ['node'] },
    ...{ exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true, experimentalDecorators },
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
  const tsc = join(modules, 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
  if (status !== 0) {
    remove();
    throw new Error(`tsc found:\n${stdout}`);
  }
  return { exports: require(join(folder, 'program.js')), remove };
}
