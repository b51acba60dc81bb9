import type { DataSize } from './recipe.js';

/** What follows from the amount of pairs, for tiers whose steps are cheap. */
export interface Amount {
  batch: number;
  epochs: number;
  temperature: number;
  /** Whether there are as many pairs as documents. */
  covered: boolean;
  because: string;
}

/**
 * @param largestBatch  where there are more than a few pairs
 */
export function amountOf({ pairs, documents }: DataSize, largestBatch: number): Amount {
  const size = pairs < 10_000 ? 'few' : pairs <= 500_000 ? 'some' : 'many';
  const covered = pairs >= documents;
  // At least four batches an epoch.
  const batch = Math.max(2, Math.min(size === 'few' ? 256 : largestBatch, Math.ceil(pairs / 4)));
  const epochs = { few: 8, some: covered ? 3 : 5, many: 2 }[size];
  const because = {
    few: `few pairs allow more epochs (${epochs}) and want small batches (${batch})`,
    some: `enough pairs for batches of ${batch} and ${epochs} epochs`,
    many: `so many pairs that ${epochs} epochs of batches of ${batch} see enough`,
  }[size];
  return { batch, epochs, temperature: covered ? 0.07 : 0.05, covered, because };
}

/** The learning rate falls to 0 at the end, so the last epochs are often the best: only a training that never gains ends early. */
export const patienceFor = (epochs: number): number => Math.max(2, epochs - 1);
