import type { Sighting } from '@tocsin/decision';
import { expect } from 'chai';
import { Debts } from '../dist/debts.js';

let ids = 0;
function sighting(count: number, fingerprint = 'a'): Sighting {
  ids += 1;
  return { id: `id-${ids}`, fingerprint, count } as Sighting;
}

describe('Debts', () => {
  it('adds up what was never sent and keeps apart what may have been counted', async () => {
    const debts = new Debts();
    debts.owe(sighting(1), true);
    debts.owe(sighting(2), false);
    debts.owe(sighting(3), false);
    const sent: number[] = [];
    await debts.pay('a', async ({ count }) => void sent.push(count));
    expect(sent).to.deep.equal([1, 5]);
    expect(debts.fingerprints).to.deep.equal([]);
  });

  it('sends each id once when two ask for payment at the same time', async () => {
    const debts = new Debts();
    debts.owe(sighting(1), true);
    debts.owe(sighting(2), false);
    const sent: string[] = [];
    const send = async ({ id }: Sighting): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      sent.push(id);
    };
    await Promise.all([debts.pay('a', send), debts.pay('a', send)]);
    expect(new Set(sent).size).to.equal(sent.length);
  });

  it('loses nothing and adds nothing to what is under way when more is owed meanwhile', async () => {
    const debts = new Debts();
    debts.owe(sighting(2), false);
    const sent: { id: string; count: number }[] = [];
    let first = true;
    const send = async ({ id, count }: Sighting): Promise<void> => {
      sent.push({ id, count });
      if (!first) return;
      first = false;
      debts.owe(sighting(4), false);
      throw new Error('no answer');
    };
    await debts.pay('a', send).catch(() => undefined);
    await debts.pay('a', send);
    expect(sent[1]).to.deep.equal(sent[0]);
    expect(sent.slice(1).map(({ count }) => count)).to.deep.equal([2, 4]);
    expect(debts.occurrences).to.equal(0);
  });

  it('counts what it has no room for', () => {
    const debts = new Debts(1);
    debts.owe(sighting(1, 'a'), false);
    debts.owe(sighting(7, 'b'), false);
    expect(debts.forgotten).to.equal(7);
    expect(debts.occurrences).to.equal(1);
  });
});
