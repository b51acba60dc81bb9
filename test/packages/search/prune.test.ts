import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fuse, type TwoLists, unionOf } from '../../../packages/search/src/ranking/fusion.js';
import { pruned } from '../../../packages/search/src/ranking/prune.js';
import type { RankedRows } from '../../../packages/search/src/ranking/ranked-rows.js';

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
          const lacking = {
            cosines: new Map(cosines.entries()),
            bm25: new Map([...bm25.entries()].map(([row, score]) => [row, score ?? 0])),
          };
          const fused = (some: TwoLists) =>
            fuse(some, weight, { limit: page, union: () => unionOf(some, lacking) });
          const kept = pruned(lists, { depth, weight, page });
          expect(fused(kept)).toEqual(fused(lists));
          before += lists.dense.rows.length + lists.lexical.rows.length;
          after += kept.dense.rows.length + kept.lexical.rows.length;
        },
      ),
      { numRuns: 3000 },
    );
    expect(after).toBeLessThan(before);
  });
});
