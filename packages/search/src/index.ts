/**
 * Search by words, fusion with search by vectors, filters and score modifiers.
 *
 * @example
 * const index = LexicalIndex.build({ texts: ['oak desk lamp', 'desk', 'floor lamps'] });
 * const { rows, scores } = index.search('lamp', { k: 2 });   // rows 2 and 0: shorter documents first
 */

// Words: BM25 and what it is made of.
export { type Analyser, type AnalyserName, analyserNames, createAnalyser } from './analyser.js';
export { type Bm25Choice, type Bm25Try, type ChooseBm25Options, chooseBm25 } from './choose-bm25.js';
export { stemEnglish } from './english-stemmer.js';
// Who may answer, and what else counts.
export { AttributeTable, type AttributeValue, type Filter } from './filter.js';
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
  LexicalIndex,
  type LexicalIndexOptions,
  type LexicalQuery,
  type LexicalSearchOptions,
} from './lexical-index.js';
export { type ScoreModifier, type ScoreModifierOptions, ScoreModifiers } from './modifiers.js';
export { addRow, countRows, createRowSet, hasRow, rowSetOf } from './row-set.js';

// What every index takes and gives.
export type { Hits, IndexOptions, Metric, RowSet, SearchOptions, VectorIndex } from './types.js';
