import type { DocumentTexts, WriteOptions } from '@attune/encode';
import type { Choice } from '@attune/evaluate';
import { chooseRecipe, type Recipe, type TrainingResult } from '@attune/train';
import { type ChosenLexical, chooseLexical } from '../choices/choose-lexical.js';
import { embeddedRows, indexOf } from '../embed-catalogue.js';
import type { JudgedVectors } from '../judge-vectors.js';
import type { JudgedSet } from '../judged.js';
import type { PreparedTier } from './tier.js';
import type { TierTuning, TunedTier } from './tier-tuning.js';

/** How a tier is tuned on so many pairs. */
export interface TierPlan {
  recipe: Recipe;
  /** Why this recipe, in a sentence. */
  reason: string;
  counts: Pick<TunedTier, 'pairs' | 'queries' | 'leftOut' | 'learned'>;
}

/** The recipe that fits the amount of data, with what the caller wants otherwise. */
export function planTier(
  tuning: TierTuning,
  { paired, recipe: ofBase }: Pick<PreparedTier, 'paired' | 'recipe'>,
): TierPlan {
  const counts = {
    pairs: paired.pairs.queryTexts.length,
    queries: paired.queryCount,
    leftOut: paired.leftOut,
    learned: paired.learned,
  };
  const { recipe, reason } = chooseRecipe({
    tier: tuning.tier,
    ...counts,
    documents: tuning.catalogue.ids.length,
  });
  const epochs = tuning.epochs ?? tuning.recipe?.epochs ?? recipe.epochs;
  const minutes = tuning.minutes === undefined ? {} : { minutes: tuning.minutes };
  return { recipe: { ...recipe, ...ofBase, ...tuning.recipe, ...minutes, epochs }, reason, counts };
}

type Training = Omit<TrainingResult, 'model'>;

/** What the bundle of a tuned model says of itself, and where it goes. */
export function bundleOptions(
  tuning: TierTuning,
  { recipe, reason, counts }: TierPlan,
  { training, weighting, search }: Pick<TunedTier, 'training' | 'weighting' | 'search'>,
  how: string,
): WriteOptions {
  return {
    path: tuning.out,
    lineage: {
      ...tuning.lineage,
      recipe: { ...recipe, reason, weighting, epochsKept: training.bestEpoch },
      search,
    },
    card: {
      description: `${tuning.bundle.name}${how} tuned on ${counts.pairs.toLocaleString('en')} (query, document) pairs. ${reason}`,
    },
    force: tuning.force,
  };
}

/** How words count beside a model that has just been tuned, by the vectors that it gives; undefined where nothing is chosen. */
export async function searchBeside(
  { catalogue, choosing, signal, onStep }: TierTuning,
  { documents, queries, dim }: JudgedVectors,
  texts: DocumentTexts,
): Promise<ChosenLexical | undefined> {
  if (choosing === undefined) return undefined;
  const vectors = { index: indexOf(documents, { dim }), embedded: embeddedRows(texts) };
  return chooseLexical({ catalogue, choosing, documents: vectors, queries, signal, onStep });
}

/** The epoch is a choice too, made on the same queries. */
export function epochChoice(training: Training, choosing: JudgedSet): Choice {
  return {
    what: 'epochs',
    chosen: String(training.bestEpoch),
    metric: 'ndcg@10',
    on: choosing.name,
    queryCount: choosing.queries.length,
    tried: training.scores.map((value, epoch) => ({ name: String(epoch), value })),
  };
}
