import { coverageNotes } from '@attune/encode';
import type { Store } from '@attune/store';
import type { CollectionSummary } from '../types.js';
import type { ServingCollection } from './serving-collection.js';

/** What is told of a collection: of its record, of what is stored, and of what searches see. */
export async function summaryOf(store: Store, serving: ServingCollection): Promise<CollectionSummary> {
  const { name, record, current } = serving;
  const { bundle, fingerprint } = current.release;
  const [documents, stored] = await Promise.all([store.countDocuments(name), store.get('bundle', bundle)]);
  return {
    name,
    createdAt: record.createdAt,
    documents,
    release: current.number,
    bundle,
    fingerprint,
    dim: current.state?.dim ?? stored?.value.dim ?? 0,
    indexed: current.state?.documents ?? 0,
    withoutText: current.state?.withoutText ?? 0,
    unknownShare: current.reading?.coverage.unknownShare ?? null,
    notes: coverageNotes([current.reading ?? []].flat()),
    ready: current.isReady,
  };
}
