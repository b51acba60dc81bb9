import { pairWeights } from '@attune/tune';
import { describe, expect, it } from 'vitest';

const rows = (...scores: [queryId: string, weight: number][]) =>
  scores.map(([queryId, weight]) => ({ queryId, weight }));
/** The weights are these, but for a common factor that makes their mean 1. */
const closeWithMeanOfOne = (weights: Float32Array, expected: number[]) => {
  const mean = expected.reduce((sum, value) => sum + value, 0) / expected.length;
  close(
    weights,
    expected.map((value) => value / mean),
  );
};
const close = (weights: Float32Array, expected: number[]) => {
  expect(weights).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    expect(weights[i]).toBeCloseTo(value, 6);
  });
};

describe('the weights of pairs', () => {
  it('are shares of the highest where they are grades or labels', () => {
    const graded = rows(['a', 4], ['a', 2], ['b', 1]);
    close(pairWeights(graded, 'grades'), [1, 0.5, 0.25]);
    close(pairWeights(graded, 'labels'), [1, 0.5, 0.25]);
  });

  it('of counts are logarithmic, and lie between the share of the query and that of all', () => {
    const counted = rows(['a', 99], ['a', 9], ['b', 9], ['b', 1]);
    // log(100), log(10) and log(2), over the root of the query's highest times the highest of all.
    closeWithMeanOfOne(pairWeights(counted, 'counts'), [
      1,
      0.5,
      Math.sqrt(0.5),
      Math.log(2) / Math.sqrt(Math.log(10) * Math.log(100)),
    ]);
  });

  it('of counts may be linear, or by rank within the query, where equal scores share a rank', () => {
    const counted = rows(['a', 100], ['a', 25], ['a', 25], ['a', 1], ['b', 25]);
    closeWithMeanOfOne(pairWeights(counted, 'counts', 'linear'), [1, 0.25, 0.25, 0.01, 0.5]);
    closeWithMeanOfOne(pairWeights(counted, 'counts', 'reciprocal'), [1, 1 / 2, 1 / 2, 1 / 4, 1]);
  });

  it('of rates are linear', () => {
    closeWithMeanOfOne(pairWeights(rows(['a', 0.4], ['a', 0.1], ['b', 0.1]), 'rates'), [1, 0.25, 0.5]);
  });
});
