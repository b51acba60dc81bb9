import { coverageNotes } from '@attune/encode';
import type { Store } from '@attune/store';
import type { CollectionSummary } from '../types.js';
import type { ServingCollection } from './serving-collection.js';

/** What is told of a collection: of its record, of what is stored, and of what searches see. */
export async function summaryOf(store: Store, serving: ServingCollection): Promise<CollectionSummary> {
  const { name, record, generations } = serving;
  const { release, state, isReady } = generations;
  const { bundle, fingerprint } = release;
  const [documents, stored] = await Promise.all([store.countDocuments(name), store.get('bundle', bundle)]);
  const { withoutText, reading } = generations.lastKnown;
  return {
    name,
    createdAt: record.createdAt,
    documents,
    release: release.number,
    bundle,
    fingerprint,
    dim: state?.dim ?? stored?.value.dim ?? 0,
    indexed: state?.documents ?? (isReady ? documents : 0),
    withoutText: withoutText ?? null,
    unknownShare: reading?.coverage.unknownShare ?? null,
    notes: coverageNotes([reading ?? []].flat()),
    ready: isReady,
  };
}
