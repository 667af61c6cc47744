import type { ErrorKey, ErrorRecord } from './records.js';

interface Entry {
  record: ErrorRecord;
  /** The sample as JSON: apart from the record, and out of reach of whoever passed it in. */
  sample: string;
  bytes: number;
  older: Entry | undefined;
  newer: Entry | undefined;
}

/**
 * Records with their samples, bounded in number and bytes, in the order in which they were last seen.
 *
 * A linked list beside the map, because taking the oldest key from a Map that is deleted from and added to
 * all the time means skipping thousands of deleted slots.
 */
export class BoundedRecords {
  readonly #entries = new Map<string, Entry>();
  readonly #maxRecords: number;
  readonly #maxBytes: number;
  readonly #ttlMs: number;
  #oldest: Entry | undefined;
  #newest: Entry | undefined;
  #bytes = 0;

  constructor(maxRecords: number, maxBytes: number, ttlMs: number) {
    this.#maxRecords = maxRecords;
    this.#maxBytes = maxBytes;
    this.#ttlMs = ttlMs;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: ErrorKey, now: number): ErrorRecord | undefined {
    const entry = this.#entries.get(nameOf(key));
    if (entry === undefined || !this.#isOver(entry, now)) return entry?.record;
    this.#remove(entry);
    return undefined;
  }

  /** The sample as JSON; undefined where there is no record. */
  sample(key: ErrorKey): string | undefined {
    return this.#entries.get(nameOf(key))?.sample;
  }

  /** All records that are not over, least recently seen first. */
  *values(now: number): IterableIterator<ErrorRecord> {
    for (let entry = this.#oldest; entry !== undefined; entry = entry.newer) {
      if (!this.#isOver(entry, now)) yield entry.record;
    }
  }

  /** Writes a record that was seen just now, and its sample where there is a new one. */
  see(record: ErrorRecord, sample: string | undefined, now: number): void {
    const name = nameOf(record.key);
    const known = this.#entries.get(name);
    const entry = known ?? { record, sample: '', bytes: 0, older: undefined, newer: undefined };
    if (known === undefined) this.#entries.set(name, entry);
    else this.#unlink(known);
    this.#append(entry);
    this.#write(entry, record, sample);
    while (this.#oldest !== undefined && this.#oldest !== entry) {
      const full = this.#entries.size > this.#maxRecords || this.#bytes > this.#maxBytes;
      if (!full && !this.#isOver(this.#oldest, now)) break;
      this.#remove(this.#oldest);
    }
  }

  /** Writes a known record that was changed without being seen. */
  replace(record: ErrorRecord): void {
    const entry = this.#entries.get(nameOf(record.key));
    if (entry !== undefined) this.#write(entry, record, undefined);
  }

  clear(): void {
    this.#entries.clear();
    this.#oldest = undefined;
    this.#newest = undefined;
    this.#bytes = 0;
  }

  #isOver({ record }: Entry, now: number): boolean {
    return now - record.lastSeen >= this.#ttlMs;
  }

  #write(entry: Entry, record: ErrorRecord, sample: string | undefined): void {
    // Most sightings change numbers only: measuring each would cost more than deciding.
    const sameSize = entry.bytes > 0 && sample === undefined && isSameShape(entry.record, record);
    entry.record = record;
    if (sample !== undefined) entry.sample = sample;
    if (sameSize) return;
    this.#bytes -= entry.bytes;
    entry.bytes = entryBytes(record, entry.sample);
    this.#bytes += entry.bytes;
  }

  #append(entry: Entry): void {
    entry.older = this.#newest;
    entry.newer = undefined;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
  }

  #unlink(entry: Entry): void {
    if (entry.older === undefined) this.#oldest = entry.newer;
    else entry.older.newer = entry.newer;
    if (entry.newer === undefined) this.#newest = entry.older;
    else entry.newer.older = entry.older;
  }

  #remove(entry: Entry): void {
    this.#unlink(entry);
    this.#entries.delete(nameOf(entry.record.key));
    this.#bytes -= entry.bytes;
  }
}

/** One name for a key. The lengths keep ("a", "bc") apart from ("ab", "c"). */
function nameOf({ service, environment, fingerprint }: ErrorKey): string {
  return `${service.length}:${environment.length}:${service}${environment}${fingerprint}`;
}

function isSameShape(before: ErrorRecord, after: ErrorRecord): boolean {
  return (
    before.lastIds.length === after.lastIds.length &&
    before.releases.length === after.releases.length &&
    before.members === after.members &&
    before.refs === after.refs &&
    before.links === after.links &&
    before.claim?.settled === after.claim?.settled
  );
}

/** An estimate of the heap: the text, twice the record's for its objects, and what the entry itself takes. */
function entryBytes(record: ErrorRecord, sample: string): number {
  return textBytes(sample) + 2 * textBytes(JSON.stringify(record)) + 1_000;
}

/** V8 keeps one byte for each character of plain text, two where there is any beyond Latin-1. */
function textBytes(text: string): number {
  return Buffer.byteLength(text) === text.length ? text.length : 2 * text.length;
}
