/**
 * Rankings and judgments in; metrics, intervals, tests, slices, win and loss lists and a verdict out.
 *
 * @example
 * const judgments = new Map([['q1', new Map([['d1', 3], ['d2', 1]])]]);
 * const ranking = (ids: string[]) => [{ queryId: 'q1', documentIds: ids, scores: ids.map((_, i) => -i) }];
 * const report = evaluateLegs({
 *   name: 'my catalogue',
 *   judgments,
 *   queries: new Map([['q1', 'desk lamp']]),
 *   legs: [{ name: 'base', rankings: ranking(['d2', 'd1']) }, { name: 'tuned', rankings: ranking(['d1', 'd2']) }],
 *   baseline: 'base',
 *   candidate: 'tuned',
 * });
 * report.main.legs[1].metrics['ndcg@10'].mean;           // 1
 * report.verdict.decision;                               // 'no decision': one query proves nothing
 */

// Choosing on one half of the queries, reporting on the other.
export { type Half, halfOf } from './half.js';
// The comparison of several legs, and the parts it is made of.
export { defaultMetrics, type EvaluateOptions, evaluateLegs, leastQueries } from './compare.js';
export {
  evaluateRun,
  meanOfDefined,
  metricByName,
  type RunOptions,
  type RunValues,
  relevanceThreshold,
} from './metrics.js';
// What counts and rates are worth as grades.
export { type GradedJudgments, gradedJudgments, type Relevance } from './relevance.js';
export { trecOrder } from './order.js';
export { RandomWords } from './random.js';

// What to serve, and how many queries would decide.
export { queriesToDecide } from './advice.js';
// Intervals and tests.
export {
  type BootstrapMeans,
  bootstrapInterval,
  bootstrapMeans,
  detectableDifference,
  holm,
  minimumDetectableEffect,
  percentileInterval,
  type ResamplingOptions,
  randomisationTest,
  usualSpread,
  winLossTie,
} from './significance.js';
// Slices of queries.
export {
  byFrequency,
  byNovelty,
  byWordCount,
  type QuerySlicer,
  type QueryText,
  sliceQueries,
} from './slices.js';

// What evaluation takes and gives.
export type {
  Advice,
  Choice,
  Comparison,
  Decision,
  Difference,
  EvaluationReport,
  EvaluationSettings,
  Interval,
  JudgedLegs,
  Leg,
  LegReport,
  MetricSummary,
  PerQueryValues,
  QueryChange,
  Ranking,
  ServedBy,
  SetReport,
  SliceReport,
  TopDocument,
  Verdict,
  WithoutRelevant,
} from './types.js';
export type { Judgments } from '@attune/schema';
