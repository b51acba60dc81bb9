/**
 * The main job, and its parts: tune a model on a dataset, compare it with its rivals, index a catalogue and search it.
 *
 * @example
 * const dataset = await readDataset('products');
 * await tuneModel({ dataset, tier: 'static', out: 'tuned' });
 * const collection = await Collection.build({ documents: dataset.documents, encoder: await Encoder.load('tuned'), out: 'index' });
 * const hits = await collection.search('desk lamp', { k: 10 });
 */

// From a log to a better search, in one call.
export { type MainJobOptions, type MainJobResult, type MainJobStep, runMainJob } from './main-job.js';

// Its parts.
export { type CompareOptions, type CompareResult, compareModels, type Rival, rivals } from './compare.js';
export { defaultBase, type TuneOptions, type TuneResult, tuneModel } from './tune.js';

// From feedback to a candidate, and whether it may replace what is in service.
export {
  type CycleOptions,
  type CycleResult,
  type CycleStep,
  leastChoosingQueries,
  leastPairs,
  runCycle,
} from './cycle/run-cycle.js';
export { decideGate } from './cycle/gate.js';
export {
  defaultGateRules,
  type GateCheck,
  type GateDecision,
  type GateInput,
  type GateRules,
  type LatencyRatio,
  type PairedScores,
} from './cycle/gate-rules.js';

// Parts of the cycle.
export {
  type AskedQuery,
  collectFeedback,
  type Feedback,
  type FeedbackCounts,
  type FeedbackEvent,
  type FeedbackOptions,
  forEachShown,
  type Page,
  type Visit,
} from './cycle/feedback.js';
export {
  estimatePositionBias,
  examinationOf,
  leastExamination,
  type PositionBias,
} from './cycle/position-bias.js';
export {
  type FeedbackSplit,
  type Side,
  type SplitFeedbackOptions,
  splitFeedback,
} from './cycle/split-feedback.js';
export {
  type LearningCounts,
  type LearningOptions,
  type LearningSet,
  learningSet,
  type ShownQuery,
} from './cycle/learning-set.js';
export { relevanceByRank } from './cycle/judge-golden.js';
export { bestChance, fairChance, fitRelevance, type RelevanceModel } from './cycle/relevance-model.js';
export { type PairRate, type Rates, ratesOf } from './cycle/rates.js';
export { type AskedText, buildRelease, type Release, releaseAnswers } from './cycle/release-answers.js';
export { measureLatency, type LatencyOptions } from './cycle/latency.js';
export { continualRecipe, leastPairWeight } from './cycle/run-cycle.js';
export { judgeGolden } from './cycle/judge-golden.js';
export { type CondensedQuery, judgeCondensed, type NewestJudgement } from './cycle/judge-newest.js';
export type { ChosenLexical } from './cycle/choose-lexical.js';

// A simulated audience, to try the cycle on.
export {
  type AudienceAnswer,
  type AudienceEvent,
  type AudienceOptions,
  type AudienceQuery,
  type AudienceVisit,
  audienceQueriesOf,
  feedbackOf,
  simulateAudience,
} from './audience/audience.js';

// What they stand on.
export { Catalogue } from './catalogue.js';
export { type JudgedQuery, type JudgedSet, type JudgedSets, judgedSets, judgedSlice } from './judged.js';

// An indexed catalogue.
export {
  type BuildOptions,
  Collection,
  type CollectionHit,
  type CollectionSearch,
} from './collection.js';
export type { LexicalSettings } from './collection-files.js';
