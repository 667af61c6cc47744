import assert from 'node:assert/strict';
import { join } from 'node:path';
import * as broken from './broken.js';
import { rules } from './rules.js';
import type { MakeSubject } from './subject.js';
import * as subjects from './subjects.js';

const here = (file: string): string => join(import.meta.dirname, file);

describe('the twelve rules for transports', function () {
  this.timeout(30_000);

  for (const [name, make] of Object.entries(subjects)) {
    describe(`kept by the ${name} transport`, () => {
      for (const rule of rules) {
        it(`${rule.number}. ${rule.title}`, () => rule.run(make, { module: here('subjects.ts'), name }));
      }
    });
  }

  describe('each case fails on a transport that breaks its rule', () => {
    for (const rule of rules) {
      const name = broken.breaking[rule.number]!;
      it(`${rule.number}. is broken by ${name}`, async () => {
        const make = (broken as unknown as Record<string, MakeSubject>)[name]!;
        // By an assertion of the rule's own: a case that merely breaks down has shown nothing.
        await assert.rejects(
          async () => rule.run(make, { module: here('broken.ts'), name }),
          assert.AssertionError,
        );
      });
    }
  });
});
