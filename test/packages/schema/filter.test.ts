import { checkFilter, conditionsOf, type Filter, limits } from '@attune/schema';
import { describe, expect, it } from 'vitest';
import { schemaErrorOf, type WrongValue } from './sample-errors.js';

const { depth, conditions, valueCharacters } = limits.filter;
const leaf: Filter = { field: 'set', equals: 'wood' };
const forms =
  /^to be \{ field, equals \}, \{ field, in \}, \{ field, atLeast, above, atMost, below \}, \{ and \}, \{ or \} or \{ not \}, but received /;
const formsOfConditions =
  /^to be \{ field, equals \}, \{ field, in \} or \{ field, atLeast, above, atMost, below \}, but received /;

const wrongFilters: WrongValue[] = [
  ['null', null, '', /^to be an object, but received null$/],
  ['a text', 'set = wood', '', /^to be an object, but received "set = wood"$/],
  ['a list', [leaf], '', /^to be an object, but received a list of 1 entry$/],
  ['nothing in it', {}, '', new RegExp(`${forms.source}an empty object$`)],
  ['a field alone', { field: 'a' }, '', new RegExp(`${formsOfConditions.source}\\{ field \\}$`)],
  [
    'an unknown condition',
    { field: 'a', like: 'x' },
    '',
    new RegExp(`${formsOfConditions.source}\\{ field, like \\}$`),
  ],
  [
    'bounds of two types',
    { field: 'a', atLeast: 1, atMost: 'z' },
    '/atMost',
    /^to be a finite number, .* "z"$/,
  ],
  [
    'a bound that is true or false',
    { field: 'a', above: true },
    '/above',
    /^to be a finite number or a text, /,
  ],
  [
    'an infinite bound',
    { field: 'a', above: Infinity },
    '/above',
    /^to be a finite number or a text, .* Infinity$/,
  ],
  ['two forms at once', { ...leaf, and: [] }, '', /^to have no member called "and", but it has one$/],
  ['no field', { equals: 1 }, '', /^to have field, but it lacks it$/],
  ['an empty field', { field: '', equals: 1 }, '/field', /^to have at least 1 character/],
  ['a long field', { field: 'x'.repeat(257), equals: 1 }, '/field', /^to have at most 256 characters/],
  ['a field that is a number', { field: 1, equals: 1 }, '/field', /^to be a text, but received 1$/],
  [
    'null as the value',
    { field: 'a', equals: null },
    '/equals',
    /^to be a text, a finite number or true or false, but received null$/,
  ],
  ['a list as the value', { field: 'a', equals: ['x'] }, '/equals', /received a list of 1 entry$/],
  ['NaN as the value', { field: 'a', equals: NaN }, '/equals', /received NaN$/],
  ['half a character', { field: 'a', equals: '\ud800' }, '/equals', /^to have no lone surrogate/],
  [
    'a long value',
    { field: 'a', equals: 'x'.repeat(valueCharacters + 1) },
    '/equals',
    /^to have at most 8,192 characters/,
  ],
  ['no list of values', { field: 'a', in: 'x' }, '/in', /^to be a list, but received "x"$/],
  ['a wrong value in a list', { field: 'a', in: ['x', {}] }, '/in/1', /received an empty object$/],
  ['an object of parts', { and: {} }, '/and', /^to be a list, but received an object of 0 members$/],
  ['a list to negate', { not: [leaf] }, '/not', /^to be an object, but received a list of 1 entry$/],
  [
    'a wrong part far inside',
    { and: [leaf, { or: [{ not: { field: 'a', in: [null] } }] }] },
    '/and/1/or/0/not/in/0',
    /received null$/,
  ],
];

describe('a filter', () => {
  it.each(wrongFilters)('of %s is refused by its place', (_, value, pointer, expectation) => {
    const { code, findings } = schemaErrorOf(() => checkFilter(value));
    expect(code).toBe('INVALID_ARGUMENT');
    expect(findings).toEqual([{ pointer, expectation: expect.stringMatching(expectation) }]);
  });

  const nested = (levels: number): Filter => (levels === 1 ? leaf : { not: { and: [nested(levels - 2)] } });
  const deep = (levels: number): Filter => (levels % 2 === 1 ? nested(levels) : { or: [nested(levels - 1)] });
  const parts = (count: number): Filter => ({ or: new Array(count).fill(leaf) });
  const values = (count: number): Filter => ({ field: 'set', in: new Array(count).fill('wood') });

  it.each<[string, (size: number) => Filter, number]>([
    ['levels', deep, depth],
    ['conditions', parts, conditions],
    ['values', values, conditions],
    ['conditions and values', (size) => ({ and: [leaf, values(size - 1)] }), conditions],
    ['conditions of groups', (size) => ({ and: [parts(size - 20), { not: parts(20) }] }), conditions],
    ['empty lists of values', (size) => ({ or: new Array(size).fill({ field: 'set', in: [] }) }), conditions],
    ['empty groups', (size) => ({ and: new Array(size).fill({ or: [] }) }), conditions],
  ])('may have as many %s as the limit says, and not one more', (_, filter, limit) => {
    const largest = filter(limit);
    expect(checkFilter(largest)).toBe(largest);
    expect(() => checkFilter(filter(limit + 1), 'it')).toThrow(
      'Expected it to have at most 16 levels and 1,024 conditions, but it has more.',
    );
  });

  it('without an end is refused, whichever member it is in', () => {
    const endless: Record<string, unknown>[] = [{}, {}, {}, {}];
    endless[0]!['not'] = endless[0];
    endless[1]!['and'] = [endless[1], endless[1]];
    endless[2]!['or'] = [endless[2], endless[2]];
    Object.assign(endless[3]!, { or: 7, and: [endless[3], endless[3]] });
    for (const filter of endless) expect(() => checkFilter(filter)).toThrow('at most 16 levels');
  });
});

it('counts conditions, and a list of values as one of them', () => {
  const inList: Filter = { field: 'set', in: ['wood', '金属', 'glass'] };
  expect(conditionsOf(leaf)).toBe(1);
  expect(conditionsOf({ and: [leaf, { not: { or: [inList, { field: 'price', atMost: 3 }] } }] })).toBe(3);
  expect(conditionsOf({ and: [] })).toBe(0);
});
