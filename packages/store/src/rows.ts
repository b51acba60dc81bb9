import type { KeptUbiEvent } from '@attune/schema';
import { rowChecksum } from './checksum.js';
import { DamagedRow } from './failures.js';
import type { SearchRecord, StoredDocument, StoredVector } from './types.js';

/**
 * What each table's rows mean: the keys that their checksums cover beside the body, and how a body becomes a value. Every value that
 * is given out goes through here.
 */

/**
 * Throws FILE_CORRUPT, naming the row, unless its checksum fits. Damage may have changed what kind of value a body is.
 *
 * @param name  of the row, such as `documents icons/42`: told by its first two keys, unless given
 */
function check(
  file: string,
  table: string,
  keys: readonly (string | number)[],
  body: unknown,
  crc: number,
  name = `${table} ${keys.slice(0, 2).join('/')}`,
): void {
  const isBody = typeof body === 'string' || body instanceof Uint8Array;
  if (!isBody || rowChecksum([table, ...keys], body) !== crc) throw new DamagedRow(file, name);
}

export interface CollectionRow {
  collection: number;
  name: string;
  present: number;
  lastSequence: number;
  documents: number;
}

export const collectionCrc = (row: CollectionRow) =>
  rowChecksum(['collections', row.name, row.collection, row.present, row.lastSequence, row.documents]);

export type CollectionColumns = [
  collection: number,
  name: string,
  present: number,
  last: number,
  documents: number,
  crc: number,
];

export function readCollection(file: string, columns: CollectionColumns): CollectionRow {
  const [collection, name, present, lastSequence, documents, crc] = columns;
  check(file, 'collections', [name, collection, present, lastSequence, documents], '', crc);
  return { collection, name, present, lastSequence, documents };
}

export const documentCrc = (collection: string, id: string, sequence: number, body: string | null) =>
  rowChecksum(['documents', collection, id, sequence, body === null ? 'deleted' : 'present'], body ?? '');

export type DocumentColumns = [id: string, sequence: number, body: string | null, crc: number];

/** A document as it is; undefined: it was deleted. */
export function readDocument(
  file: string,
  collection: string,
  [id, sequence, body, crc]: DocumentColumns,
): StoredDocument | undefined {
  const state = body === null ? 'deleted' : 'present';
  check(file, 'documents', [collection, id, sequence, state], body ?? '', crc);
  if (body === null) return undefined;
  const { fields, attributes } = JSON.parse(body);
  return { id, fields, attributes, sequence };
}

export const vectorSetCrc = (collection: string, fingerprint: string) =>
  rowChecksum(['vector_sets', collection, fingerprint]);

export function checkVectorSet(file: string, collection: string, fingerprint: string, crc: number): void {
  check(file, 'vector_sets', [collection, fingerprint], '', crc);
}

export const vectorCrc = (
  collection: string,
  id: string,
  fingerprint: string,
  sequence: number,
  vector: Uint8Array,
) => rowChecksum(['vectors', collection, id, fingerprint, sequence], vector);

export type VectorColumns = [id: string, sequence: number, vector: Uint8Array, crc: number];

export function readVector(
  file: string,
  collection: string,
  fingerprint: string,
  [id, sequence, bytes, crc]: VectorColumns,
): StoredVector {
  check(file, 'vectors', [collection, id, fingerprint, sequence], bytes, crc);
  // A copy, because bytes may start anywhere in a buffer of Node's and a Float32Array may not.
  const vector = new Float32Array(bytes.length / 4);
  new Uint8Array(vector.buffer).set(bytes);
  return { id, sequence, vector };
}

export const searchCrc = (queryId: string, collection: string, at: number, body: string) =>
  rowChecksum(['searches', queryId, collection, at], body);

export type SearchColumns = [queryId: string, collection: string, at: number, body: string, crc: number];

export function readSearch(file: string, [queryId, collection, at, body, crc]: SearchColumns): SearchRecord {
  check(file, 'searches', [queryId, collection, at], body, crc);
  return { queryId, collection, at, ...JSON.parse(body) };
}

const eventKeys = (
  sequence: number,
  receivedAt: number,
  queryId: string | null,
  application: string | null,
) => [sequence, receivedAt, JSON.stringify([queryId, application])];

export const eventCrc = (
  sequence: number,
  receivedAt: number,
  queryId: string | null,
  application: string | null,
  body: string,
) => rowChecksum(['events', ...eventKeys(sequence, receivedAt, queryId, application)], body);

export type EventColumns = [
  sequence: number,
  receivedAt: number,
  queryId: string | null,
  application: string | null,
  body: string,
  crc: number,
];

export function readEvent(
  file: string,
  [sequence, receivedAt, queryId, application, body, crc]: EventColumns,
): { sequence: number; receivedAt: number; event: KeptUbiEvent } {
  check(
    file,
    'events',
    eventKeys(sequence, receivedAt, queryId, application),
    body,
    crc,
    `events ${sequence}`,
  );
  return { sequence, receivedAt, event: JSON.parse(body) };
}

export const idempotencyCrc = (key: string, at: number, first: number, count: number) =>
  rowChecksum(['idempotency', key, at, first, count]);

export type IdempotencyColumns = [key: string, at: number, first: number, count: number, crc: number];

export function readIdempotency(file: string, [key, at, first, count, crc]: IdempotencyColumns) {
  check(file, 'idempotency', [key, at, first, count], '', crc);
  return { first, count };
}

export const recordCrc = (kind: string, name: string, version: number, body: string) =>
  rowChecksum(['records', kind, name, version], body);

export type RecordColumns = [kind: string, name: string, version: number, body: string, crc: number];

export function readRecord(file: string, [kind, name, version, body, crc]: RecordColumns) {
  check(file, 'records', [kind, name, version], body, crc);
  return { name, version, value: JSON.parse(body) };
}
