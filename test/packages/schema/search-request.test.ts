import { checkSearchRequest, limits, type SearchRequest } from '@attune/schema';
import { describe, expect, it } from 'vitest';
import { schemaErrorOf, type WrongValue } from './sample-errors.js';

const vector = Float32Array.of(1, 2);

const wrongRequests: WrongValue[] = [
  ['nothing', {}, '', /^to have text, vector or query, but it has none of them$/],
  ['nothing but undefined members', { text: undefined, limit: 3 }, '', /^to have text, vector or query/],
  ['a text alone', 'desk lamp', '', /^to be an object, but received "desk lamp"$/],
  [
    'a query beside a text',
    { query: { text: 'a' }, text: 'b' },
    '',
    /^to have query alone, but it has text too$/,
  ],
  [
    'a query beside a vector',
    { query: [{ text: 'a' }], vector },
    '',
    /^to have query alone, but it has vector too$/,
  ],
  ['a blank text', { text: ' ' }, '/text', /^to be a text to search for, but it is blank$/],
  [
    'a list as a vector',
    { vector: [1, 2] },
    '/vector',
    /^to be a Float32Array, but received a list of 2 entries$/,
  ],
  ['other numbers as a vector', { vector: new Float64Array(2) }, '/vector', /^to be a Float32Array/],
  ['base64 in a query', { query: { vector: 'AAAA' } }, '/query/vector', /^to be a Float32Array/],
  [
    'a list in a part',
    { query: [{ text: 'a' }, { vector: [1] }] },
    '/query/1/vector',
    /^to be a Float32Array/,
  ],
  ['a weight of 0', { query: [{ text: 'a', weight: 0 }] }, '/query/0/weight', /^to be at least 0.001/],
  ['an unknown mode', { text: 'a', mode: 'both' }, '/mode', /^to be "vector", "lexical" or "hybrid"/],
  [
    'words without a text',
    { vector, mode: 'lexical' },
    '',
    /^to have a text, which the mode lexical searches by/,
  ],
  ['words of a vector', { query: { vector }, mode: 'hybrid' }, '', /^to have a text, which the mode hybrid/],
  ['words of a list without texts', { query: [{ vector }], mode: 'hybrid' }, '', /^to have a text/],
  ['no hits', { text: 'a', limit: 0 }, '/limit', /^to be at least 1, but received 0$/],
  ['half a hit', { text: 'a', limit: 1.5 }, '/limit', /^to be a whole number/],
  ['too far a page', { text: 'a', offset: limits.search.offset + 1 }, '/offset', /^to be at most 10000/],
  ['a filter that is none', { text: 'a', filter: { and: 3 } }, '/filter/and', /^to be a list/],
  ['a modifier that is none', { text: 'a', modifiers: { add: [{}] } }, '/modifiers/add/0', /^to have field/],
  ['a misspelt member', { text: 'a', limits: 3 }, '', /^to have no member called "limits"/],
];

describe('a search', () => {
  it.each(wrongRequests)('for %s is refused by its place', (_, value, pointer, expectation) => {
    const { findings } = schemaErrorOf(() => checkSearchRequest(value));
    expect(findings).toEqual([{ pointer, expectation: expect.stringMatching(expectation) }]);
  });

  it('of too large a filter is refused, whatever else it holds', () => {
    let filter: object = { field: 'price', atMost: 3 };
    for (let level = 0; level < limits.filter.depth; ++level) filter = { not: filter };
    const { findings } = schemaErrorOf(() => checkSearchRequest({ text: 'a', filter }));
    expect(findings).toEqual([
      { pointer: '/filter', expectation: expect.stringMatching(/at most 16 levels/) },
    ]);
  });

  it('may be for each of what it may be for', () => {
    const requests: SearchRequest<Float32Array>[] = [
      { text: 'a' },
      { vector },
      { text: 'a', vector, mode: 'lexical' },
      { query: { text: 'a' }, mode: 'lexical' },
      { query: { vector }, mode: 'vector' },
      { query: [{ text: 'a' }, { vector, weight: -1 }], mode: 'hybrid', limit: 1000, offset: 10_000 },
      { query: [{ text: 'a', weight: -1 }], mode: 'lexical', text: undefined, vector: undefined },
    ];
    for (const request of requests) expect(checkSearchRequest(request)).toBe(request);
  });
});
