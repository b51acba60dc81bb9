import type { Document, DocumentWrite } from '@attune/schema';
import { number, textOf } from './columns.js';
import type { Connection } from './connection.js';
import { hiddenRows } from './failures.js';
import { checkKey } from './names.js';
import type { Reads } from './reads.js';
import {
  type CollectionRow,
  collectionCrc,
  type DocumentColumns,
  documentColumns,
  documentCrc,
  readDocument,
  vectorCrc,
  vectorSetCrc,
} from './rows.js';
import type { WriteResult } from './types.js';

/** Vectors of many documents as they cross threads: one buffer, which is handed over and not copied. */
export interface PackedVectors {
  ids: string[];
  sequences: number[];
  dim: number;
  /** float32, [ids, dim] */
  data: Float32Array;
}

type Body = Readonly<Pick<Document, 'fields' | 'attributes'>>;

/**
 * Writes documents and their vectors. Every method runs within a transaction of its caller's.
 *
 * Documents are trusted to be as `checkDocumentWrite` of @attune/schema lets them through; only their ids are looked at, as every key is.
 */
export class DocumentWrites {
  readonly #connection: Connection;
  readonly #reads: Reads;

  constructor(connection: Connection, reads: Reads) {
    this.#connection = connection;
    this.#reads = reads;
  }

