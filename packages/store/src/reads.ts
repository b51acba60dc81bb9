import { AttuneError } from '@attune/errors';
import type { Connection } from './connection.js';
import { asAttuneError } from './failures.js';
import {
  type CollectionColumns,
  type CollectionRow,
  checkVectorSet,
  type DocumentColumns,
  type EventColumns,
  type RecordColumns,
  readCollection,
  readDocument,
  readEvent,
  readRecord,
  readSearch,
  readVector,
  type SearchColumns,
  type VectorColumns,
} from './rows.js';
import type {
  DocumentChange,
  RecordKind,
  StoredDocument,
  StoredEvent,
  StoredRecord,
  StoredVector,
} from './types.js';

export interface ListOptions {
  /** Of the name. */
  prefix?: string | undefined;
  /** A name: starts behind it, in the order asked for. */
  after?: string | undefined;
  limit?: number | undefined;
  reverse?: boolean | undefined;
}

export interface EventOptions {
  /** Only the events of its searches, and those that cite no search of this store and name it as their application. */
  collection?: string | undefined;
  /** A sequence: starts behind it. */
  after?: number | undefined;
}

/** Rows read at once, between which a caller may stop. */
const pageRows = 512;
const vectorPageRows = 128;

const noLimit = -1;
/** Sorts behind every continuation of a text, in the order of UTF-8. */
const behindAll = '\u{10ffff}';

