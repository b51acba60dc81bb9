/**
 * The HTTP API of Attune, typed. For Node and browsers; nothing is imported.
 *
 * @example
 * const client = createClient({ url: 'http://127.0.0.1:7400', key: 'attune_…' });
 * await client.collections.create({ name: 'shop' });
 * await client.documents.put('shop', '1', { fields: { title: 'Oak desk lamp' } }, { refresh: 'wait' });
 * const { hits, query_id } = await client.search('shop', { text: 'lamp' });
 * await client.events.send({ action_name: 'click', query_id, event_attributes: { object: { object_id: hits[0].id } } });
 */

// The client.
export { createClient } from './client.js';
export type { Client } from './client.js';
export type { CallOptions, ClientOptions } from './transport.js';
export type { PushOptions } from './operations/administration.js';
export type { WriteOptions } from './operations/documents.js';
export type { IdempotentOptions } from './operations/search.js';

// What goes wrong.
export { AttuneApiError, AttuneConnectionError } from './errors.js';
export type { FieldError } from './errors.js';

// What goes in and comes out.
export type * from './types.js';
export type { components, operations, paths } from './api.js';
