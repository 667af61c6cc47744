import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { inspect } from 'node:util';
import { createHiddenSlot } from '../dist/hidden-slot.js';

class Order {
  readonly #id = 1;
  get id(): number {
    return this.#id;
  }
}

const holders: Readonly<Record<string, () => object>> = {
  'a plain object': () => ({ a: 1 }),
  'an object without a prototype': () => Object.assign(Object.create(null) as object, { a: 1 }),
  'a frozen object': () => Object.freeze({ a: 1 }),
  'a sealed object': () => Object.seal({ a: 1 }),
  'an Error': () => new RangeError('m', { cause: 1 }),
  'a frozen Error': () => Object.freeze(new Error('m')),
  'a function': () => () => 1,
  'an array': () => [1, 2],
  'an instance of a class with private fields': () => new Order(),
  'a Map': () => new Map([[1, 2]]),
  'a Proxy': () => new Proxy({ a: 1 }, {}),
  'a Proxy that refuses all': () =>
    new Proxy(
      {},
      {
        get: refuse,
        set: refuse,
        has: refuse,
        defineProperty: refuse,
        getOwnPropertyDescriptor: refuse,
        getPrototypeOf: refuse,
        ownKeys: refuse,
        isExtensible: refuse,
      },
    ),
  'a revoked Proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    return proxy;
  },
};

function refuse(): never {
  throw new Error('asked');
}

describe('a hidden slot', () => {
  for (const [name, make] of Object.entries(holders)) {
    it(`gives what was set, and set again, on ${name}, and on no other`, () => {
      const slot = createHiddenSlot<string>();
      const [holder, other] = [make(), make()];
      expect(slot.get(holder)).to.equal(undefined);
      slot.set(holder, 'one');
      expect(slot.get(holder)).to.equal('one');
      slot.set(holder, 'two');
      expect(slot.get(holder)).to.equal('two');
      expect(slot.get(other)).to.equal(undefined);
    });

    it(`is apart from another slot on ${name}`, () => {
      const [one, other] = [createHiddenSlot<string>(), createHiddenSlot<string>()];
      const holder = make();
      one.set(holder, 'of one');
      expect(other.get(holder)).to.equal(undefined);
      other.set(holder, 'of the other');
      expect([one.get(holder), other.get(holder)]).to.deep.equal(['of one', 'of the other']);
    });

    if (!name.startsWith('a Proxy that') && !name.startsWith('a revoked')) {
      it(`shows nothing on ${name}`, () => {
        const holder = make();
        const before = seen(holder);
        createHiddenSlot<string>().set(holder, 'needle');
        expect(seen(holder)).to.deep.equal(before);
        expect(inspect(holder, { showHidden: true, depth: 9, showProxy: true })).to.not.include('needle');
      });
    }
  }

  it('is not in a copy of its holder', () => {
    const slot = createHiddenSlot<string>();
    const holder = { a: 1 };
    slot.set(holder, 'one');
    for (const copy of [{ ...holder }, structuredClone(holder), Object.create(holder) as object])
      expect(slot.get(copy)).to.equal(undefined);
  });

  it('can be set on what is frozen afterwards too', () => {
    const slot = createHiddenSlot<string>();
    const holder = { a: 1 };
    slot.set(holder, 'one');
    Object.freeze(holder);
    slot.set(holder, 'two');
    expect(slot.get(holder)).to.equal('two');
  });

  it('holds a value of undefined as none, and null as null', () => {
    const slot = createHiddenSlot<string | null | undefined>();
    const holder = {};
    slot.set(holder, undefined);
    expect(slot.get(holder)).to.equal(undefined);
    slot.set(holder, null);
    expect(slot.get(holder)).to.equal(null);
  });

  it('keeps neither its holders nor their values from the garbage collector', () => {
    const program = `
      const { createHiddenSlot } = require(${JSON.stringify(require.resolve('../dist/hidden-slot.js'))});
      const slot = createHiddenSlot();
      const held = {};
      const makes = [() => ({}), () => Object.freeze({}), () => new Error('m'), () => new Proxy({}, {})];
      const dying = makes.flatMap((make) => {
        const holder = make();
        const value = { holder };
        slot.set(holder, value);
        return [new WeakRef(holder), new WeakRef(value)];
      });
      const living = (() => {
        const value = {};
        slot.set(held, value);
        return new WeakRef(value);
      })();
      setTimeout(() => {
        gc();
        const dead = dying.filter((ref) => ref.deref() === undefined).length;
        console.log(dead, dying.length, slot.get(held) === living.deref());
      }, 10);`;
    const output = execFileSync(process.execPath, ['--expose-gc', '-e', program], { encoding: 'utf8' });
    expect(output).to.equal('8 8 true\n');
  });
});

/** All that can be found on an object. */
function seen(holder: object): unknown {
  return [
    Reflect.ownKeys(holder),
    Object.getOwnPropertyDescriptors(holder),
    Object.getPrototypeOf(holder),
    Object.isExtensible(holder),
    inspect(holder, { showHidden: true, depth: 9 }),
    typeof holder === 'function' ? '' : JSON.stringify(holder),
    typeof holder === 'function' ? '' : inspect(cloned(holder)),
  ];
}

function cloned(holder: object): unknown {
  try {
    return structuredClone(holder);
  } catch (error) {
    // A Proxy cannot be cloned.
    return (error as Error).name;
  }
}
