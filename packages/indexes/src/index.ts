/**
 * Indexes, each by itself: exact vector search and search by words. What is asked across them is in @attune/search.
 *
 * @example
 * const vectors = new FlatIndex({ dim: 384, metric: 'cosine' });
 * vectors.add(documents);                                             // Float32Array, [n, 384]
 * const hits = await vectors.search(queries, { k: 10 });              // rows and scores, [queries, 10], best first
 *
 * const words = LexicalIndex.build({ texts: ['oak desk lamp', 'desk', 'floor lamps'] });
 * const { rows, scores } = words.search('lamp', { k: 2 });            // rows 2 and 0: shorter documents first
 */

// By vectors.
export { FlatIndex, type FlatIndexOptions, type LoadFlatIndexOptions } from './flat-index.js';

// By words: BM25 and what it is made of.
export {
  type Bm25Parameters,
  type LexicalColumns,
  LexicalIndex,
  type LexicalIndexOptions,
  type LexicalQuery,
  type LexicalSearchOptions,
  type WeightedText,
} from './lexical-index.js';
export type { LexicalStatistics } from './lexical-statistics.js';
export {
  type Analyser,
  type AnalyserName,
  analyserForms,
  analyserNames,
  analysersFor,
  createAnalyser,
} from './analyser.js';
export { availableCuts, type CutName, cutNames, defaultCut } from './cuts/cut.js';
export { type StemLanguage, stemLanguages, stemmerFor } from './stemmers/stemmer-for.js';
export { stemForLanguage } from './stemmers/stem-for-language.js';
export { stemLanguageOf } from './stemmers/stem-language-of.js';

// Of any kind.
export { type AnyIndex, openIndex } from './open-index.js';
export type { Hits, IndexOptions, Metric, RowLists, RowSet, SearchOptions, VectorIndex } from './types.js';
export { addRow, allRows, countRows, createRowSet, hasRow, removeRow } from './row-set.js';
