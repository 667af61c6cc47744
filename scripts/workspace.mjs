import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/**
 * The packages of a repository, as the workspaces' glob `packages/*\/*` finds them.
 *
 * @param {string} root
 * @returns {{ name: string, floor: string, folder: string, json: Record<string, any> }[]} `floor` is the folder
 *   below packages/, such as `base/event`; `json` is the package.json.
 */
export function packagesOf(root) {
  const top = join(root, 'packages');
  if (!existsSync(top)) return [];
  const folders = (path) => readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders(top)
    .flatMap((group) => folders(join(top, group.name)).map((entry) => `${group.name}/${entry.name}`))
    .filter((floor) => existsSync(join(top, floor, 'package.json')))
    .map((floor) => {
      const folder = join(top, floor);
      const json = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return { name: json.name, floor, folder, json };
    });
}

const notOurs = new Set(['node_modules', 'dist', '.cache', '.git', '.nx', 'coverage']);

/**
 * The files below a folder that people wrote, as paths from `root` with `/`. Empty when the folder is missing.
 *
 * @param {string} root
 * @param {string} folder from root; `''` is all
 * @param {(path: string) => boolean} [wanted]
 * @returns {string[]}
 */
export function filesOf(root, folder, wanted = () => true) {
  const found = [];
  const visit = (path) => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (notOurs.has(entry.name)) continue;
      const full = join(path, entry.name);
      if (entry.isDirectory()) visit(full);
      else if (entry.isFile()) found.push(relative(root, full).split(sep).join('/'));
    }
  };
  const start = join(root, folder);
  if (existsSync(start)) visit(start);
  return found.filter(wanted).sort();
}
