import { AttributeTable } from '@attune/search';
import { describe, expect, it } from 'vitest';
import { RowModifiers } from '../../../packages/search/src/ranking/modifiers.js';

const table = AttributeTable.of([
  { sales: 0, rank: 1 },
  { sales: 99, rank: 0.5 },
  {},
  { sales: 9, rank: 4, name: 'desk' },
]);
const hits = { rows: Int32Array.of(0, 1, 2, 3), scores: Float32Array.of(0.9, 0.8, 0.7, 0.6) };

describe('RowModifiers', () => {
  it('multiplies and adds, and leaves documents without the field as they are', () => {
    const modifiers = new RowModifiers(table, {
      multiplyBy: [{ field: 'rank', weight: 2 }],
      add: [{ field: 'sales', weight: 0.01 }],
    });
    const { rows, scores } = modifiers.apply(hits);
    expect([...rows]).toEqual([3, 0, 1, 2]);
    const expected = [0.6 * 8 + 0.09, 0.9 * 2, 0.8 + 0.99, 0.7];
    for (const [i, score] of expected.entries()) expect(scores[i]).toBeCloseTo(score, 6);
  });

  it('takes the logarithm where it is told to', () => {
    const { rows, scores } = new RowModifiers(table, { add: [{ field: 'sales', log: true }] }).apply(hits);
    expect([...rows]).toEqual([1, 3, 0, 2]);
    expect(scores[0]).toBeCloseTo(0.8 + Math.log(100), 5);
  });

  it('gives equal scores in the order of rows', () => {
    const flat = AttributeTable.of([{ zero: 0 }, { zero: 0 }, { zero: 0 }]);
    const order = { rows: Int32Array.of(2, 0, 1), scores: Float32Array.of(3, 2, 1) };
    expect([...new RowModifiers(flat, { multiplyBy: [{ field: 'zero' }] }).apply(order).rows]).toEqual([
      0, 1, 2,
    ]);
  });

  it.each([
    [{ multiplyBy: [{ field: 'big', weight: 1e10 }, { field: 'zero' }] }, 0],
    [{ multiplyBy: [{ field: 'big', weight: -1e10 }] }, -3.4028234663852886e38],
    [{ add: [{ field: 'big' }, { field: 'big' }, { field: 'big', weight: -1e308 }] }, 0.5],
    [{ multiplyBy: [{ field: 'big' }], add: [{ field: 'big', weight: -2 }] }, -3.4028234663852886e38],
  ])('gives a score that is a number, whatever grows beyond all of them: %j', (given, score) => {
    const huge = AttributeTable.of([{ big: 1e308, zero: 0 }]);
    const found = new RowModifiers(huge, given).apply({
      rows: Int32Array.of(0),
      scores: Float32Array.of(0.5),
    });
    expect(found.scores[0]).toBe(score);
  });

  it('refuses fields that are no numbers', () => {
    expect(() => new RowModifiers(table, { add: [{ field: 'name' }] })).toThrow(
      /name to hold numbers.*row 3.*"desk"/,
    );
    const negative = AttributeTable.of([{ sales: -3 }]);
    expect(() => new RowModifiers(negative, { add: [{ field: 'sales', log: true }] })).toThrow(/above -1/);
  });
});
