import { callChain } from '@tocsin/event';
import { expect } from 'chai';
import { error, event } from './fingerprint-cases.js';

const frames = [
  'send (/app/src/client.ts:145:3)',
  'request (/app/node_modules/axios/a.js:1:1)',
  'run (/app/src/engine.ts:89:3)',
  'handle (/app/src/webhooks.ts:23:3)',
];

describe('callChain', () => {
  it("tells the way through the application's own files, outermost first", () => {
    expect(callChain(event(error('TypeError', 'm', frames)))).to.equal(
      'webhooks.ts:23 → engine.ts:89 → client.ts:145',
    );
  });

  it('keeps the innermost of more frames than wanted', () => {
    expect(callChain(event(error('TypeError', 'm', frames)), 2)).to.equal('… → engine.ts:89 → client.ts:145');
  });

  it('says a recursion once', () => {
    const many = Array.from({ length: 40 }, () => 'visit (/app/src/tree.ts:7:1)');
    expect(callChain(event(error('RangeError', 'm', [...many, 'walk (/app/src/tree.ts:2:1)'])))).to.equal(
      'tree.ts:2 → tree.ts:7',
    );
  });

  it('names the folder of an index file', () => {
    expect(callChain(event(error('TypeError', 'm', ['a (/app/src/users/index.ts:3:1)'])))).to.equal(
      'users/index.ts:3',
    );
  });

  it("is the nearest wrapper's way where the root cause has none", () => {
    const cause = error('Error', 'connect ECONNREFUSED', ['afterConnect (node:net:1:1)']);
    expect(callChain(event(error('StockError', 'm', frames, { cause })))).to.match(/client\.ts:145$/);
  });

  it('is the place of the log call without an Error', () => {
    expect(callChain(event(undefined, { location: { file: 'src/pay.ts', line: 9 } }))).to.equal('pay.ts:9');
  });

  it("is the packages' frames where nothing is the application's", () => {
    expect(callChain(event(error('TypeError', 'm', ['a (/app/node_modules/pg/lib/a.js:4:1)'])))).to.equal(
      'pg/lib/a.js:4',
    );
  });

  it('is empty where nothing is known', () => {
    expect(callChain(event(undefined))).to.equal('');
    expect(callChain(event(error('TypeError', 'm', [])))).to.equal('');
  });
});
