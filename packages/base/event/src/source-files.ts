import { readFileSync, realpathSync, statSync } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import { configError, readOptions } from './tocsin-error.js';

const owner = 'createSourceFiles';
const mebibyte = 1024 * 1024;
const maxSourceBytes = 2 * mebibyte;

/** Options of {@link createSourceFiles}. */
export interface SourceFilesOptions {
  /**
   * Files that are kept.
   * @default 50
   */
  readonly maxFiles?: number;
  /**
   * Bytes of all files that are kept.
   * @default 16 MiB
   */
  readonly maxBytes?: number;
  /**
   * Bytes of one file; a larger one is not read.
   * @default 2 MiB
   */
  readonly maxFileBytes?: number;
  /**
   * How long a file is taken for unchanged before it is asked again, in milliseconds.
   * @default 1_000
   */
  readonly recheckMs?: number;
  /** The clock, in milliseconds. @default Date.now */
  readonly now?: () => number;
}

/** A file's text as it was when it was read; a changed file is another object. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** A bounded cache of the application's own files, which are read without blocking. */
export interface SourceFiles {
  /** The file, or `undefined` where it is missing, too large, no plain file, or not (really) under `root`. */
  read(path: string, root: string): Promise<SourceFile | undefined>;
}

interface Entry {
  file: SourceFile | undefined;
  /** Size and time of change. */
  stamp: string;
  bytes: number;
  checkedAt: number;
}

/** @throws TocsinError `TOCSIN_CONFIG_INVALID` for a wrong option */
export function createSourceFiles(options: SourceFilesOptions = {}): SourceFiles {
  const { maxFiles, maxBytes, maxFileBytes, recheckMs, now } = readOptions(owner, () => resolve(options));
  /** Least recently used first. */
  const entries = new Map<string, Entry>();
  const underway = new Map<string, Promise<Entry>>();
  let bytes = 0;

  function keep(key: string, entry: Entry): void {
    drop(key);
    entries.set(key, entry);
    bytes += entry.bytes;
    for (const oldest of entries.keys()) {
      if (entries.size <= maxFiles && bytes <= maxBytes) break;
      drop(oldest);
    }
  }

  function drop(key: string): void {
    bytes -= entries.get(key)?.bytes ?? 0;
    entries.delete(key);
  }

  async function load(path: string, root: string, known: Entry | undefined): Promise<Entry> {
    const checkedAt = now();
    try {
      const { size, mtimeMs, ino } = await stat(path).then((found) => {
        if (!found.isFile()) throw new Error('not a plain file');
        return found;
      });
      const stamp = `${ino}:${size}:${mtimeMs}`;
      if (known?.stamp === stamp) return { ...known, checkedAt };
      const inside = isInside(await realpath(path), await realpath(root));
      if (size > maxFileBytes || !inside) return { file: undefined, stamp, bytes: 0, checkedAt };
      return { file: { path, text: await readText(path, size) }, stamp, bytes: size, checkedAt };
    } catch {
      // Missing or not to be read: that is remembered like a file, so that it is not asked for at every error.
      return { file: undefined, stamp: '', bytes: 0, checkedAt };
    }
  }

  return {
    async read(path, root) {
      if (!isInside(path, root)) return undefined;
      const key = `${root}\0${path}`;
      const known = entries.get(key);
      if (known !== undefined && now() - known.checkedAt < recheckMs) {
        keep(key, known);
        return known.file;
      }
      let loading = underway.get(key);
      if (loading === undefined) {
        loading = load(path, root, known).finally(() => underway.delete(key));
        underway.set(key, loading);
      }
      const entry = await loading;
      keep(key, entry);
      return entry.file;
    },
  };
}

function resolve(options: SourceFilesOptions): Required<SourceFilesOptions> {
  const { now = Date.now, ...given } = options;
  if (typeof now !== 'function') throw configError(owner, 'now', now, 'a function');
  const bounds = { maxFiles: 50, maxBytes: 16 * mebibyte, maxFileBytes: maxSourceBytes, recheckMs: 1_000 };
  for (const name of Object.keys(bounds) as (keyof typeof bounds)[]) {
    const value: unknown = given[name] ?? bounds[name];
    if (typeof value !== 'number' || !(value >= 0)) throw configError(owner, name, value, 'a number from 0');
    bounds[name] = value;
  }
  return { ...bounds, now };
}

/**
 * A file under `root` of at most 2 MiB, at once: for what must be known before a line is printed. Reads each time;
 * `undefined` as for {@link SourceFiles.read}.
 */
export function readSourceNow(path: string, root: string): SourceFile | undefined {
  try {
    const found = statSync(path);
    if (!found.isFile() || found.size > maxSourceBytes) return undefined;
    if (!isInside(realpathSync(path), realpathSync(root))) return undefined;
    return { path, text: readFileSync(path, 'utf8') };
  } catch {
    // Missing or not to be read.
    return undefined;
  }
}

async function readText(path: string, size: number): Promise<string> {
  const file = await open(path);
  try {
    // Not more than was asked for, though the file may have grown since.
    const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(size), 0, size, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function isInside(path: string, root: string): boolean {
  const way = relative(root, path);
  // A name may begin with dots too.
  return way !== '' && !/^\.\.(?:[\\/]|$)/.test(way) && !isAbsolute(way);
}
