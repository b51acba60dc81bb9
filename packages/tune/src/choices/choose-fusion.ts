import type { Choice } from '@attune/evaluate';
import type { FusionWeight, View } from '@attune/search';
import type { Catalogue } from '../catalogue.js';
import { type JudgedSet, meanOn, measureOf } from '../judged.js';
import { askedOf, rankingsOf } from '../judged-rankings.js';
import { searchByWeights } from '../searcher.js';
import { isShownBetter } from './shown-better.js';

/** Tried in this order; of equal ones the earlier stays, so that a part which has nothing to give is left out. */
const usualTries: readonly FusionWeight[] = [
  ...[0, 'lexicalOnly' as const],
  ...[0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 1, 1.25, 1.5, 2, 3],
];

export interface FusionChoice {
  weight: FusionWeight;
  /** What the choosing set says of each of its queries, with this weight. */
  values: Float64Array;
  choice: Choice;
}

/**
 * The weight of words beside the model that the choosing queries like best. A mixture has to show that it is better than the better
 * part alone (the 95 % interval of the difference lies above 0): a weight that is only lucky on these queries costs on others.
 *
 * @param view             the catalogue's vectors and words
 * @param options.vectors  float32, [queries of the set, dim]
 * @param options.weights  to choose from; one leaves no choice
 */
export async function chooseFusion(
  view: View,
  choosing: JudgedSet,
  catalogue: Catalogue,
  {
    vectors,
    weights = usualTries,
    signal,
  }: {
    vectors: Float32Array;
    weights?: readonly FusionWeight[] | undefined;
    signal?: AbortSignal | undefined;
  },
): Promise<FusionChoice> {
  const { asked, limit } = askedOf(choosing);
  const answers = await searchByWeights(view, asked, weights, { limit, vectors, signal });
  const tries = weights.map((weight, i) => {
    const rankings = rankingsOf(answers[i]!, choosing, catalogue);
    return {
      weight,
      score: meanOn(choosing, rankings),
      values: measureOf(choosing).values(rankings),
    };
  });
  const best = (some: typeof tries) => some.reduce((best, each) => (each.score > best.score ? each : best));
  const liked = best(tries);
  const parts = tries.filter(({ weight }) => weight === 0 || weight === 'lexicalOnly');
  const alone = parts.length === 0 ? liked : best(parts);
  const isBetter = liked === alone || isShownBetter(liked.values, alone.values);
  const { weight, values } = isBetter ? liked : alone;
  return {
    weight,
    values,
    choice: {
      what: 'fusion weight',
      chosen: isBetter ? String(weight) : `${weight} (${liked.weight} was not shown to be better)`,
      metric: 'ndcg@10',
      on: choosing.name,
      queryCount: choosing.queries.length,
      tried: tries.map((attempt) => ({ name: String(attempt.weight), value: attempt.score })),
    },
  };
}
