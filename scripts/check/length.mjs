import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf } from '../workspace.mjs';

const most = 300;
const long = 150;

/** No source file over 300 lines; those over 150 are named. Tests may be longer. */
export default function length({ root }) {
  const sized = ['packages', 'examples', 'scripts']
    .flatMap((folder) => filesOf(root, folder, isSource))
    .map((file) => ({ file, lines: readFileSync(join(root, file), 'utf8').trimEnd().split('\n').length }));
  return {
    problems: sized
      .filter(({ lines }) => lines > most)
      .map(({ file, lines }) => `${file}: ${lines} lines, at most ${most}`),
    notes: sized
      .filter(({ lines }) => lines > long && lines <= most)
      .map(({ file, lines }) => `${file}: ${lines} lines`),
  };
}

function isSource(path) {
  return /\.m?[jt]s$/.test(path) && !path.includes('/test/');
}
