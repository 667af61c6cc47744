import type { Counters } from './counters.js';

/** A transport as far as the end of the process goes. */
export interface Leaving {
  readonly counters: Pick<Counters, 'accepted' | 'pending'>;
  flush(): Promise<unknown>;
}

/** For each transport under way, how many lines it had accepted when it was last flushed here. */
const underWay = new Map<Leaving, number>();

/**
 * Remembers that `transport` has work: when the process has nothing else to do, the work is flushed, once for
 * what was accepted by then. One listener on the process serves all transports.
 */
export function flushBeforeExit(transport: Leaving): void {
  if (underWay.has(transport)) return;
  if (underWay.size === 0) process.on('beforeExit', flushAll);
  underWay.set(transport, 0);
}

/** Forgets a transport. */
export function forget(transport: Leaving): void {
  if (underWay.delete(transport) && underWay.size === 0) process.removeListener('beforeExit', flushAll);
}

/** `beforeExit` comes again when the loop is empty again: what one flush could not deliver is not tried for ever. */
function flushAll(): void {
  for (const [transport, flushedAt] of underWay) {
    const { accepted, pending } = transport.counters;
    if (pending === 0 || accepted === flushedAt) continue;
    underWay.set(transport, accepted);
    // A flush reports its own failures, and its deadline holds the process until it is over.
    void transport.flush();
  }
}
