/**
 * Search datasets: reading, checking, splitting, writing. Plain TypeScript, no addon, no model.
 *
 * @example
 * const report = await validate('log.csv', { quarantine: 'log.quarantine.jsonl' });
 * if (report.verdict === 'fail') console.error(report.findings[0]?.message);
 *
 * const { documents, interactions, slices, notes } = await readDataset('log.csv', {
 *   columns: { query: 'search_term', document: 'sku' },   // what is not declared is guessed, and `mapping` says so
 * });
 */

export type { ColumnNames, ColumnRole } from './columns.js';
// What people did.
export { caps } from './events/caps.js';
export {
  collectFeedback,
  type Feedback,
  type FeedbackCounts,
  type FeedbackEvent,
  type FeedbackOptions,
  forEachShown,
  type LoggedQuery,
  type Page,
  type Visit,
} from './events/collect-feedback.js';
export { defaultActionWeights } from './events/event-interactions.js';
// Files, row by row.
export { guessDelimiter, splitRecord } from './files/csv.js';
export { type FileFormat, type FormatOptions, sniffFormat } from './files/format.js';
export type { RawRecord } from './files/raw-record.js';
export { readRecords } from './files/records.js';
export type { RuleThreshold } from './finding-collector.js';
export { hash53 } from './hash.js';
export {
  defaultStyleWords,
  lettersOf,
  lightStem,
  type NormaliseOptions,
  stemSet,
} from './normalise.js';
export type { QuarantinedRow } from './quarantine.js';
// Reading a dataset, cleaned and split.
export { type ReadCounts, type ReadDataset, type ReadOptions, readDataset } from './read-dataset.js';
export { validationRules } from './rules/all.js';
export type { UnknownTexts, ValidationRule } from './rules/rule.js';
export type { FileRole } from './file-roles.js';
export {
  type Layout,
  planSource,
  type SourceFile,
  type SourceOptions,
  type SourcePlan,
} from './source-plan.js';
export { groupQueries, type SplitOptions, splitQueries } from './split.js';
export { type TrecRun, readQrels, readRun, writeQrels, writeRun } from './trec.js';
// Documents alone.
export { type ReadDocuments, readDocuments } from './read-documents.js';
export { TextSample } from './text-sample.js';
// What a dataset is made of.
export * from './types.js';
export type { AttributeValue, Interaction, JudgedQuery, Judgments, ScalarValue } from '@attune/schema';
// What its weights are, and how far a rank decides what is looked at.
export {
  examinationOf,
  leastExamination,
  type PositionBias,
  positionBiasOf,
  type RankCell,
  RankedActions,
  slips,
} from './weights/position-bias.js';
export { rowsOf } from './weights/interaction-collector.js';
export type { WeightOptions } from './weights/plan-weights.js';
export { type WeightKind, weightKinds } from '@attune/schema';
// Checking it.
export { type ValidateOptions, validate } from './validate.js';
export type { JudgedQueries } from './judged-queries.js';
export type {
  FieldFill,
  Finding,
  FindingExample,
  MappedColumn,
  QueryParts,
  Severity,
  FoundWeights,
  ValidatedFile,
  SourceLanguage,
  ValidationReport,
  Verdict,
} from './validation-report.js';
// Writing.
export { type WriteOptions, writeDataset } from './write-dataset.js';
