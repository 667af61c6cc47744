import { filesOf } from './workspace.mjs';

/** The pages that a reader meets: those of the root, of docs/, and each package's and example's own. */
export function pagesOf(root) {
  const isPage = (path) =>
    /^[^/]+\.md$|^docs\/.*\.md$|^(?:packages|examples|bench|template)\/.*README\.md$/.test(path);
  return filesOf(root, '', isPage);
}

/**
 * The fenced blocks of a page.
 *
 * @param {string} text
 * @returns {{ info: string, line: number, code: string }[]} `info` is what follows the opening fence; `line` counts
 *   from 1 and is that of the first line of code.
 */
export function blocksOf(text) {
  const blocks = [];
  let open;
  text.split('\n').forEach((line, index) => {
    const fence = /^\s*(`{3,})(.*)$/.exec(line);
    if (!open && fence) open = { fence: fence[1], info: fence[2].trim(), line: index + 2, code: [] };
    else if (open && fence && fence[1].length >= open.fence.length && !fence[2].trim()) {
      blocks.push({ info: open.info, line: open.line, code: open.code.join('\n') });
      open = undefined;
    } else open?.code.push(line);
  });
  return blocks;
}

/** The page with its fenced blocks and code spans blanked, line for line. */
export function proseOf(text) {
  let fence;
  return text
    .split('\n')
    .map((line) => {
      const found = /^\s*(`{3,})(.*)$/.exec(line);
      if (!fence && found) fence = found[1];
      else if (fence && found && found[1].length >= fence.length && !found[2].trim()) fence = undefined;
      else if (!fence) return line.replace(/`[^`]*`/g, '');
      return '';
    })
    .join('\n');
}
