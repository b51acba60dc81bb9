import { addon } from '@attune/binding';
import { AttuneError } from '@attune/errors';
import { hashOf } from './checkpoint.js';
import { pairArrays } from './pairs.js';
import type { Recipe } from './recipe/recipe.js';
import { runTraining } from './run.js';
import { adamOf } from './static.js';
import type { TrainingOptions, TrainingPairs, TrainingResult } from './types.js';

/** W = I + (W - I): what is trained is the difference to the identity, [dimOut, dimIn]. */
function mapOf(difference: Float32Array, dimIn: number): Float32Array {
  const map = Float32Array.from(difference);
  for (let row = 0; row * dimIn < map.length; ++row) map[row * dimIn + row]! += 1;
  return map;
}

/**
 * Tunes a linear map over the vectors of a frozen encoder, one for queries and documents: y = W x, at unit length. It begins
 * at the identity, so the first epoch begins at the encoder as it is. Loss and pairs as trainStatic.
 *
 * @param options.vectors  float32, [texts, dimIn]: each different text's vector
 * @param options.dimOut   at most dimIn, which it is when left out
 * @returns `model` is W, [dimOut, dimIn]
 */
export async function trainAdapter(
  options: TrainingOptions & {
    vectors: Float32Array;
    dimIn: number;
    dimOut?: number | undefined;
    pairs: TrainingPairs;
    recipe: Recipe;
  },
): Promise<TrainingResult> {
  const { vectors, dimIn, pairs, recipe } = options;
  const dimOut = options.dimOut ?? dimIn;
  if (recipe.learningRateUnit !== 'absolute') {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      "Expected an adapter's learningRateUnit to be 'absolute': it begins at zero.",
    );
  }
  const trainer = new addon.AdapterTrainer(vectors, dimIn, dimOut, adamOf(recipe, recipe.learningRate));
  const arrays = pairArrays(pairs);
  trainer.usePairs(arrays, recipe.temperature);
  return runTraining({
    ...options,
    trainer,
    items: pairs.queryTexts.length,
    freshPerEpoch: pairs.freshPerEpoch,
    peak: recipe.learningRate,
    identity: {
      recipe,
      seed: options.seed,
      data: hashOf(...Object.values(arrays)),
      model: hashOf(dimIn, dimOut, vectors),
      judged: options.evaluate !== undefined,
    },
    modelOf: (weights) => mapOf(weights, dimIn),
  });
}
