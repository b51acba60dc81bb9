import { describe, expect, it } from 'vitest';
import { positiveMutualInformation } from '../../../../packages/train/src/catalogue-base/cooccurrence.js';

const textsOf = (...texts: number[][]) => ({
  ids: Int32Array.from(texts.flat()),
  offsets: Uint32Array.from([0, ...texts.map((_, i) => texts.slice(0, i + 1).flat().length)]),
});

/** The matrix with its zeros. */
function dense(texts: number[][], tokens: number, window: number): number[][] {
  const { offsets, columns, values } = positiveMutualInformation(textsOf(...texts), tokens, { window });
  return Array.from({ length: tokens }, (_, row) => {
    const all = new Array<number>(tokens).fill(0);
    for (let entry = offsets[row]!; entry < offsets[row + 1]!; entry++) all[columns[entry]!] = values[entry]!;
    return all;
  });
}

describe('positive mutual information', () => {
  it('is what it is by hand', () => {
    // 0 and 1 stand together twice, 1 and 2 once, and each with itself 2, 3 and 1 times; so the tokens' counts are 4, 6, 2. Token 3 is alone, 4 times.
    const matrix = dense([[0, 1], [1, 0], [1, 2], [3], [3], [3], [3]], 4, 5);
    const all = 4 ** 0.75 + 6 ** 0.75 + 2 ** 0.75 + 4 ** 0.75;
    const information = (pair: number, a: number, b: number) =>
      (Math.log((pair * all) / (a * b ** 0.75)) + Math.log((pair * all) / (b * a ** 0.75))) / 2;
    expect(matrix[0]![1]).toBeCloseTo(information(2, 4, 6), 12);
    expect(matrix[1]![2]).toBeCloseTo(information(1, 6, 2), 12);
    expect(matrix[0]![2]).toBe(0);
    expect(matrix[0]![0]).toBeCloseTo(information(2, 4, 4), 12);
    expect(matrix[2]![2]).toBeCloseTo(information(1, 2, 2), 12);
    matrix.forEach((row, i) => {
      row.forEach((value, j) => {
        expect(value).toBe(matrix[j]![i]);
      });
    });
  });

  it('does not look beyond the window, nor into the next text', () => {
    // Of so many texts every pair of these is more than chance.
    const others = Array.from({ length: 50 }, () => [5]);
    const near = (window: number) =>
      dense([[0, 1, 2, 3], [4, 0], ...others], 6, window).map((row) => row.map((value) => value > 0));
    expect(near(1)[0]).toEqual([true, true, false, false, true, false]);
    expect(near(2)[0]).toEqual([true, true, true, false, true, false]);
    expect(near(3)[3]![4]).toBe(false);
  });

  it('leaves out what stands together less often than by chance', () => {
    // 0 and 1 are everywhere, but only once beside each other.
    const often = Array.from({ length: 20 }, (_, i) => [i % 2, 2 + (i % 2)]);
    const matrix = dense([...often, [0, 1]], 4, 5);
    expect(matrix[0]![1]).toBe(0);
    expect(matrix[0]![2]).toBeGreaterThan(0);
  });
});
