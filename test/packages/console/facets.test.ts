import { expect, it } from 'vitest';
import { type Choice, facetsOf, filterOf } from '../../../packages/console/src/page/facets.js';

const documentsOf = (...rows: Record<string, string | number | boolean | string[]>[]) =>
  rows.map((attributes, i) => ({ id: `d${i}`, fields: {}, attributes }));

it('offers values that come back, the most frequent first, and ranges of numbers that differ', () => {
  const documents = documentsOf(
    { set: 'wood', price: 40, tags: ['desk', 'oak'], inStock: true },
    { set: 'metal', price: 90, tags: ['desk'], inStock: true },
    { set: 'metal', price: 5.5, tags: [], inStock: false },
  );
  expect(facetsOf(documents)).toEqual([
    {
      kind: 'values',
      name: 'set',
      values: [
        { value: 'metal', count: 2 },
        { value: 'wood', count: 1 },
      ],
    },
    { kind: 'range', name: 'price', least: 5.5, most: 90 },
    {
      kind: 'values',
      name: 'tags',
      values: [
        { value: 'desk', count: 2 },
        { value: 'oak', count: 1 },
      ],
    },
    {
      kind: 'values',
      name: 'inStock',
      values: [
        { value: true, count: 2 },
        { value: false, count: 1 },
      ],
    },
  ]);
});

it('offers nothing that leaves no choice: one value, a value for each document, long texts, too many values', () => {
  const many = Array.from({ length: 26 }, (_, i) => ({ colour: `c${i % 13}` }));
  expect(facetsOf(documentsOf({ set: 'a', id: '1', price: 3 }, { set: 'a', id: '2', price: 3 }))).toEqual([]);
  expect(facetsOf(documentsOf({ svg: 'x'.repeat(61) }, { svg: 'x'.repeat(61) }, { svg: 'y' }))).toEqual([]);
  expect(facetsOf(documentsOf(...many))).toEqual([]);
});

it('makes one filter of what was chosen', () => {
  expect(filterOf(new Map())).toBeUndefined();
  expect(filterOf(new Map([['set', { values: ['wood'] }]]))).toEqual({ field: 'set', equals: 'wood' });
  expect(
    filterOf(
      new Map<string, Choice>([
        ['set', { values: ['wood', 'metal'] }],
        ['price', { atLeast: 0, atMost: undefined }],
        ['size', { atLeast: undefined, atMost: undefined }],
      ]),
    ),
  ).toEqual({
    and: [
      { field: 'set', in: ['wood', 'metal'] },
      { field: 'price', atLeast: 0 },
    ],
  });
});
