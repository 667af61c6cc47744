import { type ErrorDetails, type Grouping, fingerprint, fingerprintKey, locate } from '@tocsin/event';
import { expect } from 'chai';
import fc from 'fast-check';
import { error, event, fingerprintCases } from './fingerprint-cases.js';
import { expectLinear } from './expect-linear.js';

describe('fingerprint', () => {
  for (const { name, are, because, left, right, options } of fingerprintCases) {
    it(`takes ${name} for ${are}: ${because}`, () => {
      const [one, other] = [left, right].map((given) => fingerprintKey(given, options));
      if (are === 'one') expect(one).to.equal(other);
      else expect(one).to.not.equal(other);
      expect(fingerprint(left, options) === fingerprint(right, options)).to.equal(are === 'one');
    });
  }

  it('is a lower-case hex SHA-256 of the key, which begins with its version', () => {
    const given = event(error('TypeError', 'm', ['Shop.pay (/app/src/pay.ts:10:5)'], { code: 'E_PAY' }));
    expect(fingerprintKey(given)).to.equal('v1|TypeError|E_PAY|src/pay.ts|Shop.pay');
    expect(fingerprint(given)).to.match(/^[0-9a-f]{64}$/);
  });

  it('keeps parts apart that hold the separator', () => {
    const left = event(error('a|b', 'm', ['f (/app/x.ts:1:1)'], { code: 'c' }));
    const right = event(error('a', 'm', ['f (/app/x.ts:1:1)'], { code: 'b|c' }));
    expect(fingerprintKey(left)).to.not.equal(fingerprintKey(right));
  });

  it('keeps the key that it has today, since records are looked up by it', () => {
    const given = event(error('Error', 'user 42 not found', ['load (/app/src/user.ts:1:1)']));
    expect(fingerprint(given)).to.equal('b3f9a7917e4fb2c0f3a408d25b8c860fdc55509853624a30f78ed1dc66cd7ad7');
  });

  for (const garbage of [undefined, null, 7, {}, [], '', [''], [7], Symbol('s')]) {
    it(`uses the default key where a grouping returns ${typeof garbage} ${JSON.stringify(garbage) ?? ''}`, () => {
      const given = event(error('TypeError', 'm', ['f (/app/x.ts:1:1)']));
      const grouping = (() => garbage) as unknown as Grouping;
      expect(fingerprint(given, { grouping })).to.equal(fingerprint(given));
    });
  }

  it('survives causes and members that hold themselves', () => {
    const looped: { -readonly [K in keyof ErrorDetails]: ErrorDetails[K] } = error('Error', 'm', []);
    looped.cause = looped;
    looped.errors = [looped, looped];
    expect(fingerprintKey(event(looped))).to.equal('v1|Error||||m');
    expect(locate(looped)).to.equal(undefined);
  });

  it('follows five causes and no more', () => {
    let chain = error('Deepest', 'm', []);
    for (let depth = 7; depth > 0; depth -= 1) chain = error(`Level${depth}`, 'm', [], { cause: chain });
    expect(fingerprintKey(event(chain))).to.match(/^v1\|Level6\|/);
  });

  it('is quick with aggregates of aggregates', () => {
    let tree: readonly ErrorDetails[] = [error('Error', 'm', [])];
    for (let depth = 0; depth < 6; depth += 1) {
      const below = tree;
      tree = Array.from({ length: 20 }, () => error('AggregateError', '', [], { errors: below }));
    }
    expect(fingerprint(event(tree[0]))).to.match(/^[0-9a-f]{64}$/);
  });

  it('never throws, whatever the texts', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.constantFrom('', '{{default}}', '__proto__'),
    );
    fc.assert(
      fc.property(text, text, text, text, fc.array(text), (type, message, code, path, own) => {
        const given = event(error(type, message, [`f (${path}:1:1)`], { code }), {
          message,
          fingerprint: own,
        });
        for (const grouping of ['function', 'line', 'stack', 'message'] as const) {
          expect(fingerprint(given, { grouping })).to.match(/^[0-9a-f]{64}$/);
        }
      }),
    );
  });

  it('takes time that is linear in the message and the number of frames', () => {
    for (const unit of ['a', '1', 'a@', ':', "='", 'http://', 'a.', '1.', 'f:', '-', '\n', '{{default}}']) {
      expectLinear(
        (size) => event(error('Error', unit.repeat(size), [])),
        (given) => fingerprint(given),
      );
    }
  });
});
