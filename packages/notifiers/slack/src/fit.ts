import type { KnownBlock } from '@slack/types';
import { limits, smallPrint } from './blocks.js';

/** A part of a message. */
export interface Part {
  /** How people call it, for the note that says what was left out. */
  readonly name: string;
  readonly blocks: readonly KnownBlock[];
  /** The part with the highest number is left out first; 0 is never left out. */
  readonly dropOrder: number;
}

const roomForNote = 300;

/** The blocks of the parts, in their order, without those that do not fit into one message. */
export function fit(parts: readonly Part[]): KnownBlock[] {
  let kept = parts;
  let bytes: number = limits.blocksBytes;
  while (!fits(kept, bytes)) {
    const last = kept.reduce((most, part) => (part.dropOrder > most.dropOrder ? part : most));
    // What is never left out is small enough by its own limits.
    if (last.dropOrder === 0) break;
    kept = kept.filter((part) => part !== last);
    bytes = limits.blocksBytes - roomForNote;
  }
  const blocks = kept.flatMap((part) => part.blocks);
  if (kept.length === parts.length) return blocks;
  const missing = parts.filter((part) => !kept.includes(part)).map((part) => part.name);
  return [...blocks, smallPrint([`Left out for length: ${missing.join(', ')}`])];
}

function fits(parts: readonly Part[], bytes: number): boolean {
  const blocks = parts.flatMap((part) => part.blocks);
  return blocks.length < limits.blocks && Buffer.byteLength(JSON.stringify(blocks)) <= bytes;
}
