import type { Context } from '@tocsin/context';

/** What any context has to do, whatever store carries it. */
export interface ContextCase {
  /** A sentence about behaviour. */
  readonly title: string;
  /** Is given a context of its own, outside of any scope; throws or rejects where it does not hold. */
  readonly check: (context: Context) => void | Promise<void>;
}

/** What the process is warned of while `work` runs; it is not printed. */
export async function warningsOf(work: () => unknown): Promise<{ code: string; message: string }[]> {
  const warnings: { code: string; message: string }[] = [];
  const { emitWarning } = process;
  process.emitWarning = ((message: string, { code }: { code: string }) =>
    void warnings.push({ code, message })) as typeof process.emitWarning;
  try {
    await work();
    return warnings;
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** After some turns of the loop: `ms` apart, so that work under way at once is interleaved. */
export function later(ms = 1): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
