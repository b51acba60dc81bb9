import type { AdamSettings } from '@attune/binding';
import type { Tier } from '@attune/schema';

/** Everything that a training depends on beside its data and its seed. Written into the run. */
export interface Recipe {
  tier: Tier;
  /** Logits are cosines / temperature. */
  temperature: number;
  /** At the end of the warm-up; then it falls linearly to 0. */
  learningRate: number;
  /** What the learning rate counts in: the mean size of a table's entry, so that it fits tables of any scale, or 1. */
  learningRateUnit: 'meanEntry' | 'absolute';
  /** Pairs, or texts, a step. Each pair has the others of its batch as negatives. */
  batch: number;
  epochs: number;
  /** The share of all steps over which the learning rate rises from 0. */
  warmup: number;
  /** The share of the way back to the model as it came that every step goes, at the peak learning rate; less at a lower one. Norms and biases of a transformer are not pulled. */
  pull: number;
  adam: Omit<AdamSettings, 'weightDecay'>;
  /**
   * Pairs made of documents alone (see cropPairs), by which documents that nobody asked for learn too: how many for each
   * document, and how much each weighs beside a pair of weight 1. 0 for none. Whoever prepares the pairs adds them.
   */
  crops: { perDocument: number; weight: number };
  /** Hard negatives found for a query by the base's own search, at most, beside those of the data; 0 for none. Whoever prepares the pairs finds them. Transformer alone. */
  minedNegatives?: number | undefined;
  /** Longer gradients, of all weights together, are shortened to this. Transformer alone. */
  maxGradientNorm?: number | undefined;
  /** Tokens that go through the layers together; a larger batch goes in parts, at a third more work and less memory. Transformer alone. */
  chunkTokens?: number | undefined;
  /** Of the products; weights, sums and all else are in float32. Transformer alone. */
  precision?: 'f32' | 'bf16' | undefined;
  /** The training is planned so that it ends after so many minutes, judgements included; it has at most `epochs`. */
  minutes?: number | undefined;
  /** Training ends after this many epochs without a better score; the best epoch is kept. */
  patience: number;
}

/** How much there is to learn from. */
export interface DataSize {
  pairs: number;
  /** Different ones. */
  queries: number;
  documents: number;
}

/** A tier's recipe for an amount of data. */
export interface ChosenRecipe {
  recipe: Recipe;
  /** Why, as the end of a sentence. */
  because: string;
}
