/**
 * Exact vector search, search by words, fusion of both, filters and score modifiers.
 *
 * @example
 * const vectors = new FlatIndex({ dim: 384, metric: 'cosine' });
 * vectors.add(documents);                                             // Float32Array, [n, 384]
 * const hits = await vectors.search(queries, { k: 10 });              // rows and scores, [queries, 10], best first
 *
 * const words = LexicalIndex.build({ texts: ['oak desk lamp', 'desk', 'floor lamps'] });
 * const { rows, scores } = words.search('lamp', { k: 2 });            // rows 2 and 0: shorter documents first
 */

// Words: BM25 and what it is made of.
export { type Analyser, type AnalyserName, analyserNames, createAnalyser } from './analyser.js';
export { type Bm25Choice, type Bm25Try, type ChooseBm25Options, chooseBm25 } from './choose-bm25.js';
export { stemEnglish } from './english-stemmer.js';
// Who may answer, and what else counts.
export { type AttributeColumns, AttributeTable, type AttributeValue, type Filter } from './filter.js';
// Two answers made one.
export {
  type ChooseFusionWeightOptions,
  chooseFusionWeight,
  type FusionChoice,
  type FusionParts,
  type FusionWeight,
  type RankedRows,
  type ReciprocalRankOptions,
  rankedRowsOf,
  reciprocalRankFusion,
  type WeightedFusionOptions,
  weightedFusion,
} from './fusion.js';
export {
  type Bm25Parameters,
  type LexicalColumns,
  LexicalIndex,
  type LexicalIndexOptions,
  type LexicalQuery,
  type LexicalSearchOptions,
} from './lexical-index.js';
export { type LexicalStatistics, statisticsOf, type TermCounts } from './lexical-statistics.js';
export { type ScoreModifier, type ScoreModifierOptions, ScoreModifiers } from './modifiers.js';
export { addRow, countRows, createRowSet, hasRow, rowSetOf } from './row-set.js';

// Vector indexes.
export { FlatIndex, type FlatIndexOptions, type LoadFlatIndexOptions } from './flat-index.js';

// What every index takes and gives.
export type { Hits, IndexOptions, Metric, RowLists, RowSet, SearchOptions, VectorIndex } from './types.js';
