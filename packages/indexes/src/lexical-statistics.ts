import { AttuneError } from '@attune/errors';

/** What a score takes from all documents at once. */
export interface LexicalStatistics {
  /** N of the formula. */
  documents: number;
  /** Terms that a document has on average. */
  meanLength: number;
  /** n of the formula: documents that hold a term. */
  documentsWith(term: string): number;
}

/** @throws {AttuneError} INVALID_ARGUMENT */
export function checkStatistics({ documents, meanLength }: LexicalStatistics): void {
  if (documents >= 0 && meanLength >= 0) return;
  throw new AttuneError(
    'INVALID_ARGUMENT',
    `Expected statistics of 0 or more documents and terms, but received ${documents} documents of ${meanLength} terms each.`,
  );
}
