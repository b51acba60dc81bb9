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

// What they stand on.
export { Catalogue } from './catalogue.js';
export { type JudgedQuery, type JudgedSet, type JudgedSets, judgedSets } from './judged.js';

// An indexed catalogue.
export {
  type BuildOptions,
  Collection,
  type CollectionHit,
  type CollectionSearch,
} from './collection.js';
export type { LexicalSettings } from './collection-files.js';
