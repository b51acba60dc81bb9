/**
 * Collections in service: documents are kept, searched, learned from, and their model is replaced in one flip.
 *
 * @example
 * const service = await Service.open('data');
 * await service.createCollection('shop');
 * await service.write('shop', [{ op: 'upsert', id: '1', fields: { title: 'Oak desk lamp' } }], { refresh: true });
 * const { hitsJson, queryId } = await service.search('shop', { text: 'lamp', limit: 10 });
 * await service.recordEvents([{ action_name: 'click', query_id: queryId, event_attributes: { object: { object_id: '1' } } }]);
 */

export { type CreateOptions, type PromoteRequest, Service } from './service.js';
export type { Log, ServiceOptions } from './options.js';

// Collections and what is asked of them.
export { documentLimits, wrongWrite } from './collections/check-writes.js';
export type { NumberedRelease } from './collections/serving-collection.js';
export type { Embedded } from './generation/embedding.js';
export { documentTextOf } from './generation/document-text.js';
export type { CollectionSummary, SearchAnswer, SearchHit, SearchMode, SearchRequest } from './types.js';

// Copies of a data folder, and what brings models in while no server runs.
export { type BackupOptions, type BackupSummary, backUpData } from './backup/back-up-data.js';
export { restoreData } from './backup/restore-data.js';
export { type ModelView, Models } from './models/models.js';
