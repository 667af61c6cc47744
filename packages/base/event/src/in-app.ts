import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import type { NormalizedPath } from './normalize-path.js';

/** Compilers' helpers: their frames are dropped, wherever they stand in a stack. */
const helperPackages = /^(?:tslib|core-js|core-js-pure|regenerator-runtime|@babel\/[^/]+|@swc\/helpers)$/;

/** Helpers that compilers write into the file itself. */
const helperFunctions = /^(?:__awaiter|__generator|asyncGeneratorStep|_asyncToGenerator)$/;

/** The event loop's own: which of them show depends on the Node version. */
const loopFiles = /^node:internal\/(?:process\/task_queues|timers|process\/promises)$/;
const loopFunctions =
  /^(?:process\.)?(?:processTicksAndRejections|runMicrotasks|runNextTicks|nextTick|_tickCallback|listOnTimeout|processTimers|processImmediate)$/;

/** Whether a frame is dropped outright: the event loop's and compilers' own. */
export function isDropped(functionName: string, path: NormalizedPath | undefined): boolean {
  if (path?.package !== undefined) return helperPackages.test(path.package);
  if (path === undefined || path.file === '' || path.file.startsWith('node:')) {
    return loopFunctions.test(functionName) || loopFiles.test(path?.file ?? '');
  }
  return helperFunctions.test(functionName);
}

/**
 * Whether a file is the application's own code: not Node, not under `node_modules`, not the root's `vendor/`
 * (nor any `vendor/` outside the root), not a bundler's runtime, not Winston and not this suite, linked or not.
 */
export function isOwnCode(raw: string, path: NormalizedPath): boolean {
  const { file } = path;
  if (file === '' || path.package !== undefined) return false;
  if (/^(?:node:|internal\/|wasm:|webpack\/|external |\[eval\]-wrapper)/.test(file)) return false;
  if (path.underRoot ? file.startsWith('vendor/') : file.includes('/vendor/')) return false;
  return !isLogging(raw.replaceAll('\\', '/'));
}

/** What logs, as opposed to what fails: its frames lie between the application and the log call's stack. */
function isLogging(path: string): boolean {
  const plain = path.startsWith('file://') ? path.slice('file://'.length) : path;
  if (plain.includes('/@tocsin/')) return true;
  for (const folder of linkedFolders()) if (plain.startsWith(folder)) return true;
  if (ownPackages === undefined || !plain.startsWith(ownPackages)) return false;
  // packages/<floor>/<name>/dist; tests and examples of this repository are applications.
  const [, , inner] = plain.slice(ownPackages.length).split('/', 3);
  return inner === 'dist' || inner === 'src';
}

/** This file; the empty string where a bundler made an ES module of it, which has no such name. */
const here = typeof __filename === 'string' ? __filename : '';

/** `…/packages/` when this package runs from its repository; `undefined` when it is installed. */
const ownPackages = /^.{0,1024}\/packages\/(?=base\/event\/dist\/)/.exec(here.replaceAll('\\', '/'))?.[0];

let linked: readonly string[] | undefined;

/** Folders of Winston's packages that do not lie under `node_modules` (`npm link`). */
function linkedFolders(): readonly string[] {
  return (linked ??= findLinked());
}

function findLinked(): readonly string[] {
  const winston = folderOf(here, 'winston');
  const fromWinston = winston === undefined ? here : resolve(winston, 'package.json');
  const found = ['winston-transport', 'logform', 'readable-stream', 'triple-beam'].map((name) =>
    folderOf(fromWinston, name),
  );
  return [winston, ...found]
    .filter((folder) => folder !== undefined)
    .map((folder) => `${folder.replaceAll('\\', '/')}/`)
    .filter((folder) => !folder.includes('/node_modules/'));
}

function folderOf(from: string, name: string): string | undefined {
  try {
    return dirname(createRequire(from).resolve(`${name}/package.json`));
  } catch {
    // Not installed, bundled, or closed by its exports map: then it has no folder of its own to look for.
    return undefined;
  }
}
