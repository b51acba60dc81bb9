import { createHash } from 'node:crypto';
import type { Dataset } from '@attune/data';

/** SHA-256 over the documents, interactions and judgments that a run depends on, for its lineage. */
export function datasetDigest(dataset: Dataset): string {
  const hash = createHash('sha256');
  for (const { id, fields } of dataset.documents) hash.update(`d${JSON.stringify([id, fields])}\n`);
  for (const { query, documentId, weight } of dataset.interactions)
    hash.update(`i${JSON.stringify([query, documentId, weight])}\n`);
  for (const { name, judgments } of dataset.slices) {
    for (const [query, grades] of judgments) hash.update(`j${JSON.stringify([name, query, [...grades]])}\n`);
  }
  return hash.digest('hex');
}
