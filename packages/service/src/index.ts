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

export type { CreateOptions, PromoteRequest } from './requests.js';
export { Service } from './service.js';
export type { Log, RetentionSettings, ScrubSettings, ServiceOptions } from './options.js';
export type { ScrubReport } from './scrub/scrub.js';

// Collections and what is asked of them.
export type { NumberedRelease, Promotion } from './collections/changes.js';
export type { BatchFigures } from './coalescer.js';
export type { Embedded } from './encoding/embed-requests.js';
export type { CollectionSummary, SearchAnswer, SearchHit } from './types.js';

// Long work, and what it works with.
export { finishJobs } from './finish/finish-jobs.js';
export type { CycleFinisher, CycleJobResult, Promote } from './finish/finish-cycle.js';
export { Models, type ModelView, type ReceivedModel } from './models/models.js';
export { Datasets, type DatasetsOptions, type DatasetView } from './datasets/datasets.js';
export { Triggers, type TriggersOptions } from './triggers/triggers.js';

// Copies of a data folder, and whether it is whole.
export { type BackupOptions, type BackupSummary, backUpData } from './backup/back-up-data.js';
export { restoreData } from './backup/restore-data.js';
export { type DataReport, verifyData } from './backup/verify-data.js';
