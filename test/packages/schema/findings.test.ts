import {
  FilterRef,
  findingsOf,
  InteractionSchema,
  namedSchemas,
  ScoreModifiersSchema,
  SearchQuerySchema,
} from '@attune/schema';
import fc from 'fast-check';
import { type TSchema, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { describe, expect, it } from 'vitest';
import * as valid from './valid-values.js';

const kinds: [name: string, schema: TSchema, valid: fc.Arbitrary<unknown>][] = [
  ['an attribute value', namedSchemas.AttributeValue, valid.attributeValue],
  ['a document', namedSchemas.Document, valid.document],
  ['a write of a document', namedSchemas.DocumentWrite, valid.documentWrite],
  ['a filter', FilterRef, valid.filter],
  ['score modifiers', ScoreModifiersSchema, valid.scoreModifiers],
  ['a query', SearchQuerySchema, valid.searchQuery],
  ['an event', namedSchemas.UbiEvent, valid.ubiEvent],
  ['an interaction', InteractionSchema, valid.interaction],
];
const anyValid = fc.oneof(...kinds.map(([, , each]) => each));

const part = fc.oneof(
  fc.constantFrom<unknown>(null, NaN, Infinity, -1, 0, '', ' ', '\ud800', 'a\n', [], [[]], {}, undefined),
  fc.constantFrom<unknown>('patch', 'delete', { field: 'a' }, ['x', 7], { text: 'a' }, 'x'.repeat(600)),
  fc.jsonValue({ maxDepth: 2 }),
);

/** A value with one of its parts, or a new member, replaced. */
function changed(value: unknown, steps: readonly number[], replacement: unknown): unknown {
  const [step, ...rest] = steps;
  if (step === undefined || typeof value !== 'object' || value === null) return replacement;
  const names = [...Object.keys(value), 'another'];
  const name = names[step % names.length]!;
  const child = changed((value as Record<string, unknown>)[name], rest, replacement);
  return Array.isArray(value)
    ? value.map((each, i) => (String(i) === name ? child : each))
    : { ...value, [name]: child };
}

const anyValue = fc.oneof(
  anyValid,
  part,
  fc.tuple(anyValid, fc.array(fc.nat(), { maxLength: 4 }), part).map(([...how]) => changed(...how)),
);

describe('what is found wrong with a value', () => {
  for (const [name, schema, ofItsKind] of kinds) {
    it(`that is to be ${name}: nothing where the compiled check passes it, else its place in words`, () => {
      const check = Compile(namedSchemas, schema);
      let [passed, refused] = [0, 0];
      fc.assert(
        fc.property(fc.oneof(ofItsKind, anyValue), (value) => {
          const isRight = check.Check(value);
          const findings = findingsOf(schema, value, namedSchemas);
          const isSilent = findings[0]!.expectation === 'to be as its schema says';
          expect(isSilent).toBe(isRight);
          for (const { pointer, expectation } of findings) {
            expect(pointer).toMatch(/^(\/|$)/);
            expect(expectation).toMatch(isRight ? /./ : /, but (received|it) /);
          }
          if (isRight) ++passed;
          else ++refused;
        }),
        { numRuns: 400 },
      );
      expect(passed).toBeGreaterThan(0);
      expect(refused).toBeGreaterThan(0);
    });
  }

  it('is told of parts of schemas too: of records by pattern, and of what is several at once', () => {
    const weights = Type.Record(Type.String(), Type.Number());
    expect(findingsOf(weights, { a: 1, b: 'x' })).toEqual([
      { pointer: '/b', expectation: 'to be a finite number, but received "x"' },
    ]);
    const both = Type.Intersect([Type.Object({ a: Type.String() }), Type.Object({ b: Type.Integer() })]);
    expect(findingsOf(both, { a: 1, b: 0.5 })).toEqual([
      { pointer: '/a', expectation: 'to be a text, but received 1' },
      { pointer: '/b', expectation: 'to be a whole number, but received 0.5' },
    ]);
  });

  it('is found in time: the largest body that a search may have, all of it wrong', () => {
    const group = (part: object) => ({ or: new Array(1000).fill({ and: new Array(12).fill(part) }) });
    for (const [filter, count] of [
      [group({ field: 'a', equals: 1 }), 1], // too large, which is known once its shape is
      [group({ field: 'a', eq: 1 }), 8],
    ] as const) {
      const startedAt = performance.now();
      expect(findingsOf(FilterRef, filter, namedSchemas)).toHaveLength(count);
      expect(performance.now() - startedAt).toBeLessThan(2000);
    }
  });
});
