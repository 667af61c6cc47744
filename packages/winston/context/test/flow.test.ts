import { type Context, createContext } from '@tocsin/context';
import { expect } from 'chai';
import { flowPrograms, type Passage } from './flow-programs.js';
import { flowTable } from './flow-table.js';
import { storeKinds } from './context-stores.js';

/** Requests that are under way at once in each row. */
const requests = 5;

describe('the flow table', () => {
  it('has a program for each row, and a row for each program', () => {
    expect(Object.keys(flowPrograms)).to.have.members(flowTable.map((row) => row.through));
  });

  for (const kind of storeKinds) {
    describe(`with ${kind.name}`, () => {
      let context: Context;
      let other: OtherRequest;
      let close: () => void;

      before(() => {
        const opened = kind.open();
        close = opened.close;
        context = createContext(opened.store === undefined ? {} : { store: opened.store });
        other = context.run({ request: 'another' }, otherRequest);
      });
      after(async () => {
        await other.end();
        close();
      });

      for (const row of flowTable) {
        const flow = row[kind.column];
        if (flow === 'by itself') {
          it(`goes by itself through ${row.through}`, async () => {
            const { arrived, foreign } = await travel(row.through, (fn) => fn);
            expect(foreign).to.deep.equal([]);
            expect(arrived).to.equal(requests);
          });
        } else {
          it(`is another's or none, without bind, through ${row.through}`, async () => {
            const { foreign, arrived } = await travel(row.through, (fn) => fn);
            expect(foreign).to.have.length.of.at.least(requests);
            expect(arrived).to.equal(requests);
          });
        }
        it(`goes with bind through ${row.through}`, async () => {
          const { arrived, foreign } = await travel(row.through, (fn) => context.bind(fn));
          expect(foreign).to.deep.equal([]);
          expect(arrived).to.equal(requests);
        });
      }

      /** How many requests arrived at the other end, and whose scope was there where it was not their own. */
      async function travel(
        through: string,
        tie: (fn: () => void) => () => void,
      ): Promise<{ arrived: number; foreign: unknown[] }> {
        const arrived = new Set<string>();
        const foreign: unknown[] = [];
        const passage = (request: string): Passage => ({
          enter: (work) => context.run({ request }, work),
          exit: () =>
            tie(() => {
              arrived.add(request);
              const found = context.current()['request'];
              if (found !== request) foreign.push(found);
            }),
          elsewhere: (work) => other.later(work),
        });
        const names = Array.from({ length: requests }, (_, index) => `request ${index}`);
        await Promise.all(names.map((name) => flowPrograms[through]!(passage(name))));
        expect(context.isActive()).to.equal(false);
        return { arrived: arrived.size, foreign };
      }
    });
  }
});

interface OtherRequest {
  readonly later: (work: () => void) => void;
  readonly end: () => Promise<void>;
}

/** Does what others give it, in the scope in which this was called. */
function otherRequest(): OtherRequest {
  const waiting: (() => void)[] = [];
  let isOpen = true;
  const loop = (async () => {
    while (isOpen) {
      await new Promise((resolve) => setTimeout(resolve, 1));
      for (const work of waiting.splice(0)) work();
    }
  })();
  return {
    later: (work) => void waiting.push(work),
    end: async () => {
      isOpen = false;
      await loop;
    },
  };
}
