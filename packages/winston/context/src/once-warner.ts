/** Warns the process of what is wrong with how a context is used. */
export type Warn = (code: string, message: string) => void;

/** Each code is said once: a mistake on the way of every request would be said for every request. */
export function onceWarner(): Warn {
  const said = new Set<string>();
  return (code, message) => {
    if (said.has(code)) return;
    said.add(code);
    process.emitWarning(message, { type: 'TocsinWarning', code });
  };
}
