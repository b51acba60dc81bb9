import type { InteractionRow, WeightKind } from '@attune/data';

/** How a score becomes the weight of a pair, by the names of GCL. */
export type Weighting = 'linear' | 'log' | 'reciprocal';

/** Taken where nothing else is chosen: counts have a heavy tail, which a logarithm evens out. */
export const usualWeighting: Readonly<Record<WeightKind, Weighting>> = {
  grades: 'linear',
  counts: 'log',
  rates: 'linear',
  labels: 'linear',
};

/**
 * The weight of every interaction in training, for scores s above 0. Grades and labels are opinions on one scale:
 *
 *     w = s / highest of all
 *
 * Counts and rates say something within their query and over all, of which w is the geometric mean, so that the best of a rare
 * query is not lost beside a frequent one:
 *
 *     linear, log:  w = f(s) / sqrt(f(highest of the query) · f(highest of all)),   f(s) = s or log(1 + s)
 *     reciprocal:   w = 1 / rank of s within its query; equal scores share the best rank of theirs
 *
 * These are divided by their mean: what a training adds to the pairs, such as crops of documents, weighs as beside pairs of weight 1.
 *
 * @see Zhu and others 2024 (GCL), https://arxiv.org/abs/2404.08535, for linear, logarithmic and reciprocal score-to-weight functions
 */
export function pairWeights(
  interactions: readonly Pick<InteractionRow, 'queryId' | 'weight'>[],
  kind: WeightKind,
  weighting: Weighting = usualWeighting[kind],
): Float32Array {
  const scale = weighting === 'log' ? Math.log1p : (score: number) => score;
  const byQuery = new Map<string, number[]>();
  let highest = 0;
  for (const { queryId, weight } of interactions) {
    highest = Math.max(highest, weight);
    const scores = byQuery.get(queryId);
    if (scores) scores.push(weight);
    else byQuery.set(queryId, [weight]);
  }
  if (weighting === 'reciprocal') {
    const rankOf = new Map([...byQuery].map(([query, scores]) => [query, ranksOf(scores)]));
    return withMeanOfOne(interactions.map(({ queryId, weight }) => 1 / rankOf.get(queryId)!.get(weight)!));
  }
  if (kind === 'grades' || kind === 'labels')
    return Float32Array.from(interactions, ({ weight }) => scale(weight) / scale(highest));
  const best = new Map(
    [...byQuery].map(([query, scores]) => [query, scores.reduce((top, score) => Math.max(top, score), 0)]),
  );
  return withMeanOfOne(
    interactions.map(
      ({ queryId, weight }) => scale(weight) / Math.sqrt(scale(best.get(queryId)!) * scale(highest)),
    ),
  );
}

function withMeanOfOne(weights: readonly number[]): Float32Array {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return Float32Array.from(weights, (weight) => weight / mean);
}

/** score -> its rank among the scores, from 1 */
function ranksOf(scores: readonly number[]): Map<number, number> {
  const ranks = new Map<number, number>();
  [...scores]
    .sort((a, b) => b - a)
    .forEach((score, place) => {
      if (!ranks.has(score)) ranks.set(score, place + 1);
    });
  return ranks;
}
