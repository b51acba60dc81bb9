import type { AdamSettings } from '@attune/binding';

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
  /** The decay of an adapter pulls towards the identity. */
  adam: AdamSettings;
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

const adam: AdamSettings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0 };

/**
 * A recipe for the amount of data, and the reason for it, in a sentence to show.
 *
 * The middle row of the static tier is measured (Home Depot, 28,923 pairs, and icons, 58,112 pairs; temperatures 0.03 to
 * 0.1 and three times the learning rate lost or tied on dev); fewer pairs get more and smaller steps, more pairs fewer epochs.
 */
export function chooseRecipe({ tier, pairs, queries, documents }: DataSize): {
  recipe: Recipe;
  reason: string;
} {
  const size = pairs < 10_000 ? 'few' : pairs <= 500_000 ? 'some' : 'many';
  const wantedBatch = size === 'few' ? 256 : 1024;
  // At least four batches an epoch, and never more negatives than there are different answers.
  const batch = Math.max(2, Math.min(wantedBatch, Math.ceil(pairs / 4), documents));
  const epochs = { few: 8, some: 5, many: 2 }[size];
  const recipe: Recipe = {
    tier,
    temperature: 0.05,
    learningRate: tier === 'static' ? 0.1 : 0.001,
    learningRateUnit: tier === 'static' ? 'meanEntry' : 'absolute',
    batch,
    epochs,
    warmup: 0.1,
    adam: { ...adam, weightDecay: tier === 'adapter' ? 0.01 : 0 },
    patience: 2,
  };
  const because = {
    few: `few pairs allow more epochs (${epochs}) and want smaller batches (${batch})`,
    some: `enough pairs for batches of ${batch} and ${epochs} epochs`,
    many: `so many pairs that ${epochs} epochs of batches of ${batch} see enough`,
  }[size];
  const count = (value: number) => value.toLocaleString('en-US');
  const reason = `${tier} tier, ${count(pairs)} pairs of ${count(queries)} queries and ${count(documents)} documents: ${because}.`;
  return { recipe, reason };
}
