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

  it.each<[string, TSchema, unknown, string]>([
    [
      'a misspelt bound',
      FilterRef,
      { field: 'price', atLest: 3 },
      'to have no member called "atLest", but it has one (did you mean "atLeast"?)',
    ],
    [
      'a misspelt condition',
      FilterRef,
      { field: 'set', eqauls: 'wood' },
      'to have no member called "eqauls", but it has one (did you mean "equals"?)',
    ],
    [
      'a misspelt field',
      FilterRef,
      { feild: 'set', equals: 'wood' },
      'to have no member called "feild", but it has one (did you mean "field"?)',
    ],
    [
      'a misspelt field whose value is wrong too, at a place that is there',
      FilterRef,
      { feild: 3, in: ['wood'] },
      'to have no member called "feild", but it has one (did you mean "field"?)',
    ],
    [
      'an unknown bound',
      FilterRef,
      { field: 'price', lessThan: 3 },
      'to be { field, equals }, { field, in } or { field, atLeast, above, atMost, below }, but received { field, lessThan }',
    ],
    [
      'a condition without what it asks',
      FilterRef,
      { field: 'set' },
      'to be { field, equals }, { field, in } or { field, atLeast, above, atMost, below }, but received { field }',
    ],
    [
      'bounds of two types',
      FilterRef,
      { field: 'price', atLeast: 1, atMost: 'z' },
      '/atMost to be a finite number, but received "z"',
    ],
    [
      'a bound of neither type',
      FilterRef,
      { field: 'price', atLeast: true },
      '/atLeast to be a finite number or a text, but received true',
    ],
    [
      'a wrong value deep within',
      FilterRef,
      { and: [{ not: { field: 'a', in: [[]] } }] },
      '/and/0/not/in/0 to be a text, a finite number or true or false, but received an empty list',
    ],
    ['two at once', FilterRef, { and: [], or: [] }, 'to be { and } or { or }, but received { and, or }'],
    [
      'a part of nothing',
      SearchQuerySchema,
      [{ weight: 2 }],
      '/0 to be { text, weight } or { vector, weight }, but received { weight }',
    ],
    [
      'a misspelt op',
      namedSchemas.DocumentWrite,
      { op: 'upsrt', id: 'a' },
      '/op to be "upsert", "patch" or "delete", but received "upsrt" (did you mean "upsert"?)',
    ],
    [
      'a column of a table',
      namedSchemas.DocumentWrite,
      { id: 'a', title: 'Lamp' },
      'to have fields, but it lacks it',
    ],
    [
      'a misspelt word for the fields',
      namedSchemas.DocumentWrite,
      { id: 'a', Feilds: {} },
      'to have no member called "Feilds", but it has one (did you mean "fields"?)',
    ],
    [
      'an event that does not say what',
      namedSchemas.UbiEvent,
      { actionName: 'click' },
      'to have action_name, but it lacks it (is it misspelt as "actionName"?)',
    ],
  ])('of a union is what is wrong with the form that is meant: %s', (_, schema, value, said) => {
    const [first] = findingsOf(schema, value, namedSchemas);
    expect(`${first!.pointer} ${first!.expectation}`.trim()).toBe(said);
  });

  it('of a list of one of several kinds is the entry', () => {
    const texts = Type.Array(Type.String());
    const lists = Type.Union([
      Type.String(),
      texts,
      Type.Array(Type.Integer()),
      Type.Array(Type.Array(Type.Integer())),
    ]);
    const said = (value: unknown) =>
      findingsOf(lists, value).map((each) => `${each.pointer} ${each.expectation}`);
    expect(said(['a', 7, 'b'])).toEqual(['/1 to be a text, but received 7']);
    expect(said([5, 'a', 7])).toEqual(['/1 to be a whole number, but received "a"']);
    expect(said([true])).toEqual(['/0 to be a text, a whole number or a list, but received true']);
    expect(said([[1], [2.5]])).toEqual(['/1/0 to be a whole number, but received 2.5']);
    expect(said(7)).toEqual([' to be a text or a list, but received 7']);
  });

  it('is found in time where the forms of a union are mixed at every level', () => {
    let filter: object = { field: 'a', equals: 1 };
    for (let level = 0; level < 24; ++level) filter = { and: [filter], or: [filter], not: filter };
    const startedAt = performance.now();
    expect(findingsOf(namedSchemas.Filter, filter, namedSchemas)).toHaveLength(1);
    const members = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`membre${i}`, 1]));
    expect(findingsOf(namedSchemas.DocumentWrite, members, namedSchemas)).toHaveLength(8);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });

  it('of a long value is looked for among its first values alone', () => {
    const looked: number[] = [];
    const Row = Type.Object({ a: Type.Refine(Type.Integer(), (value) => looked.push(value) > 0) });
    const rows = Array.from({ length: 200_000 }, (_, a) => ({ a }));
    const wrong = { pointer: '/199999/a', expectation: 'to be a whole number, but received 0.5' };
    const far = {
      pointer: '',
      expectation: 'to be as its schema says, but something far behind its beginning is not',
    };
    rows[199_999] = { a: 0.5 };
    expect(findingsOf(Type.Array(Row), rows)).toEqual([far]);
    expect(looked.length).toBeLessThan(20_000);
    expect(findingsOf(Type.Array(Row), rows.slice(-5000))).toEqual([{ ...wrong, pointer: '/4999/a' }]);
    const numbers = rows.map(({ a }) => a);
    expect(findingsOf(Type.Array(Type.Integer()), numbers)).toEqual([{ ...wrong, pointer: '/199999' }]);
  });
});