  saveCollection(row: CollectionRow): void {
    this.#connection.run(
      'UPDATE collections SET present = ?, last_sequence = ?, documents = ?, crc = ? WHERE collection = ?',
      row.present,
      row.lastSequence,
      row.documents,
      collectionCrc(row),
      row.collection,
    );
  }

  write(name: string, writes: readonly DocumentWrite[]): WriteResult[] {
    const collection = this.#reads.collection(name);
    const results = writes.map((write, place) => this.#writeOne(collection, write, place));
    this.saveCollection(collection);
    return results;
  }

  #writeOne(collection: CollectionRow, write: DocumentWrite, place: number): WriteResult {
    const { id } = write;
    checkKey(id, `the id of write ${place}`);
    const old = this.#connection.get<[document: number, ...DocumentColumns]>(
      `SELECT ${number('document')}, ${documentColumns()} FROM documents WHERE collection = ? AND id = ?`,
      collection.collection,
      id,
    );
    // A damaged page may lead to another document, which is not to be overwritten.
    if (old !== undefined && textOf(old[1]) !== id)
      throw hiddenRows(this.#connection.file, `documents ${collection.name}`);
    const isPresent = old !== undefined && old[3] !== null;
    if (write.op === 'patch' || write.op === 'delete') {
      if (!isPresent) return { id, status: 'notFound', sequence: 0 };
      if (write.op === 'delete') return this.#save(collection, id, old[0], true, undefined);
      const [, ...columns] = old;
      const { fields, attributes } = readDocument(this.#connection.file, collection.name, columns)!;
      const body = { fields: merge(fields, write.fields), attributes: merge(attributes, write.attributes) };
      return this.#save(collection, id, old[0], true, body);
    }
    const { fields, attributes = {} } = write;
    const body = { fields: withoutNulls(fields), attributes: withoutNulls(attributes) };
    return this.#save(collection, id, old?.[0], isPresent, body);
  }

  #save(
    collection: CollectionRow,
    id: string,
    row: number | undefined,
    wasPresent: boolean,
    body: Body | undefined,
  ): WriteResult {
    const sequence = ++collection.lastSequence;
    const text = body === undefined ? null : JSON.stringify(body);
    const crc = documentCrc(collection.name, id, sequence, text);
    if (row === undefined) {
      this.#connection.run(
        'INSERT INTO documents (collection, id, sequence, body, crc) VALUES (?, ?, ?, ?, ?)',
        collection.collection,
        id,
        sequence,
        text,
        crc,
      );
    } else {
      this.#connection.run(
        'UPDATE documents SET sequence = ?, body = ?, crc = ? WHERE document = ?',
        sequence,
        text,
        crc,
        row,
      );
    }
    collection.documents += Number(text !== null) - Number(wasPresent);
    if (text !== null) return { id, status: wasPresent ? 'updated' : 'created', sequence };
    this.#connection.run(
      'DELETE FROM vectors WHERE document = ? AND vector_set IN (SELECT vector_set FROM vector_sets WHERE collection = ?)',
      row!,
      collection.collection,
    );
    return { id, status: 'deleted', sequence };
  }

  putVectors(name: string, fingerprint: string, { ids, sequences, dim, data }: PackedVectors): void {
    const { collection } = this.#reads.collection(name);
    checkKey(fingerprint, 'the fingerprint');
    const set = this.#vectorSet(collection, name, fingerprint);
    for (const [row, id] of ids.entries()) {
      const sequence = sequences[row]!;
      const document = this.#connection.get<[number]>(
        `SELECT ${number('document')} FROM documents WHERE collection = ? AND id = ? AND sequence = ? AND body IS NOT NULL`,
        collection,
        id,
        sequence,
      );
      if (document === undefined) continue;
      const vector = new Uint8Array(data.buffer, data.byteOffset + row * dim * 4, dim * 4);
      this.#connection.run(
        'INSERT INTO vectors (vector_set, document, sequence, vector, crc) VALUES (?, ?, ?, ?, ?) ' +
          'ON CONFLICT (vector_set, document) DO UPDATE SET ' +
          'sequence = excluded.sequence, vector = excluded.vector, crc = excluded.crc',
        set,
        document[0],
        sequence,
        vector,
        vectorCrc(name, id, fingerprint, sequence, vector),
      );
    }
  }

  #vectorSet(collection: number, name: string, fingerprint: string): number {
    const select = `SELECT ${number('vector_set')} FROM vector_sets WHERE collection = ? AND fingerprint = ?`;
    const known = this.#connection.get<[number]>(select, collection, fingerprint);
    if (known !== undefined) return known[0];
    this.#connection.run(
      'INSERT INTO vector_sets (collection, fingerprint, crc) VALUES (?, ?, ?)',
      collection,
      fingerprint,
      vectorSetCrc(name, fingerprint),
    );
    return this.#connection.value(select, collection, fingerprint);
  }

  dropVectors(name: string, fingerprints: readonly string[]): void {
    const { collection } = this.#reads.collection(name);
    for (const fingerprint of fingerprints) {
      const set = this.#connection.get<[number]>(
        `SELECT ${number('vector_set')} FROM vector_sets WHERE collection = ? AND fingerprint = ?`,
        collection,
        fingerprint,
      );
      if (set === undefined) continue;
      this.#connection.run('DELETE FROM vectors WHERE vector_set = ?', set[0]);
      this.#connection.run('DELETE FROM vector_sets WHERE vector_set = ?', set[0]);
    }
  }

  /** Everything of it but its row, which goes on counting for the next collection of that name. */
  drop(name: string): void {
    const row = this.#reads.collection(name);
    // Nothing of it is read: what is damaged can be dropped.
    this.#connection.run(
      'DELETE FROM vectors WHERE vector_set IN (SELECT vector_set FROM vector_sets WHERE collection = ?)',
      row.collection,
    );
    this.#connection.run('DELETE FROM vector_sets WHERE collection = ?', row.collection);
    this.#connection.run('DELETE FROM documents WHERE collection = ?', row.collection);
    this.saveCollection({ ...row, present: 0, documents: 0 });
  }

  create(name: string): void {
    const row = this.#reads.collectionRow(name);
    if (row !== undefined) {
      this.saveCollection({ ...row, present: 1 });
      return;
    }
    this.#connection.run(
      'INSERT INTO collections (name, present, last_sequence, documents, crc) VALUES (?, 1, 0, 0, 0)',
      name,
    );
    const collection = this.#connection.value<number>(
      `SELECT ${number('collection')} FROM collections WHERE name = ?`,
      name,
    );
    this.saveCollection({ collection, name, present: 1, lastSequence: 0, documents: 0 });
  }
}

/** The same values where none is null, as most often: to copy them would take as long as to check them. */
function withoutNulls<Value>(
  values: Readonly<Record<string, Value | null>>,
): Readonly<Record<string, Value>> {
  return Object.values(values).includes(null) ? merge({}, values) : (values as Record<string, Value>);
}

/** What is null is taken away. Through entries, so that a field may be called `constructor` or `__proto__`. */
function merge<Value>(
  old: Record<string, Value>,
  changes: Readonly<Record<string, Value | null>> = {},
): Record<string, Value> {
  const merged = new Map(Object.entries(old));
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) merged.delete(name);
    else merged.set(name, value);
  }
  return Object.fromEntries(merged);
}
