import { isUtf8 } from 'node:buffer';
import type { KeptUbiEvent } from '@attune/schema';
import { rowChecksum } from './checksum.js';
import { bytes, number, type TextBytes, textOf, textOrNull } from './columns.js';
import { DamagedRow } from './failures.js';
import type { EventSource, SearchRecord, StoredDocument, StoredVector } from './types.js';

/**
 * What each table's rows mean: how their columns are asked for, the keys that their checksums cover beside the body, and how a body becomes a
 * value. Every value that is given out goes through here.
 */

/** @param of  what stands before the names of columns, such as `d.` */
type Columns = (of?: string) => string;

const noBody = new Uint8Array();

/**
 * Throws FILE_CORRUPT, naming the row, unless its checksum fits. Damage may have changed what kind of value a body is.
 *
 * @param name  of the row, such as `documents icons/42`: told by its first two keys, unless given
 */
function check(
  file: string,
  table: string,
  keys: readonly (string | number)[],
  body: Uint8Array | null,
  crc: number,
  name = `${table} ${keys.slice(0, 2).join('/')}`,
): void {
  if (body === null || rowChecksum([table, ...keys], body) !== crc) throw new DamagedRow(file, name);
}

/** Of a row whose checksum fits. */
function json(file: string, body: TextBytes, name: string) {
  if (!isUtf8(body)) throw new DamagedRow(file, name);
  return JSON.parse(textOf(body));
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

export const collectionColumns: Columns = (of = '') =>
  `${number(`${of}collection`)}, ${bytes(`${of}name`)}, ${number(`${of}present`)}, ${number(`${of}last_sequence`)}, ` +
  `${number(`${of}documents`)}, ${number(`${of}crc`)}`;

export type CollectionColumns = [
  collection: number,
  name: TextBytes,
  present: number,
  last: number,
  documents: number,
  crc: number,
];

export function readCollection(file: string, columns: CollectionColumns): CollectionRow {
  const [collection, nameBytes, present, lastSequence, documents, crc] = columns;
  const name = textOf(nameBytes);
  check(
    file,
    'collections',
    [name, collection, present, lastSequence, documents],
    noBody,
    crc,
    `collections ${name}`,
  );
  return { collection, name, present, lastSequence, documents };
}

export const documentCrc = (collection: string, id: string, sequence: number, body: string | null) =>
  rowChecksum(['documents', collection, id, sequence, body === null ? 'deleted' : 'present'], body ?? '');

export const documentColumns: Columns = (of = '') =>
  `${bytes(`${of}id`)}, ${number(`${of}sequence`)}, ${bytes(`${of}body`)}, ${number(`${of}crc`)}`;

export type DocumentColumns = [id: TextBytes, sequence: number, body: TextBytes | null, crc: number];

/** A document as it is; undefined: it was deleted. */
export function readDocument(
  file: string,
  collection: string,
  [idBytes, sequence, body, crc]: DocumentColumns,
): StoredDocument | undefined {
  const id = textOf(idBytes);
  const state = body === null ? 'deleted' : 'present';
  check(file, 'documents', [collection, id, sequence, state], body ?? noBody, crc);
  if (body === null) return undefined;
  const { fields, attributes } = json(file, body, `documents ${collection}/${id}`);
  return { id, fields, attributes, sequence };
}

export const vectorSetCrc = (collection: string, fingerprint: string) =>
  rowChecksum(['vector_sets', collection, fingerprint]);

export const vectorSetColumns: Columns = (of = '') => `${bytes(`${of}fingerprint`)}, ${number(`${of}crc`)}`;

export type VectorSetColumns = [fingerprint: TextBytes, crc: number];

/** Its fingerprint. */
export function readVectorSet(file: string, collection: string, [bytes, crc]: VectorSetColumns): string {
  const fingerprint = textOf(bytes);
  check(file, 'vector_sets', [collection, fingerprint], noBody, crc);
  return fingerprint;
}

export const vectorCrc = (
  collection: string,
  id: string,
  fingerprint: string,
  sequence: number,
  vector: Uint8Array,
) => rowChecksum(['vectors', collection, id, fingerprint, sequence], vector);

/** Of a vector `v` and its document `d`. */
export const vectorColumns = `${bytes('d.id')}, ${number('v.sequence')}, ${bytes('v.vector')}, ${number('v.crc')}`;

export type VectorColumns = [id: TextBytes, sequence: number, vector: Uint8Array | null, crc: number];

export function readVector(
  file: string,
  collection: string,
  fingerprint: string,
  [idBytes, sequence, bytes, crc]: VectorColumns,
): StoredVector {
  const id = textOf(idBytes);
  check(file, 'vectors', [collection, id, fingerprint, sequence], bytes, crc);
  // A copy, because bytes may start anywhere in a buffer of Node's and a Float32Array may not.
  const vector = new Float32Array(bytes!.length / 4);
  new Uint8Array(vector.buffer).set(bytes!);
  return { id, sequence, vector };
}

export const searchCrc = (queryId: string, collection: string, at: number, body: string) =>
  rowChecksum(['searches', queryId, collection, at], body);

export const searchColumns: Columns = (of = '') =>
  `${bytes(`${of}query_id`)}, ${bytes(`${of}collection`)}, ${number(`${of}at`)}, ${bytes(`${of}body`)}, ${number(`${of}crc`)}`;

export type SearchColumns = [
  queryId: TextBytes,
  collection: TextBytes,
  at: number,
  body: TextBytes | null,
  crc: number,
];

export function readSearch(
  file: string,
  [queryIdBytes, collectionBytes, at, body, crc]: SearchColumns,
): SearchRecord {
  const queryId = textOf(queryIdBytes);
  const collection = textOf(collectionBytes);
  const name = `searches ${queryId}/${collection}`;
  check(file, 'searches', [queryId, collection, at], body, crc, name);
  return { queryId, collection, at, ...json(file, body!, name) };
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

export const eventColumns: Columns = (of = '') =>
  `${number(`${of}sequence`)}, ${number(`${of}received_at`)}, ${bytes(`${of}query_id`)}, ${bytes(`${of}application`)}, ` +
  `${bytes(`${of}body`)}, ${number(`${of}crc`)}`;

export type EventColumns = [
  sequence: number,
  receivedAt: number,
  queryId: TextBytes | null,
  application: TextBytes | null,
  body: TextBytes | null,
  crc: number,
];

/** An event whose body is read when it is asked for: most readers want those of one collection. */
export interface CheckedEvent {
  sequence: number;
  receivedAt: number;
  queryId: string | null;
  application: string | null;
  event: () => KeptUbiEvent;
}

export function readEvent(
  file: string,
  [sequence, receivedAt, queryIdBytes, applicationBytes, body, crc]: EventColumns,
): CheckedEvent {
  const queryId = textOrNull(queryIdBytes);
  const application = textOrNull(applicationBytes);
  const name = `events ${sequence}`;
  check(file, 'events', eventKeys(sequence, receivedAt, queryId, application), body, crc, name);
  return { sequence, receivedAt, queryId, application, event: () => json(file, body!, name) };
}

export type EventBatchColumns = [
  first: number,
  count: number,
  key: TextBytes | null,
  mayImport: number,
  takenBackAt: number | null,
  sha256: TextBytes,
  crc: number,
];

export const eventBatchColumns: Columns = (of = '') =>
  `${number(`${of}first`)}, ${number(`${of}count`)}, ${bytes(`${of}key`)}, ${number(`${of}may_import`)}, ` +
  `${number(`${of}taken_back_at`)}, ${bytes(`${of}sha256`)}, ${number(`${of}crc`)}`;

export const eventBatchCrc = (...[first, count, key, mayImport, takenBackAt, sha256]: EventBatchValues) =>
  rowChecksum(['event_batches', first, count, JSON.stringify([key, mayImport, takenBackAt]), sha256]);

type EventBatchValues = [
  first: number,
  count: number,
  key: string | null,
  mayImport: number,
  takenBackAt: number | null,
  sha256: string,
];

/** The events that one request brought. */
export interface EventBatch extends EventSource {
  first: number;
  count: number;
  /** Of the events as they are kept, in hex. */
  sha256: string;
}

export function readEventBatch(
  file: string,
  [first, count, keyBytes, mayImport, takenBackAt, sha256Bytes, crc]: EventBatchColumns,
): EventBatch {
  const key = textOrNull(keyBytes);
  const sha256 = textOf(sha256Bytes);
  const keys = [first, count, JSON.stringify([key, mayImport, takenBackAt]), sha256];
  check(file, 'event_batches', keys, noBody, crc, `event_batches ${first}`);
  return { first, count, key, mayImport: mayImport === 1, isTakenBack: takenBackAt !== null, sha256 };
}

export const idempotencyCrc = (key: string, at: number, first: number, count: number) =>
  rowChecksum(['idempotency', key, at, first, count]);

export const idempotencyColumns: Columns = (of = '') =>
  `${bytes(`${of}key`)}, ${number(`${of}at`)}, ${number(`${of}first`)}, ${number(`${of}count`)}, ${number(`${of}crc`)}`;

export type IdempotencyColumns = [key: TextBytes, at: number, first: number, count: number, crc: number];

export function readIdempotency(file: string, [keyBytes, at, first, count, crc]: IdempotencyColumns) {
  const key = textOf(keyBytes);
  check(file, 'idempotency', [key, at, first, count], noBody, crc, `idempotency ${key}`);
  return { first, count };
}

export const recordCrc = (kind: string, name: string, version: number, body: string) =>
  rowChecksum(['records', kind, name, version], body);

export const recordColumns: Columns = (of = '') =>
  `${bytes(`${of}kind`)}, ${bytes(`${of}name`)}, ${number(`${of}version`)}, ${bytes(`${of}body`)}, ${number(`${of}crc`)}`;

export type RecordColumns = [
  kind: TextBytes,
  name: TextBytes,
  version: number,
  body: TextBytes | null,
  crc: number,
];

export function readRecord(file: string, [kindBytes, nameBytes, version, body, crc]: RecordColumns) {
  const kind = textOf(kindBytes);
  const name = textOf(nameBytes);
  check(file, 'records', [kind, name, version], body, crc);
  return { kind, name, version, value: json(file, body!, `records ${kind}/${name}`) };
}

export const totalCrc = (what: string, count: number) => rowChecksum(['totals', what, count]);

export const totalColumns: Columns = (of = '') =>
  `${bytes(`${of}what`)}, ${number(`${of}count`)}, ${number(`${of}crc`)}`;

export type TotalColumns = [what: TextBytes, count: number, crc: number];

export function readTotal(file: string, [whatBytes, count, crc]: TotalColumns): number {
  const what = textOf(whatBytes);
  check(file, 'totals', [what, count], noBody, crc, `totals ${what}`);
  return count;
}

export const identityCrc = (id: string) => rowChecksum(['identity', id]);

export const identityColumns: Columns = (of = '') => `${bytes(`${of}id`)}, ${number(`${of}crc`)}`;

export type IdentityColumns = [id: TextBytes, crc: number];

export function readIdentity(file: string, [idBytes, crc]: IdentityColumns): string {
  const id = textOf(idBytes);
  check(file, 'identity', [id], noBody, crc, 'identity');
  return id;
}
