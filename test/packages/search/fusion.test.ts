import {
  chooseFusionWeight,
  type RankedRows,
  rankedRowsOf,
  reciprocalRankFusion,
  weightedFusion,
} from '@attune/search';
import { describe, expect, it } from 'vitest';

const ranked = (...pairs: [row: number, score: number][]): RankedRows => ({
  rows: Int32Array.from(pairs, ([row]) => row),
  scores: Float32Array.from(pairs, ([, score]) => score),
});
const nothing = ranked();

describe('rankedRowsOf', () => {
  it('cuts one query out of a batch, without the rows that stand for no answer', () => {
    const hits = { k: 2, rows: Int32Array.of(4, 2, 7, -1), scores: Float32Array.of(3, 2, 1, -Infinity) };
    expect(rankedRowsOf(hits, 0)).toEqual(ranked([4, 3], [2, 2]));
    expect(rankedRowsOf(hits, 1)).toEqual(ranked([7, 1]));
  });
});

describe('reciprocalRankFusion', () => {
  it('adds 1 / (60 + rank) over the lists', () => {
    const { rows, scores } = reciprocalRankFusion([ranked([5, 9], [3, 8]), ranked([3, 0.5], [8, 0.4])], {
      limit: 10,
    });
    expect([...rows]).toEqual([3, 5, 8]);
    expect(scores[0]).toBeCloseTo(1 / 62 + 1 / 61, 7);
    expect(scores[1]).toBeCloseTo(1 / 61, 7);
    expect(scores[2]).toBeCloseTo(1 / 62, 7);
  });

  it('gives equal scores in the order of rows, and no more than the limit', () => {
    const lists = [ranked([9, 1], [1, 0.5]), ranked([2, 1], [7, 0.5])];
    expect([...reciprocalRankFusion(lists, { limit: 3 }).rows]).toEqual([2, 9, 1]);
  });
});

describe('weightedFusion', () => {
  const dense = ranked([1, 0.9], [2, 0.5], [3, 0.4]);
  const lexical = ranked([3, 8], [4, 4]);

  it('adds cosine and weight times bm25 over the highest bm25 of the query', () => {
    const { rows, scores } = weightedFusion({ dense, lexical }, { weight: 0.6, limit: 10 });
    expect([...rows]).toEqual([3, 1, 4, 2]);
    expect(scores[0]).toBeCloseTo(0.4 + 0.6, 6);
    expect(scores[2]).toBeCloseTo(0.4 + 0.6 * 0.5, 6); // its cosine is not known: the lowest that is
  });

  it('asks for the scores that a list lacks', () => {
    const asked: number[][] = [];
    const { rows, scores } = weightedFusion(
      {
        dense,
        lexical,
        denseScoresOf: (missing) => {
          asked.push([...missing]);
          return [0.8];
        },
        lexicalScoresOf: (missing) => {
          asked.push([...missing]);
          return [2, 0];
        },
      },
      { weight: 0.6, limit: 2 },
    );
    expect(asked).toEqual([[4], [1, 2]]);
    expect([...rows]).toEqual([4, 1]);
    expect(scores[0]).toBeCloseTo(0.8 + 0.3, 6);
    expect(scores[1]).toBeCloseTo(0.9 + 0.6 * 0.25, 6);
  });

  it('leaves the other part alone where one is empty or has no weight', () => {
    expect(weightedFusion({ dense, lexical }, { weight: 0, limit: 2 })).toEqual(ranked([1, 0.9], [2, 0.5]));
    expect(weightedFusion({ dense, lexical }, { weight: 'lexicalOnly', limit: 9 })).toEqual(lexical);
    expect(weightedFusion({ dense, lexical: nothing }, { weight: 2, limit: 9 })).toEqual(dense);
    expect(weightedFusion({ dense: nothing, lexical }, { weight: 2, limit: 9 })).toEqual(lexical);
    expect(weightedFusion({ dense: nothing, lexical: nothing }, { weight: 2, limit: 9 })).toEqual(nothing);
  });

  it('refuses weights below 0 and callbacks that answer for other rows', () => {
    expect(() => weightedFusion({ dense, lexical }, { weight: -1, limit: 1 })).toThrow(/0 or more.*-1/);
    const parts = { dense, lexical, denseScoresOf: () => [] };
    expect(() => weightedFusion(parts, { weight: 1, limit: 1 })).toThrow(/each of the 1 rows/);
  });
});

describe('chooseFusionWeight', () => {
  // Rewards the row that only a mixture puts first.
  const firstIs = (row: number) => (answers: readonly RankedRows[]) =>
    answers.filter(({ rows }) => rows[0] === row).length;
  const queries = [
    { dense: ranked([1, 0.9], [3, 0.8]), lexical: ranked([2, 5], [3, 4]), denseScoresOf: () => [0.1] },
  ];

  it('finds the weight whose answers are judged best', () => {
    const { weight, score, tries } = chooseFusionWeight({ queries, judge: firstIs(3) });
    expect(score).toBe(1);
    expect(weight).toBeTypeOf('number');
    expect(weight).not.toBe(0);
    expect(tries.length).toBeGreaterThan(10);
  });

  it('falls back to one part where the mixture is no better than it', () => {
    expect(chooseFusionWeight({ queries, judge: firstIs(1) }).weight).toBe(0);
    expect(chooseFusionWeight({ queries, judge: firstIs(2) }).weight).toBe('lexicalOnly');
    expect(chooseFusionWeight({ queries, judge: () => 0.5 }).weight).toBe(0);
  });

  it('refuses to choose without queries', () => {
    expect(() => chooseFusionWeight({ queries: [], judge: () => 1 })).toThrow(/received none/);
  });
});
