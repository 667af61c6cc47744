import { configError, type LogEvent, readOptions, TocsinError } from '@tocsin/event';
import type { AlertPolicy } from './alert-policy.js';
import type { AlertStore, ErrorQuery, RecordChange, RecoveredClaim } from './alert-store.js';
import { BoundedRecords } from './bounded-records.js';
import { applyChange } from './change.js';
import {
  assertChange,
  assertKey,
  assertOutcome,
  assertQuery,
  assertSighting,
  assertText,
} from './check-input.js';
import { recoverClaim, renewClaim, settleClaim } from './claims.js';
import { decide } from './decide.js';
import { addToDigest, digestKey, minuteOf } from './digest.js';
import { freeze } from './freeze.js';
import { type Permit, Permits } from './permits.js';
import { recordState } from './record-state.js';
import type { ErrorKey, ErrorRecord, NotifierOutcome, Sighting, Verdict } from './records.js';
import { assertPolicy } from './resolve-policy.js';
import { wholeNumber } from './whole-number.js';

const owner = 'MemoryStore';
const dayMs = 86_400_000;

/** Options of {@link MemoryStore}. */
export interface MemoryStoreOptions {
  /** Most records kept; the least recently seen goes first, even one with a live claim. @default 10_000 */
  readonly maxRecords?: number;
  /** Most bytes of records and samples, as estimated; the record just seen is always kept. @default 67_108_864 (64 MiB) */
  readonly maxBytes?: number;
  /** How long a record lives after its last sighting, in milliseconds. @default 2_592_000_000 (30 days) */
  readonly ttlMs?: number;
  /** The store's clock, in milliseconds since the epoch. @default Date.now */
  readonly clock?: () => number;
}

/**
 * The default store: one process, in memory, bounded, gone when the process ends.
 *
 * Every operation runs to its end before another begins, so each is atomic. What it gives is frozen, what
 * it is given is copied: nobody can change the store but by calling it. Bad input rejects with a TocsinError
 * `TOCSIN_CONFIG_INVALID`, anything after `close` with `TOCSIN_CLOSED`.
 */
export class MemoryStore implements AlertStore {
  readonly #records: BoundedRecords;
  readonly #permits: Permits;
  readonly #clock: () => number;
  readonly #maxRecords: number;
  /** New errors that alerted on their own in {@link #minute}, by service and environment. */
  readonly #newErrors = new Map<string, number>();
  #minute = 0;
  #closed = false;

  constructor(options: MemoryStoreOptions = {}) {
    const {
      maxRecords = 10_000,
      maxBytes = 64 * 1024 * 1024,
      ttlMs = 30 * dayMs,
      clock = Date.now,
    } = readOptions(owner, () => ({ ...options }));
    this.#maxRecords = wholeNumber(owner, 'maxRecords', maxRecords, 1, 10_000_000);
    wholeNumber(owner, 'maxBytes', maxBytes, 1, Number.MAX_SAFE_INTEGER);
    wholeNumber(owner, 'ttlMs', ttlMs, 1, 3_650 * dayMs);
    if (typeof clock !== 'function') throw configError(owner, 'clock', clock, 'a function');
    this.#records = new BoundedRecords(maxRecords, maxBytes, ttlMs);
    this.#permits = new Permits(maxRecords);
    this.#clock = clock;
  }

  /** How many records are kept, digests included. */
  get size(): number {
    return this.#records.size;
  }

  /** The bytes that records and samples take, as estimated. */
  get bytes(): number {
    return this.#records.bytes;
  }

