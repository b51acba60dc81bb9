import { hardNegatives } from '@attune/train';
import { expect, it } from 'vitest';

const documents = { texts: Uint32Array.of(10, 11, 12, 13, 14, 11), keys: Int32Array.of(0, 1, 2, 3, 4, 1) };
/** Two queries; the first is answered by documents 0 and 3, the second by 1. */
const positives = { offsets: Uint32Array.of(0, 2, 3), documentKeys: Int32Array.of(0, 3, 1) };
const found = {
  offsets: Uint32Array.of(0, 5, 8),
  documents: Uint32Array.of(1, 0, 2, 5, 4, 1, 0, 2),
  scores: Float32Array.of(0.9, 0.8, 0.7, 0.65, 0.5, 0.6, 0.58, 0.1),
};
const options = { found, positives, positiveScores: Float32Array.of(0.8, 0.6), documents, perQuery: 2 };

it('takes what ranks high, is known to answer nothing, and is not nearer than what answers', () => {
  // Document 1 of the first query is above 0.95 * 0.8; the copy of it, document 5, is not. 0 of the second is above 0.57.
  const { negatives, ...counts } = hardNegatives(options);
  expect(negatives.offsets).toEqual(Uint32Array.of(0, 2, 3));
  expect(negatives.texts).toEqual(Uint32Array.of(12, 11, 12));
  expect(negatives.documentKeys).toEqual(Int32Array.of(2, 1, 2));
  expect(counts).toEqual({ taken: 3, known: 2, tooNear: 2, queriesWithout: 0 });
});

it('puts those of the data first, and none twice', () => {
  const named = {
    offsets: Uint32Array.of(0, 1, 1, 2),
    texts: Uint32Array.of(12, 14),
    documentKeys: Int32Array.of(2, 4),
  };
  const { negatives, taken } = hardNegatives({ ...options, named });
  // A third query is named negatives alone.
  expect(negatives.offsets).toEqual(Uint32Array.of(0, 3, 4, 5));
  expect(negatives.texts).toEqual(Uint32Array.of(12, 11, 14, 12, 14));
  expect(taken).toBe(3);
});

it('counts queries for which nothing is left', () => {
  const { negatives, queriesWithout } = hardNegatives({
    ...options,
    positiveScores: Float32Array.of(0.8, 0.05),
  });
  expect(negatives.offsets).toEqual(Uint32Array.of(0, 2, 2));
  expect(queriesWithout).toBe(1);
});

it('refuses scores that are not one a query', () => {
  expect(() => hardNegatives({ ...options, positiveScores: Float32Array.of(1) })).toThrow(/2 queries/);
});
