import { amountOf, patienceFor } from './amount.js';
import type { ChosenRecipe, DataSize } from './recipe.js';

/** As the static tier's, which it was not chosen apart from, in absolute steps: a map begins at the identity, of a known size. */
export function adapterRecipe(size: DataSize): ChosenRecipe {
  const { batch, epochs, temperature, because } = amountOf(size, 1024);
  return {
    recipe: {
      tier: 'adapter',
      temperature,
      learningRate: 0.001,
      learningRateUnit: 'absolute',
      batch,
      epochs,
      warmup: 0.1,
      pull: 0,
      adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      crops: { perDocument: 0, weight: 0 },
      patience: patienceFor(epochs),
    },
    because,
  };
}