  async record(
    sighting: Sighting,
    policy: AlertPolicy,
    options?: { readonly signal?: AbortSignal },
  ): Promise<Verdict> {
    const now = this.#begin();
    assertSighting(owner, sighting);
    assertPolicy(owner, policy);
    if (options?.signal?.aborted) {
      throw new TocsinError('MemoryStore: given up before it began', {
        code: 'TOCSIN_STORE_TIMEOUT',
        retryable: true,
      });
    }
    const before = this.#records.get(sighting, now);
    const scope = JSON.stringify([sighting.service, sighting.environment]);
    const { record, verdict } = decide(before, sighting, policy, this.#newThisMinute(scope, now), now);
    freeze(record);
    if (record === before) return verdict;

    // The sample is that of the sighting that alerts, so that whoever takes the claim over tells the same.
    const isNew = before === undefined;
    const granted = verdict.alert && record.claim?.attempts === 1;
    const sample = isNew || granted ? toJson('sighting.sample', sighting.sample) : undefined;
    if (isNew && verdict.alert) this.#newErrors.set(scope, this.#newThisMinute(scope, now) + 1);
    if (isNew && !verdict.alert && verdict.reason === 'digested') {
      const digest = this.#records.get(digestKey(sighting, now), now);
      const grown = freeze(addToDigest(digest, sighting, policy, now));
      this.#records.see(grown, digest === undefined ? sample : undefined, now);
    }
    this.#records.see(record, sample, now);
    return verdict;
  }

  async renew(key: ErrorKey, token: string): Promise<boolean> {
    const now = this.#begin();
    assertText(owner, 'token', token);
    return this.#change(key, now, (record) => renewClaim(record, token, now)) !== undefined;
  }

  async settle(
    key: ErrorKey,
    token: string,
    notifier: string,
    outcome: NotifierOutcome,
    done: boolean,
  ): Promise<boolean> {
    const now = this.#begin();
    assertText(owner, 'token', token);
    assertText(owner, 'notifier', notifier);
    assertOutcome(owner, outcome);
    const own = copy('outcome', outcome);
    // A toJSON may have put something else in its place.
    assertOutcome(owner, own);
    const settled = this.#change(key, now, (record) => settleClaim(record, token, notifier, own, done, now));
    return settled !== undefined;
  }

  async recover(
    scope: { readonly service: string; readonly environment: string },
    tokens: readonly string[],
  ): Promise<RecoveredClaim[]> {
    const now = this.#begin();
    readOptions(owner, () => {
      assertText(owner, 'scope.service', scope.service);
      assertText(owner, 'scope.environment', scope.environment);
      for (const token of tokens) assertText(owner, 'token', token);
    });
    const recovered: RecoveredClaim[] = [];
    for (const record of this.#records.values(now)) {
      const token = tokens[recovered.length];
      if (token === undefined) break;
      const { key } = record;
      if (key.service !== scope.service || key.environment !== scope.environment) continue;
      const recovery = recoverClaim(record, token, now);
      if (recovery === undefined) continue;
      this.#records.replace(freeze(recovery.record));
      const sample = JSON.parse(this.#records.sample(key) ?? 'null') as LogEvent;
      recovered.push({ ...recovery, sample });
    }
    return recovered;
  }

  /**
   * A sliding window: in any span of `windowMs` at most `limit` permits are granted under one key. As many
   * keys are kept as records; the one least recently granted is forgotten first.
   */
  async permit(key: string, limit: number, windowMs: number): Promise<Permit> {
    const now = this.#begin();
    assertText(owner, 'permit.key', key);
    wholeNumber(owner, 'permit.limit', limit, 1, 100_000);
    wholeNumber(owner, 'permit.windowMs', windowMs, 1, dayMs);
    return this.#permits.take(key, limit, windowMs, now);
  }

  async get(key: ErrorKey): Promise<ErrorRecord | undefined> {
    const now = this.#begin();
    assertKey(owner, key);
    return this.#records.get(key, now);
  }

  /**
   * Records in the order of their fingerprints, digests last. A page is longer than `limit` by those that
   * share its last fingerprint (in other services), because `after` could not name the place between them.
   */
  async list(query: ErrorQuery): Promise<ErrorRecord[]> {
    const now = this.#begin();
    assertQuery(owner, query);
    const { service, environment, state, seenAfter, after, limit = 100 } = query;
    const found: ErrorRecord[] = [];
    for (const record of this.#records.values(now)) {
      const { key } = record;
      if (service !== undefined && key.service !== service) continue;
      if (environment !== undefined && key.environment !== environment) continue;
      if (seenAfter !== undefined && record.lastSeen <= seenAfter) continue;
      if (after !== undefined && key.fingerprint <= after) continue;
      if (state !== undefined && recordState(record, now) !== state) continue;
      found.push(record);
    }
    found.sort(byFingerprint);
    const last = found[limit - 1]?.key.fingerprint;
    return found.filter(({ key }, index) => index < limit || key.fingerprint === last);
  }

  async update(key: ErrorKey, change: RecordChange): Promise<ErrorRecord | undefined> {
    const now = this.#begin();
    assertChange(owner, change);
    const own = copy('change', change);
    assertChange(owner, own);
    return this.#change(key, now, (record) => applyChange(record, own, now));
  }

  /** Forgets everything. May be called again. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#records.clear();
    this.#newErrors.clear();
  }

  /** The time of this operation. */
  #begin(): number {
    if (this.#closed) throw new TocsinError('MemoryStore: closed', { code: 'TOCSIN_CLOSED' });
    return this.#clock();
  }

  #change(
    key: ErrorKey,
    now: number,
    change: (record: ErrorRecord) => ErrorRecord | undefined,
  ): ErrorRecord | undefined {
    assertKey(owner, key);
    const before = this.#records.get(key, now);
    const after = before === undefined ? undefined : change(before);
    if (after !== undefined && after !== before) this.#records.replace(freeze(after));
    return after;
  }

  #newThisMinute(scope: string, now: number): number {
    const minute = minuteOf(now);
    if (minute !== this.#minute || this.#newErrors.size > this.#maxRecords) this.#newErrors.clear();
    this.#minute = minute;
    return this.#newErrors.get(scope) ?? 0;
  }
}

/** A copy that shares nothing with what the caller holds; what JSON cannot hold is refused. */
function copy<T>(option: string, value: T): T {
  return JSON.parse(toJson(option, value)) as T;
}

function toJson(option: string, value: unknown): string {
  let cause: unknown;
  try {
    // A toJSON may answer with nothing, of which there is no JSON either.
    const json = JSON.stringify(value) as string | undefined;
    if (json !== undefined) return json;
  } catch (error) {
    cause = error;
  }
  throw new TocsinError(`MemoryStore: option '${option}' is not plain JSON data`, {
    code: 'TOCSIN_CONFIG_INVALID',
    context: { option },
    ...(cause === undefined ? {} : { cause }),
  });
}

function byFingerprint({ key: a }: ErrorRecord, { key: b }: ErrorRecord): number {
  return (
    compare(a.fingerprint, b.fingerprint) ||
    compare(a.service, b.service) ||
    compare(a.environment, b.environment)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
