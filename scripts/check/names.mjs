import { filesOf } from '../workspace.mjs';

const saysNothing = new Set(['util', 'utils', 'helper', 'helpers', 'common', 'misc']);
const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)+$/;

/** A file is named after the thing that it holds, in kebab-case; a name such as `utils` holds anything. */
export default function names({ root }) {
  const files = ['packages', 'examples', 'scripts', 'test'].flatMap((folder) =>
    filesOf(root, folder, isCode),
  );
  return {
    problems: [
      ...files
        .filter((file) => file.split(/[/.-]/).some((word) => saysNothing.has(word)))
        .map((file) => `${file}: name it after the thing that it holds`),
      ...files
        .filter((file) => !kebabCase.test(file.split('/').at(-1)))
        .map((file) => `${file}: not in kebab-case`),
    ],
  };
}

function isCode(path) {
  return /\.[cm]?[jt]s$/.test(path) && !path.includes('/fixtures/');
}
