/**
 * Durable state on SQLite.
 *
 * @example
 * const store = await Store.open('data');
 * await store.createCollection('icons', collection, release);
 * await store.writeDocuments('icons', [{ op: 'upsert', id: 'a', fields: { title: 'desk lamp' } }]);   // synced to disk
 * for (const { id, fields } of StoreReader.open('data').documents('icons')) console.log(id, fields.title);
 * await store.close();
 */

// One writes, in a thread of its own; any number read.
export { Store } from './store.js';
export type { OpenOptions } from './store.js';
export type { Health } from './writer.js';
export { StoreReader } from './reader.js';
export type { EventOptions, ListOptions } from './reads.js';
export { isLearnedFrom } from './learned-from.js';
export { lowerThreadPriority } from './thread-priority.js';

// Copies and checks of a folder, open or not.
export { copyStore, scrubStore, verifyFolder } from './upkeep.js';

// Where everything of a data folder lies.
export {
  bundleFolder,
  bundlesFolder,
  datasetFiles,
  datasetFolder,
  datasetReport,
  datasetsFolder,
  indexesFolder,
  jobFolder,
  jobsFolder,
  lastUsedFile,
  openingFile,
  quarantineFolder,
  storeFile,
  storeFileName,
} from './data-folder.js';

// What is kept.
export type * from './types.js';
