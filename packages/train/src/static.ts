import { type AdamSettings, addon } from '@attune/binding';
import type { TokenizedTexts } from '@attune/encode';
import { AttuneError } from '@attune/errors';
import { hashOf } from './checkpoint.js';
import { pairArrays } from './pairs.js';
import type { Recipe } from './recipe/recipe.js';
import { runTraining } from './run.js';
import type { TrainingOptions, TrainingPairs, TrainingResult } from './types.js';

export interface StaticModel {
  /** float32, [vocabulary, dim]; a text is the mean of its tokens' rows, at unit length. Not changed. */
  table: Float32Array;
  dim: number;
  /** Every text that is trained on, tokenised for this table; each different text once. */
  texts: TokenizedTexts;
}

/** The learning rate in absolute numbers. */
export function peakOf(recipe: Recipe, table: Float32Array): number {
  if (recipe.learningRateUnit === 'absolute') return recipe.learningRate;
  return recipe.learningRate * (table.reduce((sum, value) => sum + Math.abs(value), 0) / table.length);
}

/** AdamW's decay goes towards the model as it came, by learning rate * weightDecay a step. */
export function adamOf(recipe: Recipe, peak: number): AdamSettings {
  return { ...recipe.adam, weightDecay: recipe.pull / peak };
}

function trainerOf({ table, dim, texts }: StaticModel, recipe: Recipe) {
  if (dim < 1 || table.length === 0 || table.length % dim !== 0) {
    throw new AttuneError(
      'DIMENSION_MISMATCH',
      `Expected a table of rows of ${dim} numbers, but received ${table.length} numbers.`,
    );
  }
  return new addon.StaticTrainer(table, dim, texts, adamOf(recipe, peakOf(recipe, table)));
}

/**
 * Tunes a token table on weighted (query, document) pairs, with every other pair of a batch as a negative.
 *
 *     loss = -1 / (2 Z) * sum over pairs i of  w_i * (log softmax over documents + log softmax over queries)[i, i]
 *
 * over cosines / temperature, Z the sum of the weights; weights of 1 are CLIP's loss. Known positives of a query, and
 * pairs with equal keys, are left out of the sums. AdamW; results have the same bits for any number of threads.
 *
 * @throws {AttuneError} TRAINING_DIVERGED when the loss is not a number; CHECKPOINT_MISMATCH; CANCELLED
 * @see van den Oord, Li, Vinyals 2018, https://arxiv.org/abs/1807.03748; Zhu et al. 2024, https://arxiv.org/abs/2404.08535
 */
export async function trainStatic(
  options: StaticModel & TrainingOptions & { pairs: TrainingPairs; recipe: Recipe },
): Promise<TrainingResult> {
  const { table, dim, texts, pairs, recipe } = options;
  const trainer = trainerOf(options, recipe);
  const arrays = pairArrays(pairs);
  trainer.usePairs(arrays, recipe.temperature);
  return runTraining({
    ...options,
    trainer,
    items: pairs.queryTexts.length,
    freshPerEpoch: pairs.freshPerEpoch,
    peak: peakOf(recipe, table),
    identity: {
      recipe,
      seed: options.seed,
      data: hashOf(texts.ids, texts.offsets, ...Object.values(arrays)),
      model: hashOf(dim, table),
      judged: options.evaluate !== undefined,
    },
    modelOf: (weights) => weights,
  });
}

/**
 * Distils: moves a token table so that each text's vector comes near the one that another model gives it.
 *
 *     loss = mean over texts of  weight * (1 - cosine(text, target))
 *
 * @param options.targets  float32, [texts, dim], rows of unit length
 * @param options.weights  one a text, not negative; 1 where left out
 */
export async function distillStatic(
  options: StaticModel &
    TrainingOptions & { targets: Float32Array; weights?: Float32Array | undefined; recipe: Recipe },
): Promise<TrainingResult> {
  const { table, dim, texts, targets, recipe } = options;
  const count = Math.max(0, texts.offsets.length - 1);
  const weights = options.weights ?? new Float32Array(count).fill(1);
  const trainer = trainerOf(options, recipe);
  trainer.useTargets(targets, weights);
  return runTraining({
    ...options,
    trainer,
    items: count,
    peak: peakOf(recipe, table),
    identity: {
      recipe,
      seed: options.seed,
      data: hashOf(texts.ids, texts.offsets, targets, weights),
      model: hashOf(dim, table),
      judged: options.evaluate !== undefined,
    },
    modelOf: (trained) => trained,
  });
}