/** Every question that is asked of the tables, over any connection. Rows come in the order of their ids' UTF-8 bytes. */
export class Reads {
  readonly #connection: Connection;
  readonly #file: string;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#file = connection.file;
  }

  get<K extends RecordKind>(kind: K, name: string): StoredRecord<K> | undefined {
    const row = this.#connection.get<RecordColumns>(
      'SELECT kind, name, version, body, crc FROM records WHERE kind = ? AND name = ?',
      kind,
      name,
    );
    return row && readRecord(this.#file, row);
  }

  list<K extends RecordKind>(kind: K, options: ListOptions = {}): StoredRecord<K>[] {
    const { prefix = '', after, limit = noLimit, reverse = false } = options;
    const select =
      'SELECT kind, name, version, body, crc FROM records WHERE kind = ? AND name >= ? AND name < ?';
    const end = prefix + behindAll;
    const rows = reverse
      ? this.#connection.all<RecordColumns>(
          `${select} AND name < ? ORDER BY name DESC LIMIT ?`,
          kind,
          prefix,
          end,
          after ?? end,
          limit,
        )
      : this.#connection.all<RecordColumns>(
          `${select} AND name > ? ORDER BY name LIMIT ?`,
          kind,
          prefix,
          end,
          after ?? '',
          limit,
        );
    return rows.map((row) => readRecord(this.#file, row));
  }

  /** Its row, also when it was dropped; undefined when there never was one. */
  collectionRow(name: string): CollectionRow | undefined {
    const row = this.#connection.get<CollectionColumns>(
      'SELECT collection, name, present, last_sequence, documents, crc FROM collections WHERE name = ?',
      name,
    );
    return row && readCollection(this.#file, row);
  }

  /** @throws {AttuneError} NOT_FOUND */
  collection(name: string): CollectionRow {
    const row = this.collectionRow(name);
    if (row?.present) return row;
    throw new AttuneError('NOT_FOUND', `There is no collection called ${JSON.stringify(name)}`);
  }

  document(collection: string, id: string): StoredDocument | undefined {
    const row = this.#connection.get<DocumentColumns>(
      'SELECT id, sequence, body, crc FROM documents WHERE collection = ? AND id = ?',
      this.collection(collection).collection,
      id,
    );
    return row && readDocument(this.#file, collection, row);
  }

  /** The next of them by id. */
  documentsPage(collection: string, after: string, limit: number): StoredDocument[] {
    const rows = this.#connection.all<DocumentColumns>(
      'SELECT id, sequence, body, crc FROM documents ' +
        'WHERE collection = ? AND id > ? AND body IS NOT NULL ORDER BY id LIMIT ?',
      this.collection(collection).collection,
      after,
      limit,
    );
    return rows.map((row) => readDocument(this.#file, collection, row)!);
  }

  *documents(collection: string): Generator<StoredDocument> {
    let after = '';
    while (true) {
      const page = this.#told(() => this.documentsPage(collection, after, pageRows));
      yield* page;
      if (page.length < pageRows) return;
      after = page.at(-1)!.id;
    }
  }

  *changes(collection: string, after: number): Generator<DocumentChange> {
    while (true) {
      const page = this.#told(() => this.#changesPage(collection, after));
      yield* page;
      if (page.length < pageRows) return;
      after = page.at(-1)!.sequence;
    }
  }

  #changesPage(collection: string, after: number): DocumentChange[] {
    const rows = this.#connection.all<DocumentColumns>(
      'SELECT id, sequence, body, crc FROM documents ' +
        'WHERE collection = ? AND sequence > ? ORDER BY sequence LIMIT ?',
      this.collection(collection).collection,
      after,
      pageRows,
    );
    return rows.map((row) => ({
      sequence: row[1],
      id: row[0],
      document: readDocument(this.#file, collection, row),
    }));
  }

  vectorFingerprints(collection: string): string[] {
    const sets = this.#connection.all<[fingerprint: string]>(
      'SELECT fingerprint FROM vector_sets WHERE collection = ?',
      this.collection(collection).collection,
    );
    return sets.map(([fingerprint]) => fingerprint);
  }

  *vectors(collection: string, fingerprint: string): Generator<StoredVector> {
    let after = 0;
    while (true) {
      const page = this.#told(() => this.#vectorsPage(collection, fingerprint, after));
      for (const [, ...row] of page)
        yield this.#told(() => readVector(this.#file, collection, fingerprint, row));
      if (page.length < vectorPageRows) return;
      after = page.at(-1)![0];
    }
  }

  #vectorsPage(collection: string, fingerprint: string, after: number) {
    const row = this.#connection.get<[set: number, crc: number]>(
      'SELECT vector_set, crc FROM vector_sets WHERE collection = ? AND fingerprint = ?',
      this.collection(collection).collection,
      fingerprint,
    );
    if (row === undefined) return [];
    checkVectorSet(this.#file, collection, fingerprint, row[1]);
    return this.#connection.all<[document: number, ...VectorColumns]>(
      'SELECT v.document, d.id, v.sequence, v.vector, v.crc FROM vectors v CROSS JOIN documents d ' +
        'ON d.document = v.document AND d.sequence = v.sequence AND d.body IS NOT NULL ' +
        'WHERE v.vector_set = ? AND v.document > ? ORDER BY v.document LIMIT ?',
      row[0],
      after,
      vectorPageRows,
    );
  }

  *events({ collection, after = 0 }: EventOptions = {}): Generator<StoredEvent> {
    while (true) {
      const page = this.#told(() => this.#eventsPage(collection, after));
      yield* page;
      if (page.length < pageRows) return;
      after = page.at(-1)!.sequence;
    }
  }

  #eventsPage(collection: string | undefined, after: number): StoredEvent[] {
    const rows = this.#connection.all<[...EventColumns, ...(SearchColumns | null[])]>(
      'SELECT e.sequence, e.received_at, e.query_id, e.application, e.body, e.crc, ' +
        's.query_id, s.collection, s.at, s.body, s.crc ' +
        'FROM events e LEFT JOIN searches s ON s.query_id = e.query_id ' +
        'WHERE e.sequence > ? AND (? IS NULL OR coalesce(s.collection, e.application) = ?) ' +
        'ORDER BY e.sequence LIMIT ?',
      after,
      collection ?? null,
      collection ?? null,
      pageRows,
    );
    return rows.map((row) => {
      const search = row.slice(6) as SearchColumns | null[];
      return {
        ...readEvent(this.#file, row.slice(0, 6) as EventColumns),
        search: isSearch(search) ? readSearch(this.#file, search) : undefined,
      };
    });
  }

  countEvents(): number {
    // They are numbered from 1 and never deleted.
    return this.#connection.value('SELECT coalesce(max(sequence), 0) FROM events');
  }

  /** A generator runs when its caller asks, so it translates its own errors. */
  #told<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw asAttuneError(error, this.#file);
    }
  }
}

const isSearch = (columns: SearchColumns | null[]): columns is SearchColumns => columns[0] !== null;
