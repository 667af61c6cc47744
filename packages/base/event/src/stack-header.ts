/** How far from the start of a stack its message may begin. */
const maxNameLength = 512;

/**
 * Where the header (`name: message`) of a stack ends and its frames may begin.
 *
 * The message is looked for as it is, since it may be of several lines that look like frames. Where it is not
 * known, or was changed after the stack was made, the header is the first line.
 */
export function cutHeader(stack: string, name?: string, message?: string): number {
  if (message !== undefined && message !== '') {
    // `Error: m`, `TypeError [ERR_X]: m`, and `m` alone where the name is empty.
    const colon = stack.slice(0, maxNameLength).indexOf(': ');
    for (const at of [(name ?? '').length + 2, colon + 2, 0]) {
      const end = at + message.length;
      if (stack.startsWith(message, at) && (end === stack.length || stack[end] === '\n')) return end;
    }
  }
  // A stack that begins with a frame has no header; a name is never indented.
  if (/^\s{2,20}at \S/.test(stack.slice(0, 32))) return 0;
  const end = stack.indexOf('\n');
  return end === -1 ? stack.length : end;
}
