/**
 * From feedback to a candidate, and whether it may replace what is in service.
 *
 * @example
 * const { decision, candidate } = await runCycle({ collection: 'shop', folder: 'cycle', documents, events, … });
 * console.log(decision.verdict, decision.reasons);
 */

// One turn of learning.
export { type CycleResult, runCycle } from './cycle/run-cycle.js';
export type { CycleDocument, CycleOptions, CycleRecord, CycleStep } from './cycle/cycle.js';
export type { CycleLearned, ReasonNotUsed } from './cycle/learned.js';
export {
  type CandidateVectors,
  readCandidateVectors,
  type VersionedVector,
} from './cycle/candidate-vectors.js';

// Whether a candidate may replace what is in service.
export { decideGate } from './gate/decide-gate.js';
export {
  defaultGateRules,
  type GateCheck,
  type GateDecision,
  type GateInput,
  type GateRules,
  type GateValidation,
  type LatencyRatio,
  type PairedScores,
} from './gate/gate-rules.js';
export { judgeGolden, relevanceByRank } from './gate/judge-golden.js';
export { type CondensedQuery, judgeCondensed, type NewestJudgement } from './gate/judge-newest.js';
export { type LatencyOptions, measureLatency, type TimedSearcher } from './gate/latency.js';

// What people did, and what is learned from it.
export { estimatePositionBias } from './feedback/position-bias.js';
export { examinationOf, leastExamination, type PositionBias } from '@attune/data';
export {
  type FeedbackSplit,
  type Side,
  type SplitFeedbackOptions,
  splitFeedback,
} from './feedback/split-feedback.js';
export {
  type LearningCounts,
  type LearningOptions,
  type LearningSet,
  learningSet,
  leastPairWeight,
  type ShownQuery,
} from './feedback/learning-set.js';
export { bestChance, fairChance, fitRelevance, type RelevanceModel } from './feedback/relevance-model.js';
export { type PairRate, type Rates, ratesOf } from './feedback/rates.js';
