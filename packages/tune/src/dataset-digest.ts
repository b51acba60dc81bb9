import { createHash } from 'node:crypto';
import type { Dataset } from '@attune/data';

/** SHA-256 over the documents, interactions and judgments that a run depends on, for its lineage. */
export function datasetDigest(dataset: Dataset): string {
  const hash = createHash('sha256');
  for (const { id, fields } of dataset.documents) hash.update(`d${JSON.stringify([id, fields])}\n`);
  for (const { query, documentId, weight } of dataset.interactions)
    hash.update(`i${JSON.stringify([query, documentId, weight])}\n`);
  // Grades are what weights are unless something else is said, here as everywhere.
  const { kind = 'grades' } = dataset.weights ?? {};
  if (kind !== 'grades') hash.update(`w${kind}\n`);
  for (const { name, judgments, weights = 'grades' } of dataset.slices) {
    if (weights !== 'grades') hash.update(`w${JSON.stringify([name, weights])}\n`);
    for (const [query, grades] of judgments) hash.update(`j${JSON.stringify([name, query, [...grades]])}\n`);
  }
  return hash.digest('hex');
}
