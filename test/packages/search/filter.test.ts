import { AttributeTable, countRows, type Filter, hasRow, LexicalIndex, rowSetOf } from '@attune/search';
import { describe, expect, it } from 'vitest';

const table = new AttributeTable([
  { set: 'mdi', price: 10, sold: true, since: '2024-05-01' },
  { set: 'emoji', price: 20, sold: false },
  { set: 'mdi', price: 30, sold: true, since: '2025-01-31' },
  { set: 'lucide' },
  { set: 'emoji', price: -5 },
]);
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
      const many = new AttributeTable(Array.from({ length: count }, () => ({ set: 'a' })));
      expect(countRows(many.compile({ and: [] }))).toBe(count);
      expect(countRows(rowSetOf(count, Array(count).keys()))).toBe(count);
    }
  });

  it('agree with a plain look at every document, over random filters', () => {
    let state = 5;
    const next = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return Math.floor((state / 2 ** 32) * below);
    };
    const documents = Array.from({ length: 200 }, () => ({
      a: next(4),
      ...(next(2) === 0 && { b: next(10) }),
    }));
    const many = new AttributeTable(documents);
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
    const taken = AttributeTable.fromColumns(structuredClone(table.columns));
    expect(taken.fields).toEqual(table.fields);
    for (const filter of [{ field: 'price', atLeast: 10 }, { not: { field: 'since', above: '2024' } }])
      expect(taken.compile(filter)).toEqual(table.compile(filter));
  });

  it('say what is wrong with a filter', () => {
    expect(() => table.compile({ field: 'colour', equals: 'red' })).toThrow(
      /set, price, sold, since.*"colour"/,
    );
    for (const wrong of [{ field: 'price' }, { field: 'price', atLeast: 1, below: 'x' }, {}, null, 'price']) {
      expect(() => table.compile(wrong as unknown as Filter)).toThrow(/Expected a filter to be/);
    }
  });
});
