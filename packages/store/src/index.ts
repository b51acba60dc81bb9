/**
 * Durable state on SQLite.
 *
 * @example
 * const store = await Store.open('data');
 * await store.createCollection('shop', collection, release);
 * await store.writeDocuments('shop', [{ op: 'upsert', id: '1', fields: { title: 'desk lamp' } }]);   // on the disk by now
 * for (const { id, fields } of StoreReader.open('data').documents('shop')) console.log(id, fields.title);
 */

// The one that writes, and those that read.
export { Store, type OpenOptions } from './store.js';
export { StoreReader } from './reader.js';

// Copies.
export { copyStore, restoreBackup, verifyFolder } from './backup.js';

// What is asked and kept.
export type { EventOptions, ListOptions } from './reads.js';
export type { Health } from './messages.js';
export type * from './types.js';
