import { addon, type TokenizedTexts, type TrainerParameter } from '@attune/binding';
import type { TransformerModel } from '@attune/encode';
import { hashOf } from '../checkpoint.js';
import { pairArrays } from '../pairs.js';
import type { Recipe } from '../recipe/recipe.js';
import { runTraining } from '../run.js';
import { adamOf } from '../static.js';
import type { TrainingOptions, TrainingPairs, TrainingResult } from '../types.js';
import { availableMemory, checkMemory, trainingMemory } from './memory.js';

/** By Hugging Face's names without 'bert.', as TransformerModel has them. */
export type TransformerTensors = Record<string, Float32Array>;

export interface TransformerTrainingResult extends TrainingResult<TransformerTensors> {
  /** As the training left them, however they were judged. */
  last: TransformerTensors;
}

/** A step takes some tenths of a second: so many pairs are reported together. */
const pairsPerReport = 128;

/**
 * Tunes all weights of a transformer on weighted (query, document) pairs. Loss and pairs as trainStatic, over the model's pooled
 * vectors at unit length. AdamW with a pull back of all but norms and biases, a clipped gradient, warm-up and a linear way to 0; results have the same bits
 * for any number of threads.
 *
 * @param options.texts  every text that is trained on, tokenised for this model, special tokens included; each different text once
 * @returns `model` holds the tensors of `options.model` that are trained, by name; none is changed in place
 * @throws {AttuneError} OUT_OF_MEMORY before the first step; TRAINING_DIVERGED, after which the last saved state stays; INVALID_ARGUMENT when the
 *   recipe's minutes leave no time; CHECKPOINT_MISMATCH; CANCELLED
 */
export async function trainTransformer(
  options: TrainingOptions<TransformerTensors> & {
    model: TransformerModel;
    texts: TokenizedTexts;
    pairs: TrainingPairs;
    recipe: Recipe;
  },
): Promise<TransformerTrainingResult> {
  const { model, texts, pairs, recipe } = options;
  const { config, tensors, pooling } = model;
  const { maxGradientNorm = 1, chunkTokens = 4096, precision = 'f32' } = recipe;
  const parameterCount = Object.values(tensors).reduce((sum, { length }) => sum + length, 0);
  checkMemory(trainingMemory(config, parameterCount, texts, { ...recipe, chunkTokens }), availableMemory());
  const trainer = new addon.TransformerTrainer(config, tensors, pooling, texts, {
    ...adamOf(recipe, recipe.learningRate),
    maxGradientNorm,
    chunkTokens,
    precision,
  });
  const arrays = pairArrays(pairs);
  trainer.usePairs(arrays, recipe.temperature);
  const places = trainer.parameters();
  const result = await runTraining<TransformerTensors>({
    ...options,
    trainer,
    items: pairs.queryTexts.length,
    freshPerEpoch: pairs.freshPerEpoch,
    peak: recipe.learningRate,
    identity: {
      recipe,
      seed: options.seed,
      data: hashOf(texts.ids, texts.offsets, ...Object.values(arrays)),
      model: hashOf(JSON.stringify(config), pooling, ...Object.entries(tensors).flat()),
      judged: options.evaluate !== undefined,
    },
    modelOf: (weights) => tensorsOf(weights, places),
    pairsPerReport,
  });
  return { ...result, last: tensorsOf((await trainer.state()).weights, places) };
}

function tensorsOf(weights: Float32Array, places: readonly TrainerParameter[]): TransformerTensors {
  return Object.fromEntries(
    places.map(({ name, shape, offset }) => {
      const size = shape.reduce((product, length) => product * length, 1);
      return [name, weights.subarray(offset, offset + size)];
    }),
  );
}

/**
 * A model between two: base + share · (tuned - base), tensor by tensor. What only one of both has is the base's.
 *
 * @param share  0 gives the base, 1 the tuned one, bit for bit
 * @see Xiao and others 2023 (LM-Cocktail), https://arxiv.org/abs/2311.13534
 */
export function interpolate(
  base: TransformerTensors,
  tuned: TransformerTensors,
  share: number,
): TransformerTensors {
  return Object.fromEntries(
    Object.entries(base).map(([name, from]) => {
      const to = tuned[name];
      if (to === undefined || share === 0) return [name, from];
      return [name, share === 1 ? to : from.map((value, i) => (1 - share) * value + share * to[i]!)];
    }),
  );
}
