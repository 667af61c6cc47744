import { fileURLToPath } from 'node:url';

/** Paths longer than this are cut before anything looks at them. */
const maxLength = 1_024;

export interface NormalizedPath {
  /** What stands for the file on every machine and after every build; the empty string for none. */
  readonly file: string;
  /** The npm package, for a file under `node_modules`; {@link file} then begins with it. */
  readonly package?: string;
  /** Whether the file lies under the application's root, `node_modules` aside. */
  readonly underRoot: boolean;
}

/**
 * The part of a path or URL that stays the same when the same code lies in another folder, on another machine
 * or in another build: without scheme, query, root, drive letter, package-store version and content hash.
 *
 * A file beside the root (a linked workspace) is told from the root: `../shared/dist/x.js`.
 *
 * @param root The application's folder. Default: the working directory.
 */
export function normalizePath(path: string, root: string = workingDirectory()): NormalizedPath {
  const cut = path.slice(0, maxLength);
  if (cut.startsWith('node:')) return { file: cut, underRoot: false };
  if (cut.startsWith('data:')) return { file: 'data:', underRoot: true };
  if (cut.startsWith('wasm:')) return { file: 'wasm:', underRoot: false };

  const opened = withoutVirtual(withoutScheme(cut).replaceAll('\\', '/'));
  const installed = underNodeModules(opened);
  if (installed !== undefined) return { ...installed, file: withoutHashes(installed.file), underRoot: false };

  const base = withoutDrive(withoutScheme(root).replaceAll('\\', '/')).replace(/\/$/, '');
  const plain = withoutDrive(opened);
  if (!plain.startsWith('/')) return { file: withoutHashes(withoutDots(plain)), underRoot: true };
  if (plain.startsWith(`${base}/`)) {
    return { file: withoutHashes(plain.slice(base.length + 1)), underRoot: true };
  }
  return { file: withoutHashes(beside(plain, base)), underRoot: false };
}

/** The working directory; `/` where it has been removed under the process. */
export function workingDirectory(): string {
  try {
    return process.cwd();
  } catch {
    // process.cwd() throws ENOENT when the folder is gone; paths then stay whole.
    return '/';
  }
}

function withoutScheme(path: string): string {
  if (path.startsWith('file://')) return fromFileUrl(path);
  // webpack://name/./src/x.ts, webpack:///./src/x.ts, webpack-internal:///(rsc)/./src/x.ts
  const bundled = /^(?:webpack|webpack-internal|turbopack|rspack|ng):\/\/[^/]*\/(?:\([^)/]*\)\/)?/.exec(path);
  if (bundled !== null) return withoutQuery(withoutDots(path.slice(bundled[0].length)));
  return withoutQuery(path);
}

function fromFileUrl(url: string): string {
  const bare = withoutQuery(url).split('#', 1)[0] ?? '';
  try {
    // A Windows path must come out the same here and there.
    return fileURLToPath(bare, { windows: /^file:\/\/\/[A-Za-z]:/.test(bare) });
  } catch {
    // A host, an encoded slash or a bad escape: what follows the scheme is the best there is.
    return bare.slice('file://'.length);
  }
}

function withoutQuery(path: string): string {
  const at = path.indexOf('?');
  return at === -1 ? path : path.slice(0, at);
}

function withoutDots(path: string): string {
  return path.replace(/^(?:\.{1,2}\/)+/, '');
}

function withoutDrive(path: string): string {
  return /^[A-Za-z]:\//.test(path) ? path.slice(2) : path;
}

/** Yarn's virtual folders: `a/b/__virtual__/<hash>/<n>/c` is `c`, seen from n folders above `a/b`. */
function withoutVirtual(path: string): string {
  const match = /\/(?:__virtual__|\$\$virtual)\/[^/]+\/(\d{1,2})\//.exec(path);
  if (match === null) return path;
  const up = Number(match[1]);
  const kept = path.slice(0, match.index).split('/');
  return `${kept.slice(0, Math.max(1, kept.length - up)).join('/')}/${path.slice(match.index + match[0].length)}`;
}

/** The last `node_modules` counts: pnpm's and yarn's stores, with their versions, stand before it. */
function underNodeModules(path: string): { readonly file: string; readonly package: string } | undefined {
  const marker = 'node_modules/';
  const at = path.lastIndexOf(marker);
  if (at === -1 || (at > 0 && path[at - 1] !== '/')) return undefined;
  const segments = path.slice(at + marker.length).split('/');
  const scoped = segments[0]?.startsWith('@') === true;
  const name = segments.splice(0, scoped ? 2 : 1).join('/');
  // express@4.18.2 and cnpm's _express@4.18.2@express
  const bare = /^_?(@?[^@]+)@\d/.exec(name)?.[1] ?? name;
  return { file: [bare, ...segments].join('/'), package: bare };
}

function beside(path: string, root: string): string {
  const from = root.split('/');
  const to = path.split('/');
  let same = 0;
  while (same < from.length && same < to.length - 1 && from[same] === to[same]) same += 1;
  // Only the leading slash in common: a foreign tree, whose place says more than the way there.
  if (same <= 1) return path;
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/');
}

/** `main.3f2a1b9c.js` → `main.js`, `chunk-3ZQVLOX5.js` → `chunk.js`, a folder or file named by a hash alone → `[hash]`. */
function withoutHashes(file: string): string {
  const segments = file.split('/').map((segment) => (isLongHash(segment) ? '[hash]' : segment));
  const name = segments.pop() ?? '';
  const parts = name.split('.');
  const kept = parts.filter((part, index) => index === 0 || !isHash(part));
  const stem = kept[0] ?? '';
  const dash = Math.max(stem.lastIndexOf('-'), stem.lastIndexOf('_', stem.length - 9));
  if (isLongHash(stem)) kept[0] = '[hash]';
  else if (dash > 0 && isHash(stem.slice(dash + 1))) kept[0] = stem.slice(0, dash);
  return [...segments, kept.join('.')].join('/');
}

function isLongHash(text: string): boolean {
  return text.length >= 16 && isHash(text);
}

/**
 * What bundlers write: hex of 8 to 64 (webpack), eight of base32 in capitals (esbuild), eight of base64url
 * (rollup). A word or a date is none, so that files that differ in them stay two.
 */
function isHash(text: string): boolean {
  if (text.length < 8 || text.length > 64) return false;
  if (/^[0-9a-f]+$/.test(text)) return /[0-9]/.test(text) && /[a-f]/.test(text);
  if (text.length !== 8) return false;
  if (/^[A-Z2-7]+$/.test(text)) return true;
  return /^[\w-]+$/.test(text) && /[0-9].*[A-Za-z]/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text);
}
