import type { AdamSettings } from '@attune/binding';
import { counted } from '@attune/errors';

export type Tier = 'static' | 'adapter';

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
  /** The share of the way back to the model as it came that every step goes, at the peak learning rate; less at a lower one. */
  pull: number;
  adam: Omit<AdamSettings, 'weightDecay'>;
  /**
   * Pairs made of documents alone (see cropPairs), by which documents that nobody asked for learn too: how many for each
   * document, and how much each weighs beside a pair of weight 1. 0 for none. Whoever prepares the pairs adds them.
   */
  crops: { perDocument: number; weight: number };
  /** Training ends after this many epochs without a better score; the best epoch is kept. */
  patience: number;
}

/** How much there is to learn from. */
export interface DataSize {
  tier: Tier;
  pairs: number;
  /** Different ones. */
  queries: number;
  documents: number;
}

/**
 * A recipe for the amount of data, and the reason for it, in a sentence to show.
 *
 * Two rows of the static tier were chosen on dev (2026-11): more pairs than documents on icons (58,112 pairs, 16,243
 * documents), fewer on Home Depot (28,923 pairs, 54,667 documents). A temperature of 0.07, fewer epochs and a pull back
 * helped where documents have many names; crops where most documents have none.
 */
export function chooseRecipe({ tier, pairs, queries, documents }: DataSize): {
  recipe: Recipe;
  reason: string;
} {
  const size = pairs < 10_000 ? 'few' : pairs <= 500_000 ? 'some' : 'many';
  const covered = pairs >= documents;
  const cropped = tier === 'static' && !covered;
  // At least four batches an epoch. Where crops share the batches, larger ones leave the real pairs enough negatives.
  const batch = Math.max(2, Math.min(size === 'few' ? 256 : cropped ? 2048 : 1024, Math.ceil(pairs / 4)));
  const epochs = { few: 8, some: covered ? 3 : 5, many: 2 }[size];
  const recipe: Recipe = {
    tier,
    temperature: covered ? 0.07 : 0.05,
    learningRate: tier === 'static' ? 0.1 : 0.001,
    learningRateUnit: tier === 'static' ? 'meanEntry' : 'absolute',
    batch,
    epochs,
    warmup: 0.1,
    pull: tier === 'static' ? (covered ? 0.02 : 0.01) : 0,
    adam: { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    crops: cropped ? { perDocument: 0.5, weight: 0.5 } : { perDocument: 0, weight: 0 },
    // The learning rate falls to 0 at the end, so the last epochs are often the best: only a training that never gains ends early.
    patience: Math.max(2, epochs - 1),
  };
  const because = {
    few: `few pairs allow more epochs (${epochs}) and want small batches (${batch})`,
    some: `enough pairs for batches of ${batch} and ${epochs} epochs`,
    many: `so many pairs that ${epochs} epochs of batches of ${batch} see enough`,
  }[size];
  const also = cropped
    ? '; fewer pairs than documents, so documents also learn from crops of themselves'
    : '';
  const reason =
    `${tier} tier, ${counted(pairs, 'pair')} of ${counted(queries, 'query', 'queries')} and ${counted(documents, 'document')}: ` +
    `${because}${also}.`;
  return { recipe, reason };
}
