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
  const scores = Float64Array.from(interactions, ({ weight }) => weight);
  const highest = scores.reduce((top, score) => Math.max(top, score), 0);
  if (weighting !== 'reciprocal' && (kind === 'grades' || kind === 'labels'))
    return Float32Array.from(scores, (score) => scale(score) / scale(highest));
  const queries = queryNumbers(interactions);
  if (weighting === 'reciprocal') return withMeanOfOne(ranksOf(scores, queries).map((rank) => 1 / rank));
  const best = new Float64Array(scores.length); // by number of a query
  for (const [i, query] of queries.entries()) best[query] = Math.max(best[query]!, scores[i]!);
  return withMeanOfOne(
    scores.map((score, i) => scale(score) / Math.sqrt(scale(best[queries[i]!]!) * scale(highest))),
  );
}

/** The query of each interaction, as a number. */
function queryNumbers(interactions: readonly Pick<InteractionRow, 'queryId'>[]): Uint32Array {
  const numbers = new Map<string, number>();
  return Uint32Array.from(interactions, ({ queryId }) => {
    const number = numbers.get(queryId) ?? numbers.size;
    if (number === numbers.size) numbers.set(queryId, number);
    return number;
  });
}

function withMeanOfOne(weights: Float64Array): Float32Array {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return Float32Array.from(weights, (weight) => weight / mean);
}

/** The rank of each score within its query, from 1. */
function ranksOf(scores: Float64Array, queries: Uint32Array): Float64Array {
  const order = Uint32Array.from(scores, (_, i) => i).sort(
    (a, b) => queries[a]! - queries[b]! || scores[b]! - scores[a]!,
  );
  const ranks = new Float64Array(scores.length);
  let begin = 0; // of the query in the order
  order.forEach((i, place) => {
    const before = order[place - 1];
    if (before === undefined || queries[before] !== queries[i]) begin = place;
    const isEqual = place > begin && scores[before!] === scores[i];
    ranks[i] = isEqual ? ranks[before!]! : place - begin + 1;
  });
  return ranks;
}
