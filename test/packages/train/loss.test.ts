import { addon } from '@attune/binding';
import { describe, expect, it } from 'vitest';
import { uniform } from './synthetic.js';

const dim = 8;

function unitVectors(count: number, seed: number): Float32Array {
  const next = uniform(seed);
  const rows = Array.from({ length: count }, () => Array.from({ length: dim }, () => next() - 0.5));
  return Float32Array.from(rows.flatMap((row) => row.map((value) => value / Math.hypot(...row))));
}

const none = (count: number) => new Int32Array(count).fill(-1);

/** CLIP's loss, from its definition, over the pairs that are not masked. */
function clipLoss(
  q: Float32Array,
  d: Float32Array,
  temperature: number,
  masked = (_i: number, _j: number) => false,
): number {
  const count = q.length / dim;
  const logit = (i: number, j: number) =>
    Array.from({ length: dim }, (_, k) => q[i * dim + k]! * d[j * dim + k]!).reduce((a, b) => a + b) /
    temperature;
  let loss = 0;
  for (let i = 0; i < count; ++i) {
    let row = 0;
    let column = 0;
    for (let j = 0; j < count; ++j) {
      if (!masked(i, j)) row += Math.exp(logit(i, j));
      if (!masked(j, i)) column += Math.exp(logit(j, i));
    }
    loss += (Math.log(row) + Math.log(column) - 2 * logit(i, i)) / (2 * count);
  }
  return loss;
}

describe('the contrastive loss', () => {
  it('is the loss of CLIP when all weights are equal', async () => {
    const queries = unitVectors(30, 1);
    const documents = unitVectors(30, 2);
    for (const weight of [1, 7]) {
      const { loss } = await addon.contrastiveLoss({
        dim,
        queries,
        documents,
        weights: new Float32Array(30).fill(weight),
        queryKeys: none(30),
        documentKeys: none(30),
        temperature: 0.1,
      });
      expect(loss).toBeCloseTo(clipLoss(queries, documents, 0.1), 5);
    }
  });

  it('leaves out pairs of the same query and of the same document', async () => {
    const queries = unitVectors(12, 3);
    const documents = unitVectors(12, 4);
    const queryKeys = Int32Array.from({ length: 12 }, (_, i) => i % 5);
    const documentKeys = Int32Array.from({ length: 12 }, (_, i) => i % 7);
    const masked = (i: number, j: number) =>
      i !== j && (queryKeys[i] === queryKeys[j] || documentKeys[i] === documentKeys[j]);
    const batch = { dim, queries, documents, weights: new Float32Array(12).fill(1), temperature: 0.1 };
    const { loss, queryGradients } = await addon.contrastiveLoss({ ...batch, queryKeys, documentKeys });
    expect(loss).toBeCloseTo(clipLoss(queries, documents, 0.1, masked), 5);
    expect(queryGradients).toHaveLength(12 * dim);
  });

  it('refuses shapes that do not fit', async () => {
    const batch = {
      dim,
      queries: unitVectors(3, 1),
      documents: unitVectors(2, 1),
      weights: new Float32Array(3).fill(1),
      queryKeys: none(3),
      documentKeys: none(2),
      temperature: 0.1,
    };
    await expect(async () => addon.contrastiveLoss(batch)).rejects.toMatchObject({ code: 'SHAPE_MISMATCH' });
  });
});
