import { AttuneError } from '@attune/errors';
import type { Connection } from './connection.js';
import { checkKey } from './names.js';
import type { Reads } from './reads.js';
import {
  type CollectionRow,
  collectionCrc,
  type DocumentColumns,
  documentCrc,
  readDocument,
  vectorCrc,
  vectorSetCrc,
} from './rows.js';
import type { AttributeValue, DocumentWrite, WriteResult } from './types.js';

/** Vectors of many documents as they cross threads: one buffer, which is handed over and not copied. */
export interface PackedVectors {
  ids: string[];
  sequences: number[];
  dim: number;
  /** float32, [ids, dim] */
  data: Float32Array;
}

type Body = { fields: Record<string, string>; attributes: Record<string, AttributeValue> };

/** Writes documents and their vectors. Every method runs within a transaction of its caller's. */
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
      'SELECT document, id, sequence, body, crc FROM documents WHERE collection = ? AND id = ?',
      collection.collection,
      id,
    );
    const isPresent = old !== undefined && old[3] !== null;
    if (write.op === 'upsert') {
      const { fields, attributes = {} } = write;
      const body = { fields: checkFields(fields, place), attributes: checkAttributes(attributes, place) };
      return this.#save(collection, id, old?.[0], isPresent, body);
    }
    if (!isPresent) return { id, status: 'notFound', sequence: 0 };
    if (write.op === 'delete') return this.#save(collection, id, old[0], true, undefined);
    if (write.op === 'patch') {
      const [, ...columns] = old;
      const { fields, attributes } = readDocument(this.#connection.file, collection.name, columns)!;
      const body = {
        fields: checkFields(merge(fields, write.fields), place),
        attributes: checkAttributes(merge(attributes, write.attributes), place),
      };
      return this.#save(collection, id, old[0], true, body);
    }
    const { op } = write as { op: unknown };
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected the op of write ${place} to be upsert, patch or delete, but received ${op}`,
    );
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
        'SELECT document FROM documents WHERE collection = ? AND id = ? AND sequence = ? AND body IS NOT NULL',
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
    const select = 'SELECT vector_set FROM vector_sets WHERE collection = ? AND fingerprint = ?';
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

  dropVectors(name: string, keep: readonly string[]): void {
    const { collection } = this.#reads.collection(name);
    const sets = this.#connection.all<[set: number, fingerprint: string]>(
      'SELECT vector_set, fingerprint FROM vector_sets WHERE collection = ?',
      collection,
    );
    for (const [set, fingerprint] of sets) {
      if (keep.includes(fingerprint)) continue;
      this.#connection.run('DELETE FROM vectors WHERE vector_set = ?', set);
      this.#connection.run('DELETE FROM vector_sets WHERE vector_set = ?', set);
    }
  }

  /** Everything of it but its row, which goes on counting for the next collection of that name. */
  drop(name: string): void {
    const row = this.#reads.collection(name);
    this.dropVectors(name, []);
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
      'SELECT collection FROM collections WHERE name = ?',
      name,
    );
    this.saveCollection({ collection, name, present: 1, lastSequence: 0, documents: 0 });
  }
}

/** Through entries, so that a field may be called `__proto__`. */
function merge<T>(old: Record<string, T>, changes: Record<string, T | null> = {}): Record<string, T> {
  const merged = new Map(Object.entries(old));
  for (const [name, value] of Object.entries(changes)) {
    if (value === null) merged.delete(name);
    else merged.set(name, value);
  }
  return Object.fromEntries(merged);
}

function checkFields(fields: Record<string, string>, place: number): Record<string, string> {
  for (const [name, value] of entriesOf(fields, 'fields', place)) {
    if (typeof value === 'string') continue;
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected field ${name} of write ${place} to be a text, but received ${value}`,
    );
  }
  return fields;
}

function checkAttributes(attributes: Record<string, AttributeValue>, place: number) {
  for (const [name, value] of entriesOf(attributes, 'attributes', place)) {
    if (typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)) continue;
    throw new AttuneError(
      'INVALID_ARGUMENT',
      `Expected attribute ${name} of write ${place} to be a text, a finite number, true or false, but received ${value}`,
    );
  }
  return attributes;
}

function entriesOf(value: unknown, what: string, place: number): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw new AttuneError(
    'INVALID_ARGUMENT',
    `Expected the ${what} of write ${place} to be an object, but received ${value}`,
  );
}
