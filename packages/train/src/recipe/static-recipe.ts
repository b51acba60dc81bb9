import { amountOf, patienceFor } from './amount.js';
import type { ChosenRecipe, DataSize } from './recipe.js';

/**
 * Two rows were chosen on dev (2026-11): more pairs than documents on icons (58,112 pairs, 16,243 documents), fewer on Home
 * Depot (28,923 pairs, 54,667 documents). A temperature of 0.07, fewer epochs and a pull back helped where documents have many
 * names; crops where most documents have none.
 */
export function staticRecipe(size: DataSize): ChosenRecipe {
  const cropped = size.pairs < size.documents;
  // Where crops share the batches, larger ones leave the real pairs enough negatives.
  const { batch, epochs, temperature, covered, because } = amountOf(size, cropped ? 2048 : 1024);
  const also = cropped
    ? '; fewer pairs than documents, so documents also learn from crops of themselves'
    : '';
  return {
    recipe: {
      tier: 'static',
      temperature,
      learningRate: 0.1,
      learningRateUnit: 'meanEntry',
      batch,
      epochs,
      warmup: 0.1,
      pull: covered ? 0.02 : 0.01,
      adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      crops: cropped ? { perDocument: 0.5, weight: 0.5 } : { perDocument: 0, weight: 0 },
      patience: patienceFor(epochs),
    },
    because: because + also,
  };
}
