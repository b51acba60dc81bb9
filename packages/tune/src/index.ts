/**
 * From a dataset to a better bundle: the main job and its parts. Everything that is chosen on the way is chosen here, on queries whose
 * figures nobody reports.
 *
 * @example
 * const dataset = await readDataset('products');
 * await tuneModel({ dataset, tier: 'static', out: 'tuned' });
 * const index = await DocumentIndex.build({
 *   documents: dataset.documents,
 *   encoder: await Encoder.load('tuned'),
 *   out: 'index',
 * });
 * const hits = await index.search('desk lamp', { limit: 10 });
 */

// From a log to a better search, in one call.
export {
  type MainJobOptions,
  type MainJobResult,
  type MainJobStep,
  runMainJob,
  type TunedAndJudged,
  tuneAndJudge,
} from './main-job.js';

// Its parts.
export { type DefaultBase, defaultBase, defaultBases } from './default-base.js';
export { noBase } from '@attune/schema';
export { tierFor, tiers } from './tiers/tiers.js';
export type { TierEntry } from './tiers/tier.js';
export { checkTuning, tuneModel } from './tune.js';
export type { TuneOptions, TuneResult } from './tiers/tier-tuning.js';
export { type LearnedRows, learnedSentence, type ReasonNotLearned } from './tiers/learned-rows.js';
export { pairWeights, type Weighting } from './tiers/pair-weights.js';
export { type CompareOptions, type CompareResult, compareModels, type Rival, rivals } from './compare.js';
export {
  type BuildIndexOptions,
  type DocumentHit,
  DocumentIndex,
  type DocumentSearch,
} from './document-index.js';

// A model with the documents that it searches.
export { Catalogue } from './catalogue.js';
export { type AskedQuery, type AskOptions, Searcher } from './searcher.js';
export { type CatalogueVectors, embedCatalogue, indexOf } from './embed-catalogue.js';

// What is judged, and on which queries choices are made.
export {
  type JudgedSet,
  type JudgedSets,
  judgedSets,
  judgedSlice,
} from './judged.js';
export { queryParts } from './query-parts.js';
export { readingsOf } from './readings.js';
export { unknownTexts } from './unknown-texts.js';
export { askedOf, filterOf, judgedDepth, rankingsOf } from './judged-rankings.js';
export { filterSlices } from './query-slices.js';
export { datasetDigest } from './dataset-digest.js';
export { type ChosenLexical, chooseLexical } from './choices/choose-lexical.js';
export { rechooseLexical } from './choices/rechoose-lexical.js';
