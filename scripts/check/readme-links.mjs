import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { pagesOf, proseOf } from '../markdown.mjs';

/** A link from a page to a file of the repository, or to a heading of a page, leads somewhere. */
export default function readmeLinks({ root }) {
  return { problems: pagesOf(root).flatMap((page) => problemsOf(root, page)) };
}

function problemsOf(root, page) {
  const lines = proseOf(readFileSync(join(root, page), 'utf8')).split('\n');
  return lines.flatMap((line, index) =>
    [...line.matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1])
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => !leadsSomewhere(root, page, target))
      .map((target) => `${page}:${index + 1}: ${target} does not exist`),
  );
}

function leadsSomewhere(root, page, target) {
  const [path, heading] = target.split('#');
  const file = path ? posix.join(dirname(page), decodeURIComponent(path)) : page;
  if (!existsSync(join(root, file))) return false;
  if (!heading || !file.endsWith('.md') || statSync(join(root, file)).isDirectory()) return true;
  return anchorsOf(readFileSync(join(root, file), 'utf8')).includes(heading);
}

/** As GitHub makes them of headings. */
function anchorsOf(text) {
  const headings = text.split('\n').filter((line) => /^#{1,6} /.test(line));
  return headings.map((line) =>
    line
      .replace(/^#+ /, '')
      .trim()
      .toLowerCase()
      .replace(/[^\p{L}\p{N}_ -]/gu, '')
      .replace(/ /g, '-'),
  );
}
