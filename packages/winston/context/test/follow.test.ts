import { timed } from '@tocsin/context';
import { expect } from 'chai';
import { setTimeout as pause } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { LazyQuery } from './lazy-query.js';
import { recordingLogger } from './recording-logger.js';

describe('timed, of what a function gives', () => {
  it('never calls `then` of a lazy thenable, and gives it back as it is', async () => {
    const { logger, lines } = recordingLogger();
    const query = new LazyQuery([1]);
    const find = timed(logger, () => query, { thresholdMs: 0 });
    const found = find();
    await pause(2);
    expect(found).to.equal(query);
    expect(query.runs).to.equal(0);
    expect(await found).to.deep.equal([1]);
    expect(query.runs).to.equal(1);
    expect(lines).to.have.length(0);

    const awaited = timed(logger, async () => await query, { thresholdMs: 0 });
    expect(await awaited()).to.deep.equal([1]);
    expect(query.runs).to.equal(2);
    expect(lines).to.have.length(1);
  });

  it('gives back as it is what a class made from Promise makes, since its `then` may do the work', async () => {
    const { logger, lines } = recordingLogger();
    class LazyPromise<T> extends Promise<T> {
      runs = 0;
      // oxlint-disable-next-line no-thenable -- it is what this stands for
      override then<A, B>(onValue?: never, onError?: never): Promise<A | B> {
        this.runs += 1;
        return super.then(onValue, onError);
      }
    }
    const lazy = LazyPromise.resolve(1) as LazyPromise<number>;
    expect(timed(logger, () => lazy, { thresholdMs: 0 })()).to.equal(lazy);
    await pause(2);
    expect(lazy.runs).to.equal(0);
    expect(lines).to.have.length(0);
  });

  it('gives back as it is a promise whose class could not make another', async () => {
    const { logger } = recordingLogger();
    class Named extends Promise<number> {
      constructor(name: string, value: number) {
        if (typeof name !== 'string') throw new TypeError('a name is missing');
        super((resolve) => resolve(value));
      }
      static override get [Symbol.species](): PromiseConstructor {
        return Named as never;
      }
    }
    const named = new Named('seven', 7);
    expect(timed(logger, () => named, { thresholdMs: 0 })()).to.equal(named);
    const disguised = Object.assign(Promise.resolve(7), { constructor: Named });
    expect(timed(logger, () => disguised, { thresholdMs: 0 })()).to.equal(disguised);
  });

  it('follows promises of another realm', async () => {
    const { logger, lines } = recordingLogger();
    const foreign = runInNewContext('Promise.resolve(7)') as Promise<number>;
    expect(await timed(logger, () => foreign, { thresholdMs: 0 })()).to.equal(7);
    expect(lines).to.have.length(1);
  });

  it('keeps the fields of a promise', async () => {
    const { logger } = recordingLogger();
    const run = timed(logger, () => Object.assign(Promise.resolve(1), { child: { pid: 9 } }));
    const running = run();
    expect(running.child).to.deep.equal({ pid: 9 });
    expect(await running).to.equal(1);
  });

  it('leaves generators as they are', async () => {
    const { logger, lines } = recordingLogger();
    const count = timed(logger, function* (to: number) { for (let at = 0; at < to; at += 1) yield at; }, { thresholdMs: 0 }); // prettier-ignore
    const later = timed(logger, async function* () { yield await Promise.resolve('a'); }, { thresholdMs: 0 }); // prettier-ignore
    expect([...count(3)]).to.deep.equal([0, 1, 2]);
    const seen: string[] = [];
    for await (const value of later()) seen.push(value);
    expect(seen).to.deep.equal(['a']);
    expect(lines).to.have.length(0);
  });
});
