import { addon } from '@attune/binding';
import { patienceFor } from './amount.js';
import type { ChosenRecipe, DataSize } from './recipe.js';

/** Kernels that are quicker in bfloat16 than in float32; others compute it by way of float32. */
const fastInBf16: ReadonlySet<string> = new Set(['avx512_bf16', 'amx']);

/**
 * As published for models of this size, before any measurement of ours: sentence-transformers fine-tunes at 2e-5 to 5e-5 with a tenth of
 * warm-up and a temperature of 0.05; decay 0.01 and a clipped gradient are common to contrastive recipes. A model does best at the
 * temperature that it was made with, which the caller knows.
 */
export function transformerRecipe({ pairs }: DataSize): ChosenRecipe {
  const size = pairs < 10_000 ? 'few' : pairs < 100_000 ? 'some' : pairs < 1_000_000 ? 'many' : 'most';
  const epochs = { few: 4, some: 3, many: 2, most: 1 }[size];
  // At least four batches an epoch.
  const batch = Math.max(2, Math.min(size === 'few' ? 64 : 128, Math.ceil(pairs / 4)));
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
      learningRate: 5e-5,
      learningRateUnit: 'absolute',
      batch,
      epochs,
      warmup: 0.1,
      // AdamW's weight decay of 0.01 at this rate.
      pull: 5e-7,
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
