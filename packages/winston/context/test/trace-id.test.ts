import { traceIdFrom } from '@tocsin/context';
import { expect } from 'chai';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parentId = '00f067aa0ba902b7';

describe('traceIdFrom', () => {
  it('takes the id of traceparent before x-trace-id', () => {
    const headers = { 'x-trace-id': 'own', traceparent: `00-${traceId}-${parentId}-01` };
    expect(traceIdFrom(headers)).to.equal(traceId);
    expect(traceIdFrom({ 'x-trace-id': 'own' })).to.equal('own');
  });

  it('takes headers of any case, one in an array, and the Headers of fetch', () => {
    expect(traceIdFrom({ 'X-Trace-ID': 'own' })).to.equal('own');
    expect(traceIdFrom({ TraceParent: [`00-${traceId}-${parentId}-01`] })).to.equal(traceId);
    expect(traceIdFrom(new Headers({ 'X-Trace-Id': 'own' }))).to.equal('own');
    expect(traceIdFrom(new Headers({ traceparent: `00-${traceId}-${parentId}-00` }))).to.equal(traceId);
  });

  it('makes a new UUID each time where there is none', () => {
    const ids = [{}, new Headers(), null, 7, { get: 'a header of this name' }].map((headers) =>
      traceIdFrom(headers as never),
    );
    for (const id of ids) expect(id).to.match(uuid);
    expect(new Set(ids).size).to.equal(ids.length);
  });

  for (const [title, value] of Object.entries({
    'an empty one': '',
    'one with a space': 'a b',
    'one of two lines': 'a\r\nset-cookie: b',
    'one beyond ASCII': 'é',
    'one of 129 characters': 'x'.repeat(129),
    'two in an array': ['a', 'b'],
    'two that Node has joined': 'a, b',
  })) {
    it(`takes no x-trace-id that is ${title}`, () => {
      expect(traceIdFrom({ 'x-trace-id': value })).to.match(uuid);
    });
  }

  it('takes an x-trace-id of 128 characters', () => {
    expect(traceIdFrom({ 'x-trace-id': 'x'.repeat(128) })).to.equal('x'.repeat(128));
  });

  it('takes a traceparent of a later version, with what that adds', () => {
    expect(traceIdFrom({ traceparent: `01-${traceId}-${parentId}-01` })).to.equal(traceId);
    expect(traceIdFrom({ traceparent: `cc-${traceId}-${parentId}-01-what-it-adds` })).to.equal(traceId);
  });

  for (const [title, value] of Object.entries({
    'of version ff': `ff-${traceId}-${parentId}-01`,
    'of version 00 with more than that has': `00-${traceId}-${parentId}-01-more`,
    'of a later version with more, but no dash': `01-${traceId}-${parentId}-01more`,
    'in capitals': `00-${traceId.toUpperCase()}-${parentId}-01`,
    'with a trace id of zeros': `00-${'0'.repeat(32)}-${parentId}-01`,
    'with a parent id of zeros': `00-${traceId}-${'0'.repeat(16)}-01`,
    'with a trace id that is too short': `00-${traceId.slice(1)}-${parentId}-01`,
    'without flags': `00-${traceId}-${parentId}`,
    'with flags that are no hexadecimal digits': `00-${traceId}-${parentId}-0g`,
    'with spaces around': ` 00-${traceId}-${parentId}-01 `,
    'twice, joined by Node': `00-${traceId}-${parentId}-01, 00-${traceId}-${parentId}-01`,
    'of a megabyte': `01-${traceId}-${parentId}-01-${'x'.repeat(1_000_000)}`,
  })) {
    it(`goes on to x-trace-id where traceparent is one ${title}`, () => {
      expect(traceIdFrom({ traceparent: value, 'x-trace-id': 'own' })).to.equal('own');
    });
  }
});
