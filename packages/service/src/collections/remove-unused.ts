import { removeIndexesBut } from './index-folders.js';
import { promotableFingerprint } from './promotable.js';
import { indexNumberOf } from './releases.js';
import type { ServingContext } from './slots.js';

/** What of a collection is at hand, and stays. */
export interface AtHand {
  /** Of the release in service. */
  number: number;
  indexNumber: number;
  /** Of the release before, where that is in memory. */
  previousIndexNumber: number | undefined;
  /** Of the models of all releases that are in memory, of what is being made, and of what is in service. */
  fingerprints(): ReadonlySet<string>;
}

/** Removes indexes and vectors of releases that are no longer at hand. */
export async function removeUnused(
  { store, folder }: Pick<ServingContext, 'store' | 'folder'>,
  collection: string,
  { number, indexNumber, previousIndexNumber, fingerprints }: AtHand,
): Promise<void> {
  const kept = new Set([String(indexNumber)]);
  if (previousIndexNumber !== undefined) kept.add(String(previousIndexNumber));
  else if (number > 1) kept.add(String(await indexNumberOf(store, collection, number - 1)));
  await removeIndexesBut(kept, folder, collection);
  // Listed first: of a candidate the decision is kept before the vectors, so whatever is in the list has its decision by then.
  const found = await store.vectorFingerprints(collection);
  const used = fingerprints();
  const promotable = await promotableFingerprint(store, collection);
  await store.dropVectors(
    collection,
    found.filter((fingerprint) => !used.has(fingerprint) && fingerprint !== promotable),
  );
}
