import { hasRow, LexicalIndex } from '@attune/indexes';
import type { Filter } from '@attune/schema';
import { AttributeTable } from '@attune/search';
import { describe, expect, it } from 'vitest';
import { fieldsOfFilter } from '../../../packages/search/src/attributes/filter.js';
import { randomBelow } from '../../random.js';

const table = AttributeTable.of([
  { set: 'mdi', price: 10, sold: true, since: '2024-05-01' },
  { set: 'emoji', price: 20, sold: false },
  { set: 'mdi', price: 30, sold: true, since: '2025-01-31' },
  { set: 'lucide' },
  { set: 'emoji', price: -5 },
]);
const bitsOf = (word: number) => word.toString(2).replaceAll('0', '').length;
const rowsOf = (filter: Filter) => {
  const rows = table.compile(filter);
  return Array.from({ length: table.count }, (_, row) => row).filter((row) => hasRow(rows, row));
};

describe('filters', () => {
  it('compare with one value or several', () => {
    expect(rowsOf({ field: 'set', equals: 'mdi' })).toEqual([0, 2]);
    expect(rowsOf({ field: 'sold', equals: false })).toEqual([1]);
    expect(rowsOf({ field: 'set', in: ['lucide', 'emoji', 'none'] })).toEqual([1, 3, 4]);
    expect(rowsOf({ field: 'price', equals: '10' })).toEqual([]);
  });

  it('compare numbers and strings with bounds', () => {
    expect(rowsOf({ field: 'price', atLeast: 10, below: 30 })).toEqual([0, 1]);
    expect(rowsOf({ field: 'price', above: 10, atMost: 30 })).toEqual([1, 2]);
    expect(rowsOf({ field: 'since', atLeast: '2025' })).toEqual([2]);
  });

  it('combine, and let rows without the field through a not', () => {
    expect(
      rowsOf({
        and: [
          { field: 'set', equals: 'mdi' },
          { field: 'price', above: 10 },
        ],
      }),
    ).toEqual([2]);
    expect(
      rowsOf({
        or: [
          { field: 'set', equals: 'lucide' },
          { field: 'price', below: 0 },
        ],
      }),
    ).toEqual([3, 4]);
    expect(rowsOf({ not: { field: 'sold', equals: true } })).toEqual([1, 3, 4]);
    expect(rowsOf({ and: [] })).toEqual([0, 1, 2, 3, 4]);
    expect(rowsOf({ or: [] })).toEqual([]);
  });

  it('set no bit beyond the last row, whatever their number', () => {
    for (const count of [0, 1, 31, 32, 33, 64]) {
      const many = AttributeTable.of(Array.from({ length: count }, () => ({ set: 'a' })));
      for (const filter of [{ and: [] }, { not: { or: [] } }, { field: 'set', equals: 'a' }]) {
        const words = [...many.compile(filter)];
        expect(words.map((word) => bitsOf(word)).reduce((sum, bits) => sum + bits, 0)).toBe(count);
      }
    }
  });

  it('agree with a plain look at every document, over random filters', () => {
    const next = randomBelow(5);
    const documents = Array.from({ length: 200 }, () => ({
      a: next(4),
      ...(next(2) === 0 && { b: next(10) }),
    }));
    const many = AttributeTable.of(documents);
    type Row = { a: number; b?: number };
    const random = (depth: number): [Filter, (row: Row) => boolean] => {
      const kind = next(depth > 0 ? 5 : 2);
      const value = next(10);
      if (kind === 0) return [{ field: 'a', equals: value }, (row) => row.a === value];
      if (kind === 1) return [{ field: 'b', atMost: value }, (row) => row.b !== undefined && row.b <= value];
      const [one, isOne] = random(depth - 1);
      const [two, isTwo] = random(depth - 1);
      if (kind === 2) return [{ and: [one, two] }, (row) => isOne(row) && isTwo(row)];
      if (kind === 3) return [{ or: [one, two] }, (row) => isOne(row) || isTwo(row)];
      return [{ not: one }, (row) => !isOne(row)];
    };
    for (let round = 0; round < 200; ++round) {
      const [filter, matches] = random(3);
      const rows = many.compile(filter);
      expect(documents.map((_, row) => hasRow(rows, row))).toEqual(
        documents.map((row) => matches(row as Row)),
      );
    }
  });

  it('confine a search', () => {
    const index = LexicalIndex.build({ texts: ['home', 'home', 'home', 'home', 'house'] });
    const allowed = table.compile({ field: 'set', equals: 'emoji' });
    expect([...index.search('home', { k: 2, allowed }).rows]).toEqual([1, -1]);
  });

  it('let the same rows through in another thread', () => {
    const taken = new AttributeTable(structuredClone(table.columns));
    expect(taken.fields).toEqual(table.fields);
    for (const filter of [{ field: 'price', atLeast: 10 }, { not: { field: 'since', above: '2024' } }])
      expect(taken.compile(filter)).toEqual(table.compile(filter));
  });

  it('let a document through whose list has one entry that matches', () => {
    const shoes = AttributeTable.of([
      { colour: ['red', 'blue'] },
      { colour: 'red' },
      { colour: [] },
      {},
      { colour: ['blue', 'red'] },
    ]);
    const found = (filter: Filter) => {
      const rows = shoes.compile(filter);
      return [0, 1, 2, 3, 4].filter((row) => hasRow(rows, row));
    };
    expect(found({ field: 'colour', equals: 'red' })).toEqual([0, 1, 4]);
    expect(found({ field: 'colour', in: ['blue', 'green'] })).toEqual([0, 4]);
    expect(found({ field: 'colour', below: 'c' })).toEqual([0, 4]);
    expect(found({ not: { field: 'colour', equals: 'blue' } })).toEqual([1, 2, 3]);
    expect(shoes.value(0, 'colour')).toEqual(['red', 'blue']);
  });

  it('let nothing through by a field that no document has', () => {
    expect(rowsOf({ field: 'colour', equals: 'red' })).toEqual([]);
    expect(rowsOf({ not: { field: 'colour', equals: 'red' } })).toEqual([0, 1, 2, 3, 4]);
  });

  it('name the fields that they ask for', () => {
    const filter: Filter = {
      or: [{ field: 'set', equals: 'mdi' }, { not: { and: [{ field: 'price', atLeast: 1 }] } }],
    };
    expect(fieldsOfFilter(filter)).toEqual(['set', 'price']);
  });
});
