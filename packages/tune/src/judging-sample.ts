import { spreadRows } from '@attune/text';
import { Catalogue } from './catalogue.js';
import { type JudgedSet, sampled } from './judged.js';

/** Of a slow model: so many queries tell one epoch from the next, and so many documents stand beside those that answer them. */
const mostQueries = 1000;
const otherDocuments = 3000;

/** Queries and documents that a slow model can be judged on in seconds, again and again. */
export interface JudgingSample {
  set: JudgedSet;
  catalogue: Catalogue;
  /** The row of each of its documents in the whole catalogue, rising. */
  rows: readonly number[];
}

/**
 * About 1,000 of the judged queries, with every document that is judged for one of them and 3,000 of all others. Fewer documents are easier to rank,
 * so what is measured on them is higher than on the whole catalogue; it tells one state of a model from another, and is reported nowhere.
 */
export function judgingSample(set: JudgedSet, catalogue: Catalogue): JudgingSample {
  const some = sampled(set, mostQueries);
  const rows = new Set(spreadRows(catalogue.ids.length, otherDocuments));
  for (const { id } of some.queries) {
    for (const document of some.judgments.get(id)?.keys() ?? []) {
      const row = catalogue.rowOf(document);
      if (row !== undefined) rows.add(row);
    }
  }
  const sorted = [...rows].sort((a, b) => a - b);
  const isWhole = sorted.length === catalogue.ids.length;
  const documents = sorted.map((row) => catalogue.documents[row]!);
  return {
    set: isWhole
      ? some
      : { ...some, name: `${some.name}, among ${sorted.length.toLocaleString('en')} documents` },
    catalogue: isWhole ? catalogue : new Catalogue(documents, { language: catalogue.language }),
    rows: sorted,
  };
}
