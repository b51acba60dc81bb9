import { hasRow, LexicalIndex } from '@attune/indexes';
import type { AttributeValue, Filter } from '@attune/schema';
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
const rowNumbers = async (attributes: AttributeTable, filter: Filter) => {
  const rows = await attributes.rowsOf(filter);
  return Array.from({ length: attributes.count }, (_, row) => row).filter((row) => hasRow(rows, row));
};
const rowsOf = (filter: Filter) => rowNumbers(table, filter);

/** What a filter means, as plainly as it can be said. */
function lets(filter: Filter, document: Readonly<Record<string, AttributeValue>>): boolean {
  if ('and' in filter) return filter.and.every((each) => lets(each, document));
  if ('or' in filter) return filter.or.some((each) => lets(each, document));
  if ('not' in filter) return !lets(filter.not, document);
  const entries = [document[filter.field] ?? []].flat();
  if ('equals' in filter) return entries.includes(filter.equals);
  if ('in' in filter) return entries.some((entry) => filter.in.includes(entry));
  const { atLeast, above, atMost, below } = filter;
  return entries.some(
    (entry) =>
      typeof entry === typeof (atLeast ?? above ?? atMost ?? below) &&
      (atLeast === undefined || entry >= atLeast) &&
      (above === undefined || entry > above) &&
      (atMost === undefined || entry <= atMost) &&
      (below === undefined || entry < below),
  );
}

const words = ['台灯', '书桌', '橡木', 'desk', 'lamp', '', 'Straße', '1'];
const scalars = [...words, 0, 1, 2, 2.5, -1, true, false];

/** Of fields that some lack, with values of every type, equal ones among them. */
function randomDocuments(count: number): Record<string, AttributeValue>[] {
  const next = randomBelow(count + 1);
  return Array.from({ length: count }, (_, row) => ({
    ...(next(4) > 0 && { any: scalars[next(scalars.length)]! }),
    ...(next(3) > 0 && { 颜色: Array.from({ length: next(4) }, () => words[next(words.length)]!) }),
    ...(next(5) > 0 && { price: next(10) }),
    row: `第${row}行`,
  }));
}

function randomFilter(next: (bound: number) => number, depth: number): Filter {
  const field = ['any', '颜色', 'price', 'row', 'absent'][next(5)]!;
  const scalar = () => (next(3) === 0 ? `第${next(400)}行` : scalars[next(scalars.length)]!);
  const parts = () => Array.from({ length: next(4) }, () => randomFilter(next, depth - 1));
  switch (next(depth > 0 ? 7 : 4)) {
    case 0:
      return { field, equals: scalar() };
    case 1:
      return { field, in: Array.from({ length: next(6) }, scalar) };
    case 2:
      return { field, atLeast: next(8), ...(next(2) === 0 ? { below: next(10) } : { atMost: 9 }) };
    case 3:
      return { field, above: words[next(words.length)]! };
    case 4:
      return { and: parts() };
    case 5:
      return { or: parts() };
    default:
      return { not: randomFilter(next, depth - 1) };
  }
}

