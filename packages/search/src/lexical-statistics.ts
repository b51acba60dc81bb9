import { AttuneError } from '@attune/errors';

/** What a score takes from all documents at once. */
export interface LexicalStatistics {
  /** N of the formula, above 0. */
  documents: number;
  /** Terms a document has on average. */
  meanLength: number;
  /** n of the formula: documents that hold a term. */
  documentsWith(term: string): number;
}

/** Statistics as plain data, for another thread. */
export interface TermCounts {
  documents: number;
  meanLength: number;
  terms: readonly string[];
  /** [terms], documents that hold each */
  holding: Uint32Array;
}

export function statisticsOf({ documents, meanLength, terms, holding }: TermCounts): LexicalStatistics {
  const idOf = new Map(terms.map((term, id) => [term, id]));
  return { documents, meanLength, documentsWith: (term) => holding[idOf.get(term) ?? -1] ?? 0 };
}

/** @throws {AttuneError} INVALID_ARGUMENT */
export function checkStatistics({ documents, meanLength }: LexicalStatistics): void {
  if (!(documents > 0 && meanLength > 0)) {
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected statistics of documents that have terms, but received ${documents} documents of ${meanLength} terms each.`,
    );
  }
}
