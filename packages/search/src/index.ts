/**
 * Answers queries over documents: by vectors, by words, or by both fused, with filters and score modifiers.
 *
 * @example
 * const columns = segmentColumns(rows, { dim, lexical });             // documents with their vectors and words
 * const view = View.of(await Segment.of(columns, { dim, fingerprint }));
 * const [answer] = await answerQueries(
 *   view,
 *   [{ spec: { mode: 'hybrid' }, text: 'desk lamp', vector, limit: 10 }],
 *   { fusionWeight: lexical.fusionWeight },
 * );
 */

// The one way in which anything is searched.
export { type Answer, type AnswerOptions, answerQueries, answersByWeight } from './answer.js';
export type { SearchMode } from '@attune/schema';
export type { SearchSpec, ViewQuery } from './ranking/query-group.js';
export type { RankedRows } from './ranking/ranked-rows.js';
export type { FusionWeight } from './ranking/fusion.js';
export { carriedSettings, type LexicalSettings, lexicalSettings } from './lexical-settings.js';

// What is searched.
export { type LiveSegment, View } from './view.js';
export { Segment, type SegmentParts } from './segments/segment.js';
export {
  buffersOf,
  type ColumnSettings,
  type SegmentColumns,
  type SegmentRow,
  segmentColumns,
} from './segments/segment-columns.js';
export { TextColumn, type TextColumnData } from './segments/text-column.js';
export { AttributeTable } from './attributes/attribute-table.js';

// How it is made of what is written, and kept.
export {
  type Changes,
  type ChangeSource,
  type LoadedBase,
  SegmentMaker,
  type SegmentsUpdate,
  type ShownSegments,
} from './segments/segment-maker.js';
export {
  type ExpectedIndex,
  type IndexManifest,
  indexFiles,
  readIndex,
  readIndexManifest,
  verifyIndex,
  writeIndex,
} from './index-files.js';
