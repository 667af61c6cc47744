/**
 * The modules that a TypeScript or JavaScript text imports, in any way: `import`, `import type`, `export … from`,
 * `import()` (also in a type) and `require()`, where the name is written out.
 *
 * Reads the text with regular expressions: it relies on the formatter, which begins a line with each static
 * import, and is no match for code that is written to deceive it.
 *
 * @param {string} text
 * @returns {string[]} each name once
 */
export function importsOf(text) {
  const code = withoutComments(text);
  const statements = [
    /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*(['"])([^'"\n]+)\1/gm,
    /^\s*import\s*(['"])([^'"\n]+)\1/gm,
    /\b(?:import|require)\s*\(\s*(['"])([^'"\n]+)\1/g,
  ];
  return [
    ...new Set(statements.flatMap((statement) => [...code.matchAll(statement)].map((match) => match[2]))),
  ];
}

/** Comments become blanks. Strings are matched too, so that what looks like a comment in one stays. */
function withoutComments(text) {
  const stringOrComment = /(["'])(?:\\.|(?!\1)[^\\\n])*\1|`(?:\\.|[^\\`])*`|\/\/.*|\/\*[\s\S]*?\*\//g;
  return text.replace(stringOrComment, (found) =>
    found.startsWith('/') ? found.replace(/\S/g, ' ') : found,
  );
}

/** `@scope/name/deep` → `@scope/name`; `name/deep` → `name`. */
export function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

/** Whether an import names a package: not a file, and not a part of Node. */
export function isPackage(specifier) {
  return !specifier.startsWith('.') && !specifier.startsWith('node:');
}
