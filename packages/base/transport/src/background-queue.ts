import { runQuietly } from '@tocsin/event';
import { AsyncLocalStorage } from 'node:async_hooks';
import { BoundedQueue } from './bounded-queue.js';
import type { ResolvedQueue } from './transport-options.js';

/** Runs outside of any caller's context: what is started by a line belongs to no request. */
const outside = AsyncLocalStorage.snapshot();

/** How long the event loop is held at most by one turn, in milliseconds. */
const sliceMs = 5;

export interface BackgroundWork<Item> {
  /** Works on one item; the next is taken when it has resolved. */
  readonly handle: (item: Item) => Promise<void> | void;
  /** Told what `handle` throws or rejects with. */
  readonly onFailure: (error: unknown) => void;
  /** Told whenever nothing waits any more. */
  readonly onEmpty: () => void;
}

/** A bounded queue that is worked off in the background, in order, a few milliseconds at a time. */
export class BackgroundQueue<Item> {
  private readonly queue: BoundedQueue<Item>;
  private working = false;
  private handledPlace = 0;
  private waiters: { readonly place: number; readonly resolve: () => void }[] = [];

  constructor(
    bounds: ResolvedQueue,
    private readonly work: BackgroundWork<Item>,
  ) {
    this.queue = new BoundedQueue(bounds.maxEvents, bounds.maxBytes, bounds.policy);
  }

  get size(): number {
    return this.queue.size;
  }

  /** Estimated bytes of what waits. */
  get bytes(): number {
    return this.queue.bytes;
  }

  /** Adds the item, to be handled later. Gives how many were dropped for it, itself included. */
  push(item: Item, bytes: number): number {
    const dropped = this.queue.push(item, bytes);
    if (!this.working) {
      this.working = true;
      outside(() => {
        setImmediate(() => {
          void runQuietly(() => this.workOff());
        });
      });
    }
    return dropped;
  }

  /** Drops all that waits and gives how much that was; what is being handled goes on. */
  clear(): number {
    let dropped = 0;
    while (this.queue.take() !== undefined) dropped += 1;
    return dropped;
  }

  /** Resolves when all that is in the queue now has been handled or dropped. */
  handled(): Promise<void> {
    const place = this.queue.lastPlace;
    if (!this.working || this.handledPlace >= place) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiters.push({ place, resolve });
    });
  }

  private async workOff(): Promise<void> {
    let sliceEnd = performance.now() + sliceMs;
    for (let next = this.queue.take(); next !== undefined; next = this.queue.take()) {
      try {
        const handling = this.work.handle(next.item);
        if (handling !== undefined) await handling;
      } catch (error) {
        this.work.onFailure(error);
      }
      this.markHandled(next.place);
      if (performance.now() > sliceEnd) {
        await new Promise((resolve) => {
          setImmediate(resolve);
        });
        sliceEnd = performance.now() + sliceMs;
      }
    }
    this.working = false;
    this.markHandled(this.queue.lastPlace);
    this.work.onEmpty();
  }

  private markHandled(place: number): void {
    this.handledPlace = place;
    if (this.waiters.length === 0) return;
    const ready = this.waiters.filter((waiter) => waiter.place <= place);
    this.waiters = this.waiters.filter((waiter) => waiter.place > place);
    for (const waiter of ready) waiter.resolve();
  }
}
