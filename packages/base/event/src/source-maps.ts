import { dirname } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AnyMap, type TraceMap } from '@jridgewell/trace-mapping';
import type { SourceFile, SourceFiles } from './source-files.js';

/** A file with its map. */
export interface MappedFile {
  readonly generated: SourceFile;
  readonly map: TraceMap;
}

/** Maps by the file that holds them: the cache of files bounds them and notices changes. */
const parsed = new WeakMap<SourceFile, TraceMap | false>();

/**
 * The source map of a file: inline, named by its `sourceMappingURL`, or beside it as `<file>.map` (bundlers can
 * leave the comment out). `undefined` where there is none that can be used.
 */
export async function sourceMapOf(
  path: string,
  root: string,
  files: SourceFiles,
): Promise<MappedFile | undefined> {
  const generated = await files.read(path, root);
  if (generated === undefined) return undefined;
  const place = mapPlace(generated);
  return mappedBy(generated, typeof place === 'string' ? await files.read(place, root) : place);
}

/** {@link sourceMapOf} without waiting, where `read` reads at once. */
export function sourceMapNow(
  path: string,
  read: (path: string) => SourceFile | undefined,
): MappedFile | undefined {
  const generated = read(path);
  if (generated === undefined) return undefined;
  const place = mapPlace(generated);
  return mappedBy(generated, typeof place === 'string' ? read(place) : place);
}

/** The path of a file's map; for an inline one the text itself, as a file. */
function mapPlace(generated: SourceFile): string | SourceFile | undefined {
  const url = mappingUrl(generated.text);
  if (url?.startsWith('data:') === true) return { path: generated.path, text: url };
  const path = resolveUrl(url, generated.path);
  return path?.endsWith('.map') === true ? path : undefined;
}

function mappedBy(generated: SourceFile, file: SourceFile | undefined): MappedFile | undefined {
  if (file === undefined) return undefined;
  const isInline = file.path === generated.path;
  const map = isInline
    ? parse(generated, file.path, () => fromDataUrl(file.text))
    : parse(file, file.path, () => file.text);
  return map === undefined ? undefined : { generated, map };
}

/** The text after the last `//# sourceMappingURL=`. */
function mappingUrl(text: string): string | undefined {
  const at = text.lastIndexOf('sourceMappingURL=');
  if (at === -1 || !/\/[/*][#@][ \t]{1,8}$/.test(text.slice(Math.max(0, at - 12), at))) return undefined;
  const rest = text.slice(at + 'sourceMappingURL='.length);
  const end = rest.search(/[\s'"*]/);
  return end === -1 ? rest : rest.slice(0, end);
}

function resolveUrl(url: string | undefined, path: string): string | undefined {
  if (url === undefined || url === '') return `${path}.map`;
  try {
    const resolved = new URL(url, pathToFileURL(path));
    return resolved.protocol === 'file:' ? fileURLToPath(resolved) : undefined;
  } catch {
    // No URL: there is no map to be found by it.
    return undefined;
  }
}

function fromDataUrl(url: string): string {
  const comma = url.indexOf(',');
  const body = url.slice(comma + 1);
  return url.slice(0, comma).endsWith(';base64')
    ? Buffer.from(body, 'base64').toString('utf8')
    : decodeURIComponent(body);
}

function parse(file: SourceFile, mapPath: string, read: () => string): TraceMap | undefined {
  const known = parsed.get(file);
  if (known !== undefined) return known === false ? undefined : known;
  let map: TraceMap | undefined;
  try {
    // Some servers' maps begin with a guard against inclusion: source-map specification, "Fetching".
    map = new AnyMap(read().replace(/^\)\]\}'?[^\n]{0,100}\n/, ''), pathToFileURL(mapPath).href);
    if (!map.sources.some((source) => source !== null)) map = undefined;
  } catch {
    // Not JSON or not a map: the file is used as it is.
  }
  parsed.set(file, map ?? false);
  return map;
}

/** The text that a map carries for one of its sources; the source's own file is not needed then. */
export function embeddedSource(map: TraceMap, source: string): string | undefined {
  const index = map.resolvedSources.indexOf(source);
  return map.sourcesContent?.[index] ?? undefined;
}

/** A source as a path where it is a file, else the URL as the map has it (`webpack://shop/./src/pay.ts`). */
export function sourcePath(source: string, generatedPath: string): string {
  if (!source.startsWith('file:')) return source === '' ? dirname(generatedPath) : source;
  try {
    return fileURLToPath(source);
  } catch {
    // A host or an escape that is no path here: shown as it is.
    return source;
  }
}
