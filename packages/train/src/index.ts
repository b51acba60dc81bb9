/**
 * Fine-tuning of embedding models on weighted (query, document) pairs. It takes tokenised texts, or vectors, and gives
 * tables and maps; what they are read from and written to is the business of @attune/encode.
 *
 * @example
 * const texts = tokenizer.encode(distinctTexts);             // { ids, offsets }
 * const { recipe, reason } = chooseRecipe({ tier: 'static', pairs: 28_923, queries: 5_000, documents: 20_000 });
 * const { model, bestEpoch, scores } = await trainStatic({
 *   table, dim: 256, texts, recipe, seed: 1,
 *   pairs: { queryTexts, documentTexts, weights,              // rows of the texts; how much each pair counts
 *            queryKeys: joinKeys(queryIds, queries), documentKeys: joinKeys(documentIds, documents) },
 *   evaluate: async (table) => ndcgOnDev(table),              // keeps the best epoch
 *   checkpoint: { folder: 'run' },                            // continued to the bit when it is there
 * });
 */

// Training.
export { trainAdapter } from './adapter.js';
export { applyMap } from './apply-map.js';
export type { Schedule } from './batches.js';
// What counts as the same query or document, and in which order pairs come.
export { epochOrder, learningRateAt, splitMix32 } from './batches.js';
// Pairs made of documents alone.
export { cropPairs } from './crops.js';
// A static table made of texts alone.
export {
  type CatalogueBase,
  type CatalogueBaseOptions,
  catalogueBase,
  catalogueBaseRecipe,
} from './catalogue-base/catalogue-base.js';
// Another model made into a static table.
export {
  type DistillOptions,
  type DistillPhase,
  type DistillResult,
  distillEncoder,
  distillRecipe,
} from './distill.js';
export { type Found, type HardNegatives, hardNegatives } from './hard-negatives.js';
export { joinKeys, knownPositives } from './keys.js';
export type { Tier } from '@attune/schema';
export type { DataSize, Recipe } from './recipe/recipe.js';
// How to train, by the amount of data.
export { chooseRecipe } from './recipe/choose-recipe.js';
export type { StaticModel } from './static.js';
export { distillStatic, trainStatic } from './static.js';
export {
  interpolate,
  type TransformerTensors,
  type TransformerTrainingResult,
  trainTransformer,
} from './transformer/transformer.js';
export { isLatinToken } from './static-tokenizer.js';
export { textVectors, tokenVectors } from './teacher-vectors.js';
export type {
  NamedNegatives,
  TrainingOptions,
  TrainingPairs,
  TrainingProgress,
  TrainingResult,
} from './types.js';
