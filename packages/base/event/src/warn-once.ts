const said = new Set<string>();

/** Warns the process, once for each code: what holds for one logger or transport mostly holds for all. */
export function warnOnce(code: string, message: string): void {
  if (said.has(code)) return;
  said.add(code);
  process.emitWarning(message, { type: 'TocsinWarning', code });
}
