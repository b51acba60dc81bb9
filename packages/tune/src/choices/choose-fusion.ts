import { bootstrapInterval, type Choice } from '@attune/evaluate';
import { type FusionWeight, lexicalSettings } from '@attune/search';
import type { Catalogue } from '../catalogue.js';
import { type JudgedSet, meanOn, measureOf } from '../judged.js';
import { askedOf, rankingsOf } from '../judged-rankings.js';
import type { Searcher } from '../searcher.js';
import { usualChoice } from './usual-choice.js';

/** Tried in this order; of equal ones the earlier stays, so that a part which has nothing to give is left out. */
const weights: readonly FusionWeight[] = [
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
 * part alone (the 95 % interval of the difference lies above 0): a weight that is only lucky on these queries costs on others. Without
 * choosing queries it is the weight that a new collection has.
 *
 * @param options.vectors  float32, [queries of the set, dim]
 */
export async function chooseFusion(
  searcher: Searcher,
  choosing: JudgedSet,
  catalogue: Catalogue,
  { vectors, signal }: { vectors: Float32Array; signal?: AbortSignal | undefined },
): Promise<FusionChoice> {
  if (choosing.queries.length === 0) {
    const { fusionWeight: weight } = lexicalSettings();
    return { weight, values: new Float64Array(), choice: usualChoice('fusion weight', String(weight)) };
  }
  const { asked, limit } = askedOf(choosing);
  const answers = await searcher.searchByWeight(asked, weights, { limit, vectors, signal });
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
  const alone = best(tries.filter(({ weight }) => weight === 0 || weight === 'lexicalOnly'));
  const differences = liked.values
    .map((value, i) => value - alone.values[i]!)
    .filter((value) => !Number.isNaN(value));
  const isBetter = liked === alone || bootstrapInterval(differences).low > 0;
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