describe('filters', () => {
  it('compare with one value or several', async () => {
    expect(await rowsOf({ field: 'set', equals: 'mdi' })).toEqual([0, 2]);
    expect(await rowsOf({ field: 'sold', equals: false })).toEqual([1]);
    expect(await rowsOf({ field: 'set', in: ['lucide', 'emoji', 'none'] })).toEqual([1, 3, 4]);
    expect(await rowsOf({ field: 'price', equals: '10' })).toEqual([]);
  });

  it('compare numbers and strings with bounds', async () => {
    expect(await rowsOf({ field: 'price', atLeast: 10, below: 30 })).toEqual([0, 1]);
    expect(await rowsOf({ field: 'price', above: 10, atMost: 30 })).toEqual([1, 2]);
    expect(await rowsOf({ field: 'since', atLeast: '2025' })).toEqual([2]);
  });

  it('combine, and let rows without the field through a not', async () => {
    expect(
      await rowsOf({
        and: [
          { field: 'set', equals: 'mdi' },
          { field: 'price', above: 10 },
        ],
      }),
    ).toEqual([2]);
    expect(
      await rowsOf({
        or: [
          { field: 'set', equals: 'lucide' },
          { field: 'price', below: 0 },
        ],
      }),
    ).toEqual([3, 4]);
    expect(await rowsOf({ not: { field: 'sold', equals: true } })).toEqual([1, 3, 4]);
    expect(await rowsOf({ and: [] })).toEqual([0, 1, 2, 3, 4]);
    expect(await rowsOf({ or: [] })).toEqual([]);
  });

  it('set no bit beyond the last row, whatever their number', async () => {
    for (const count of [0, 1, 31, 32, 33, 64]) {
      const many = AttributeTable.of(Array.from({ length: count }, () => ({ set: 'a' })));
      for (const filter of [{ and: [] }, { not: { or: [] } }, { field: 'set', equals: 'a' }]) {
        const words = [...(await many.rowsOf(filter))];
        expect(words.map((word) => bitsOf(word)).reduce((sum, bits) => sum + bits, 0)).toBe(count);
      }
    }
  });

  it('agree with a plain look at every document, over random filters, remembered or not', async () => {
    for (const count of [0, 1, 31, 33, 400]) {
      const documents = randomDocuments(count);
      const many = AttributeTable.of(documents);
      const next = randomBelow(count);
      for (let round = 0; round < 150; ++round) {
        const filter = randomFilter(next, 3);
        const wanted = [...documents.keys()].filter((row) => lets(filter, documents[row]!));
        expect(await rowNumbers(many, filter)).toEqual(wanted);
        expect(await rowNumbers(many, filter)).toEqual(wanted);
      }
    }
  });

  it('confine a search', async () => {
    const index = LexicalIndex.build({ texts: ['home', 'home', 'home', 'home', 'house'] });
    const allowed = await table.rowsOf({ field: 'set', equals: 'emoji' });
    expect([...index.search('home', { k: 2, allowed }).rows]).toEqual([1, -1]);
  });

  it('let the same rows through in another thread', async () => {
    const taken = new AttributeTable(structuredClone(table.columns));
    expect(taken.fields).toEqual(table.fields);
    for (const filter of [{ field: 'price', atLeast: 10 }, { not: { field: 'since', above: '2024' } }])
      expect(await taken.rowsOf(filter)).toEqual(await table.rowsOf(filter));
  });

  it('let a document through whose list has one entry that matches', async () => {
    const shoes = AttributeTable.of([
      { colour: ['red', 'blue'] },
      { colour: 'red' },
      { colour: [] },
      {},
      { colour: ['blue', 'red'] },
    ]);
    const found = (filter: Filter) => rowNumbers(shoes, filter);
    expect(await found({ field: 'colour', equals: 'red' })).toEqual([0, 1, 4]);
    expect(await found({ field: 'colour', in: ['blue', 'green'] })).toEqual([0, 4]);
    expect(await found({ field: 'colour', below: 'c' })).toEqual([0, 4]);
    expect(await found({ not: { field: 'colour', equals: 'blue' } })).toEqual([1, 2, 3]);
    expect(shoes.value(0, 'colour')).toEqual(['red', 'blue']);
  });

  it('let nothing through by a field that no document has', async () => {
    expect(await rowsOf({ field: 'colour', equals: 'red' })).toEqual([]);
    expect(await rowsOf({ not: { field: 'colour', equals: 'red' } })).toEqual([0, 1, 2, 3, 4]);
  });

  it('name the fields that they ask for', async () => {
    const filter: Filter = {
      or: [{ field: 'set', equals: 'mdi' }, { not: { and: [{ field: 'price', atLeast: 1 }] } }],
    };
    expect(fieldsOfFilter(filter)).toEqual(['set', 'price']);
  });
});

describe('a filter that takes long', () => {
  const count = 20_000;
  const documents = Array.from({ length: count }, (_, row) => ({ price: row, set: row % 2 }));
  // Of each value every bound is looked at: some 4,000,000 values and rows.
  const long: Filter = {
    or: Array.from({ length: 200 }, (_, i) => ({ field: 'price', atLeast: 5000 + i, below: 6000 })),
  };

  it('is looked up in slices, and others in between', async () => {
    const many = AttributeTable.of(documents);
    await many.rowsOf({ field: 'price', equals: 0 });
    expect(many.isLong(long)).toBe(true);
    let turns = 0;
    let isDone = false;
    const found = rowNumbers(many, long).finally(() => {
      isDone = true;
    });
    for (; !isDone; ++turns) {
      await new Promise((resolve) => setImmediate(resolve));
      expect(await rowNumbers(many, { field: 'price', equals: turns })).toEqual([turns]);
    }
    expect(turns).toBeGreaterThan(10);
    expect(await found).toEqual(Array.from({ length: 1000 }, (_, i) => 5000 + i));
    expect(many.isLong(long)).toBe(false); // remembered
  });

  it('waits for its turn, and is looked up once for all who wait for it', async () => {
    const many = AttributeTable.of(documents);
    const other: Filter = { not: long };
    const order: string[] = [];
    const ask = (name: string, filter: Filter) =>
      many.rowsOf(filter).then((rows) => {
        order.push(name);
        return rows;
      });
    const found = await Promise.all([ask('first', long), ask('other', other), ask('again', long)]);
    expect(order).toEqual(['first', 'other', 'again']);
    expect(found[2]).toBe(found[0]);
  });

  it('ends when nobody wants it any more, and does not hold up the next', async () => {
    const many = AttributeTable.of(documents);
    const [running, waiting] = [new AbortController(), new AbortController()];
    const asked = [many.rowsOf(long, running.signal), many.rowsOf({ not: long }, waiting.signal)];
    const settled = Promise.allSettled(asked);
    await new Promise((resolve) => setImmediate(resolve));
    waiting.abort();
    running.abort();
    for (const each of await settled)
      expect(each).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } });
    expect(many.isLong(long)).toBe(true);
    expect((await rowNumbers(many, { and: [long] })).length).toBe(1000);
  });

  it('finds many equal values without a look at every row for each of them', async () => {
    const many = AttributeTable.of(documents);
    await many.rowsOf({ field: 'price', equals: 0 });
    const equals = Array.from({ length: 1000 }, (_, i) => ({ field: 'price', equals: 3 * i }));
    expect(many.isLong({ or: equals })).toBe(false);
    expect(await rowNumbers(many, { or: equals })).toEqual(equals.map(({ equals }) => equals));
    // Half of all rows each: these are many, whatever finds them.
    expect(many.isLong({ or: equals.map(() => ({ field: 'set', equals: 1 })) })).toBe(true);
  });
});
