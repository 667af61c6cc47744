const { isTTY } = process.stdout;

/** A heading with a rule, so that the parts of the report can be told apart. */
export function heading(text: string): void {
  console.log(`\n${bold(text)}\n${'─'.repeat(Math.min(80, text.length))}`);
}

/** Shows how far a long step is: in place on a terminal, in a few lines elsewhere. */
export function progress(what: string, total: number): (done: number) => void {
  const startedAt = performance.now();
  let shown = 0;
  return (done) => {
    const step = isTTY ? total / 100 : total / 4;
    if (done < total && done - shown < step) return;
    shown = done;
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    const line = `${what}: ${done.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} in ${seconds} s`;
    if (isTTY) process.stdout.write(`\r${line}${done >= total ? '\n' : ''}`);
    else console.log(line);
  };
}

/** Each line after a bar, as a quotation. */
export function quote(text: string): void {
  for (const line of text.split('\n')) console.log(`  │ ${line}`);
}

export function bold(text: string): string {
  return isTTY ? `\u001b[1m${text}\u001b[0m` : text;
}
