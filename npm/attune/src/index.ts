/**
 * The front door: what a program needs that begins with Attune. Each package behind it can be imported by itself.
 *
 * @example
 * const { verdict, model } = await tune('clicks.csv', { out: 'my-job' });   // a log in, a model and its report out
 * const shop = await open('my-data', { model });                           // documents that are kept, and found
 * await shop.upsert([{ id: '1', fields: { title: 'Oak desk lamp' } }]);
 * const hits = await shop.search('light for my desk', { limit: 3 });
 * await shop.close();
 */

export type { Document } from '@attune/schema';
export type { SearchHit } from '@attune/service';
export { DocumentIndex } from '@attune/tune';
export { Collection, type CollectionSearch, type NewDocument, type WriteOptions } from './collection.js';
// Documents with ids of your own, written and searched.
export { type OpenOptions, open } from './open.js';
// From a log to a better search.
export { type Tuned, type TuneOptions, tune } from './tune.js';
