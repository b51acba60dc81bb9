import { type RankedRows, weightedFusion } from '@attune/search';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pruned } from '../../../packages/service/src/generation/prune.js';

/** The best `depth` rows of those that have a score. */
function listOf(scores: readonly (number | undefined)[], depth: number): RankedRows {
  const rows = [...scores.keys()].filter((row) => scores[row] !== undefined);
  rows.sort((a, b) => scores[b]! - scores[a]! || a - b);
  const kept = rows.slice(0, depth);
  return { rows: Int32Array.from(kept), scores: Float32Array.from(kept, (row) => scores[row]!) };
}

describe('pruned lists', () => {
  it('give the same page as the whole ones, and fewer rows to score', () => {
    let before = 0;
    let after = 0;
    const float = (min: number, max: number) => fc.double({ min, max, noNaN: true }).map(Math.fround);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(float(-1, 1), fc.option(float(0.01, 9), { nil: undefined })), {
          minLength: 1,
          maxLength: 90,
        }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom(0.05, 0.7, 3),
        (documents, page, more, weight) => {
          const depth = page + more;
          const cosines = documents.map(([cosine]) => cosine);
          const bm25 = documents.map(([, score]) => score);
          const lists = { dense: listOf(cosines, depth), lexical: listOf(bm25, depth) };
          const exact = {
            denseScoresOf: (rows: Int32Array) => Float32Array.from(rows, (row) => cosines[row]!),
            lexicalScoresOf: (rows: Int32Array) => Float32Array.from(rows, (row) => bm25[row] ?? 0),
          };
          const whole = weightedFusion({ ...lists, ...exact }, { weight, limit: page });
          const kept = pruned({ ...lists, depth, weight, page });
          expect(weightedFusion({ ...kept, ...exact }, { weight, limit: page })).toEqual(whole);
          before += lists.dense.rows.length + lists.lexical.rows.length;
          after += kept.dense.rows.length + kept.lexical.rows.length;
        },
      ),
      { numRuns: 3000 },
    );
    expect(after).toBeLessThan(before);
  });
});
