import { checkScoreModifiers, checkSearchQuery, limits } from '@attune/schema';
import { describe, expect, it } from 'vitest';
import { schemaErrorOf, type WrongValue } from './sample-errors.js';

const { textCharacters, dim, parts, weight, leastWeight } = limits.query;

const wrongQueries: WrongValue[] = [
  ['a text alone', 'desk lamp', '', /^to be an object or a list, but received "desk lamp"$/],
  ['neither text nor vector', {}, '', /^to be \{ text \} or \{ vector \}, but received an empty object$/],
  [
    'both at once',
    { text: 'a', vector: [1] },
    '',
    /^to be \{ text \} or \{ vector \}, but received \{ text, vector \}$/,
  ],
  ['a weight outside a list', { text: 'a', weight: 1 }, '', /^to have no member called "weight"/],
  ['a blank text', { text: ' \n' }, '/text', /^to be a text to search for, but it is blank$/],
  ['half a character', { text: '\ud800' }, '/text', /^to have no lone surrogate/],
  [
    'no number in a vector',
    { vector: [] },
    '/vector',
    /^to have at least 1 entry, but received an empty list$/,
  ],
  ['NaN in a vector', { vector: [1, NaN] }, '/vector/1', /^to be a finite number, but received NaN$/],
  ['a vector that is no base64', { vector: 'no vector!' }, '/vector', /^to match/],
  ['an empty list', [], '', /^to have at least 1 entry, but received an empty list$/],
  ['a part of the list that is none', [{ text: 'a' }, 'b'], '/1', /^to be an object, but received "b"$/],
  [
    'an empty part',
    [{ weight: 1 }],
    '/0',
    /^to be \{ text, weight \} or \{ vector, weight \}, but received \{ weight \}$/,
  ],
  [
    'a weight of 0',
    [{ text: 'a', weight: 0 }],
    '/0/weight',
    /^to be at least 0.001 or at most -0.001, but received 0$/,
  ],
  ['a weight next to 0', [{ text: 'a', weight: -0.0009 }], '/0/weight', /^to be at least 0.001 or at most/],
  ['a huge weight', [{ text: 'a', weight: 1001 }], '/0/weight', /^to be at most 1000, but received 1001$/],
  [
    'a huge weight below 0',
    [{ vector: [1], weight: -1e300 }],
    '/0/weight',
    /^to be at least -1000, but received -1e\+300$/,
  ],
  [
    'an infinite weight',
    [{ vector: [1], weight: -Infinity }],
    '/0/weight',
    /^to be a finite number, but received -Infinity$/,
  ],
];

describe('a query', () => {
  it('may have parts of any weight between the limits, above and below 0', () => {
    const weights = [leastWeight, -leastWeight, weight, -weight, undefined, 1];
    expect(() => checkSearchQuery(weights.map((each) => ({ text: 'a', weight: each })))).not.toThrow();
  });

  it.each(wrongQueries)('of %s is refused by its place', (_, value, pointer, expectation) => {
    const { findings } = schemaErrorOf(() => checkSearchQuery(value));
    expect(findings).toEqual([{ pointer, expectation: expect.stringMatching(expectation) }]);
  });

  it.each<[string, (size: number) => unknown, number]>([
    ['parts', (size) => new Array(size).fill({ text: 'a', weight: -0.5 }), parts],
    ['numbers in a vector', (size) => ({ vector: new Array(size).fill(1) }), dim],
    ['characters', (size) => ({ text: '标'.repeat(size) }), textCharacters],
    ['bytes of base64', (size) => ({ vector: Buffer.alloc(size).toString('base64') }), 4 * dim + 2],
  ])('may have as many %s as the limit says, and not one more', (_, query, limit) => {
    expect(() => checkSearchQuery(query(limit))).not.toThrow();
    expect(() => checkSearchQuery(query(limit + 1))).toThrow('at most');
  });
});

const wrongModifiers: WrongValue[] = [
  ['a list', [], '', /^to be an object/],
  ['an unknown operation', { plus: [] }, '', /^to have no member called "plus"/],
  ['no list', { add: { field: 'p' } }, '/add', /^to be a list, but received an object of 1 member$/],
  ['no field', { add: [{ field: 'p' }, {}] }, '/add/1', /^to have field, but it lacks it$/],
  [
    'a weight that is a text',
    { add: [{ field: 'p', weight: '2' }] },
    '/add/0/weight',
    /^to be a finite number, but received "2"$/,
  ],
  [
    'an infinite weight',
    { multiplyBy: [{ field: 'p', weight: Infinity }] },
    '/multiplyBy/0/weight',
    /Infinity$/,
  ],
  [
    'a log that is a number',
    { add: [{ field: 'p', log: 1 }] },
    '/add/0/log',
    /^to be true or false, but received 1$/,
  ],
  [
    'too many',
    { add: new Array(limits.modifiers.count + 1).fill({ field: 'p' }) },
    '/add',
    /^to have at most 16 entries/,
  ],
];

describe('score modifiers', () => {
  it.each(wrongModifiers)('of %s are refused by their place', (_, value, pointer, expectation) => {
    const { findings } = schemaErrorOf(() => checkScoreModifiers(value));
    expect(findings).toEqual([{ pointer, expectation: expect.stringMatching(expectation) }]);
  });
});
