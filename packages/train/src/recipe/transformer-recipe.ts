import { addon } from '@attune/binding';
import { patienceFor } from './amount.js';
import type { ChosenRecipe, DataSize } from './recipe.js';

/** Kernels that are quicker in bfloat16 than in float32; others compute it by way of float32. */
const fastInBf16: ReadonlySet<string> = new Set(['avx512_bf16', 'amx']);

/**
 * A tenth of warm-up, a temperature of 0.05, decay 0.01 and a clipped gradient as published for models of this size; a model does best at the
 * temperature that it was made with, which the caller knows. Batch and rate by docs/recipes.md: with thousands of pairs large batches find more than
 * those of 128, whose pairs were learned by heart. Few pairs go in batches of 64 at 5e-5, as published.
 */
export function transformerRecipe({ pairs }: DataSize): ChosenRecipe {
  const size = pairs < 10_000 ? 'few' : pairs < 100_000 ? 'some' : pairs < 1_000_000 ? 'many' : 'most';
  const epochs = { few: 4, some: 3, many: 2, most: 1 }[size];
  // A batch that is twice as large goes at twice the rate.
  const largest = size === 'few' ? 64 : pairs < 20_000 ? 512 : 1024;
  const learningRate = size === 'few' ? 5e-5 : (1e-4 * largest) / 512;
  // At least four batches an epoch.
  const batch = Math.max(2, Math.min(largest, Math.ceil(pairs / 4)));
  const because = {
    few: `few pairs allow more epochs (${epochs}) and want small batches (${batch})`,
    some: `enough pairs for batches of ${batch} and ${epochs} epochs`,
    many: `many pairs, of which ${epochs} epochs of batches of ${batch} see enough`,
    most: `so many pairs that one epoch of batches of ${batch} sees enough`,
  }[size];
  return {
    recipe: {
      tier: 'transformer',
      temperature: 0.05,
      learningRate,
      learningRateUnit: 'absolute',
      batch,
      epochs,
      warmup: 0.1,
      // AdamW's weight decay of 0.01.
      pull: 0.01 * learningRate,
      adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      crops: { perDocument: 0, weight: 0 },
      minedNegatives: 0,
      maxGradientNorm: 1,
      chunkTokens: 4096,
      precision: fastInBf16.has(addon.runtimeInfo().bf16) ? 'bf16' : 'f32',
      patience: patienceFor(epochs),
    },
    because,
  };
}
