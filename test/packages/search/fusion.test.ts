import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FusionWeight, fuse, unionOf } from '../../../packages/search/src/ranking/fusion.js';
import {
  mergedRows,
  type RankedRows,
  rankedRowsOf,
} from '../../../packages/search/src/ranking/ranked-rows.js';

const ranked = (...pairs: [row: number, score: number][]): RankedRows => ({
  rows: Int32Array.from(pairs, ([row]) => row),
  scores: Float32Array.from(pairs, ([, score]) => score),
});
const nothing = ranked();
const known = (...pairs: [row: number, score: number][]) => new Map(pairs);

describe('a ranked list', () => {
  it('is cut out of a batch without the rows that stand for no answer', () => {
    const hits = { k: 2, rows: Int32Array.of(4, 2, 7, -1), scores: Float32Array.of(3, 2, 1, -Infinity) };
    expect(rankedRowsOf(hits, 0)).toEqual(ranked([4, 3], [2, 2]));
    expect(rankedRowsOf(hits, 1)).toEqual(ranked([7, 1]));
  });

  it('is merged from those of several segments by score, equal ones in the order of their rows', () => {
    const found = (start: number, scores: number[]) => ({
      start,
      answer: ranked(...scores.map((score, row): [number, number] => [row, score])),
    });
    const lists = [found(0, [3, 1]), found(10, [3, 2, 1]), found(20, []), found(30, [4, 1])];
    expect([...mergedRows(lists, 9).rows]).toEqual([30, 0, 10, 11, 1, 12, 31]);
    expect([...mergedRows(lists, 3).rows]).toEqual([30, 0, 10]);
    expect(mergedRows([], 3).rows).toHaveLength(0);
  });
});

describe('fusion', () => {
  const dense = ranked([1, 0.9], [2, 0.5], [3, 0.4]);
  const lexical = ranked([3, 8], [4, 4]);
  const lacking = { cosines: known([4, 0.8]), bm25: known([1, 2]) };
  const fused = (weight: FusionWeight, limit: number, lists = { dense, lexical }) =>
    fuse(lists, weight, { limit, union: () => unionOf(lists, lacking) });

  it('adds cosine and weight times BM25 over the highest BM25 of the query, of every row that either list holds', () => {
    const { rows, scores } = fused(0.6, 10);
    expect([...rows]).toEqual([4, 1, 3, 2]);
    const expected = [0.8 + 0.6 * 0.5, 0.9 + 0.6 * 0.25, 0.4 + 0.6, 0.5];
    for (const [i, score] of expected.entries()) expect(scores[i]).toBeCloseTo(score, 6);
    expect([...fused(0.6, 2).rows]).toEqual([4, 1]);
  });

  it('takes 0 for a score that nobody knows: the row does not have one', () => {
    const lists = { dense, lexical };
    const union = () => unionOf(lists, { cosines: known(), bm25: known() });
    const { rows, scores } = fuse(lists, 0.6, { limit: 9, union });
    expect([...rows]).toEqual([3, 1, 2, 4]);
    expect(scores[3]).toBeCloseTo(0.6 * 0.5, 6);
  });

  it('gives the one list where the other is empty or has no weight', () => {
    expect(fused(0, 2)).toEqual(ranked([1, 0.9], [2, 0.5]));
    expect(fused('lexicalOnly', 9)).toEqual(lexical);
    expect(fused(2, 9, { dense, lexical: nothing })).toEqual(dense);
    expect(fused(2, 9, { dense: nothing, lexical })).toEqual(lexical);
    expect(fused(2, 9, { dense: nothing, lexical: nothing })).toEqual(nothing);
  });

  it('gives equal scores in the order of their rows', () => {
    const lists = { dense: ranked([9, 0.5], [1, 0.25]), lexical: ranked([2, 4], [1, 2]) };
    const union = () => unionOf(lists, { cosines: known(), bm25: known() });
    expect([...fuse(lists, 0.5, { limit: 9, union }).rows]).toEqual([1, 2, 9]);
  });

  it('refuses weights that are below 0 or no numbers', () => {
    expect(() => fused(-1, 1)).toThrow(/0 or more.*-1/);
    expect(() => fused(Number.NaN, 1)).toThrow(/0 or more/);
  });

  it('of all scores known, ranks as the plain formula does', () => {
    const score = fc.double({ min: 0.01, max: 9, noNaN: true }).map(Math.fround);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(score, score), { minLength: 1, maxLength: 40 }),
        score,
        (rows, weight) => {
          const sorted = (column: 0 | 1) =>
            ranked(
              ...rows
                .map((each, row): [number, number] => [row, each[column]])
                .sort((a, b) => b[1] - a[1] || a[0] - b[0]),
            );
          const lists = { dense: sorted(0), lexical: sorted(1) };
          const highest = Math.max(...rows.map(([, bm25]) => bm25));
          const plain = ranked(
            ...rows
              .map(([cosine, bm25], row): [number, number] => [
                row,
                Math.fround(cosine + weight * (bm25 / highest)),
              ])
              .sort((a, b) => b[1] - a[1] || a[0] - b[0]),
          );
          const union = () => unionOf(lists, { cosines: known(), bm25: known() });
          expect(fuse(lists, weight, { limit: rows.length, union })).toEqual(plain);
        },
      ),
    );
  });
});
