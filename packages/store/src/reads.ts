import { AttuneError } from '@attune/errors';
import { number, type TextBytes, textOf } from './columns.js';
import type { Connection } from './connection.js';
import { asAttuneError, DamagedRow, hiddenRows } from './failures.js';
import {
  type CollectionColumns,
  type CollectionRow,
  collectionColumns,
  type DocumentColumns,
  documentColumns,
  type EventBatch,
  type EventBatchColumns,
  type EventColumns,
  eventBatchColumns,
  eventColumns,
  type IdentityColumns,
  identityColumns,
  type RecordColumns,
  readCollection,
  readDocument,
  readEvent,
  readEventBatch,
  readIdentity,
  readRecord,
  readSearch,
  readVector,
  readVectorSet,
  recordColumns,
  type SearchColumns,
  searchColumns,
  type VectorColumns,
  type VectorSetColumns,
  vectorColumns,
  vectorSetColumns,
} from './rows.js';
import { batchesTotal, eventsTotal, readTotalOf, recordsTotal } from './totals.js';
import type {
  DocumentChange,
  DocumentsPage,
  EventSource,
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

/** Rows read at once, between which a caller may stop; of documents as many as hold so many bytes, but one at least. */
const pageRows = 512;
const pageBytes = 8 * 2 ** 20;
const vectorPageRows = 128;

const noLimit = -1;
/** Sorts behind every continuation of a text, in the order of UTF-8. */
const behindAll = '\u{10ffff}';

/**
 * Every question that is asked of the tables, over any connection. Rows come in the order of their ids' UTF-8 bytes.
 *
 * A row says by its checksum that it is whole, not that it is the one asked for, nor that there are no others: a damaged page of an index leads
 * to another row, or hides some. So keys are compared with those asked for, order is looked at, and whatever reads all compares their number
 * with the one that is kept beside them. What is read page by page is compared where nothing was written meanwhile.
 */
export class Reads {
  readonly #connection: Connection;
  readonly #file: string;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.#file = connection.file;
  }

  /** Of this store alone: a copy has another. */
  storeId(): string {
    const row = this.#connection.get<IdentityColumns>(`SELECT ${identityColumns()} FROM identity`);
    if (row === undefined) throw hiddenRows(this.#file, 'identity');
    return readIdentity(this.#file, row);
  }

  get<K extends RecordKind>(kind: K, name: string): StoredRecord<K> | undefined {
    const row = this.#connection.get<RecordColumns>(
      `SELECT ${recordColumns()} FROM records WHERE kind = ? AND name = ?`,
      kind,
      name,
    );
    if (row === undefined) return undefined;
    const { kind: kindFound, ...record } = readRecord(this.#file, row);
    if (kindFound !== kind || record.name !== name) throw hiddenRows(this.#file, `records ${kind}`);
    return record;
  }

  list<K extends RecordKind>(kind: K, options: ListOptions = {}): StoredRecord<K>[] {
    const { prefix = '', after, limit = noLimit, reverse = false } = options;
    const isWhole = prefix === '' && after === undefined && limit === noLimit;
    const read = () => {
      const records = this.#listed(kind, { prefix, after, limit, reverse });
      const isMissing = isWhole && records.length !== readTotalOf(this.#connection, recordsTotal(kind));
      return { records, isMissing };
    };
    let { records, isMissing } = read();
    // Another process may have written between the two.
    if (isMissing && !this.#connection.inTransaction)
      ({ records, isMissing } = this.#connection.transaction(read, 'BEGIN'));
    if (isMissing) throw hiddenRows(this.#file, `records ${kind}`);
    return records;
  }

  #listed(
    kind: RecordKind,
    {
      prefix,
      after,
      limit,
      reverse,
    }: { prefix: string; after: string | undefined; limit: number; reverse: boolean },
  ) {
    const select = `SELECT ${recordColumns()} FROM records WHERE kind = ? AND name >= ? AND name < ?`;
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
    this.#expectAscending(
      rows.map(([, name]) => name),
      `records ${kind}`,
      reverse ? -1 : 1,
    );
    return rows.map((row) => {
      const { kind: kindFound, ...record } = readRecord(this.#file, row);
      if (kindFound !== kind || !record.name.startsWith(prefix))
        throw hiddenRows(this.#file, `records ${kind}`);
      return record;
    });
  }

  /** Its row, also when it was dropped; undefined when there never was one. */
  collectionRow(name: string): CollectionRow | undefined {
    const select = `SELECT ${collectionColumns()} FROM collections WHERE`;
    // They are few: what the index hides is looked for in the table.
    const row =
      this.#connection.get<CollectionColumns>(`${select} name = ?`, name) ??
      this.#connection.get<CollectionColumns>(`${select} +name = ?`, name);
    if (row === undefined) return undefined;
    const found = readCollection(this.#file, row);
    if (found.name !== name) throw hiddenRows(this.#file, 'collections');
    return found;
  }

  /** @throws {AttuneError} NOT_FOUND */
  collection(name: string): CollectionRow {
    const row = this.collectionRow(name);
    if (row?.present) return row;
    throw new AttuneError('NOT_FOUND', `There is no collection called ${JSON.stringify(name)}`);
  }

  document(collection: string, id: string): StoredDocument | undefined {
    const row = this.#connection.get<DocumentColumns>(
      `SELECT ${documentColumns()} FROM documents WHERE collection = ? AND id = ?`,
      this.collection(collection).collection,
      id,
    );
    if (row === undefined) return undefined;
    if (textOf(row[0]) !== id) throw hiddenRows(this.#file, `documents ${collection}`);
    return readDocument(this.#file, collection, row);
  }

  /** The next of them by id: as many as `limit`, or as hold `mostBytes`, but one at least. */
  documentsPage(collection: string, after: string, limit: number, mostBytes = pageBytes): DocumentsPage {
    const next = 'WHERE collection = ? AND id > ? AND body IS NOT NULL ORDER BY id LIMIT ?';
    const { collection: owner } = this.collection(collection);
    const { count, isLast } = this.#rowsWithin({ mostBytes, limit }, next, owner, after);
    const rows = this.#connection.all<DocumentColumns>(
      `SELECT ${documentColumns()} FROM documents ${next}`,
      owner,
      after,
      count,
    );
    this.#expectAscending([Buffer.from(after), ...rows.map(([id]) => id)], `documents ${collection}`);
    return { documents: rows.map((row) => readDocument(this.#file, collection, row)!), isLast };
  }

  /** How many of the next documents hold `mostBytes` together, and whether these are all that follow. Their bodies are not read for it. */
  #rowsWithin(
    { mostBytes, limit }: { mostBytes: number; limit: number },
    next: string,
    owner: number,
    after: string | number,
  ): { count: number; isLast: boolean } {
    const sizes = this.#connection.all<[bytes: number]>(
      `SELECT ${number('coalesce(octet_length(body), 0)')} FROM documents ${next}`,
      owner,
      after,
      limit + 1,
    );
    let bytes = 0;
    const isBeyond = ([size]: [bytes: number], row: number) => {
      bytes += size;
      return row >= limit || (row > 0 && bytes > mostBytes);
    };
    const end = sizes.findIndex(isBeyond);
    return end === -1 ? { count: sizes.length, isLast: true } : { count: end, isLast: false };
  }

  *documents(collection: string): Generator<StoredDocument> {
    const before = this.#told(() => this.collection(collection));
    let after = '';
    let found = 0;
    while (true) {
      const { documents, isLast } = this.#told(() => this.documentsPage(collection, after, pageRows));
      yield* documents;
      found += documents.length;
      if (isLast) break;
      after = documents.at(-1)!.id;
    }
    this.#expectAll(before, found);
  }

  *changes(collection: string, after: number): Generator<DocumentChange> {
    const before = this.#told(() => this.collection(collection));
    let last = after;
    let present = 0;
    while (true) {
      const { changes, isLast } = this.#told(() => this.#changesPage(collection, last));
      yield* changes;
      for (const { document } of changes) if (document) present++;
      if (changes.length > 0) last = changes.at(-1)!.sequence;
      if (isLast) break;
    }
    // Whatever was written last is still there, unless all went with the collection.
    if (before.documents > 0 && last < before.lastSequence)
      throw hiddenRows(this.#file, `documents ${collection}`);
    if (after === 0) this.#expectAll(before, present);
  }

  #changesPage(collection: string, after: number): { changes: DocumentChange[]; isLast: boolean } {
    const next = 'WHERE collection = ? AND sequence > ? ORDER BY sequence LIMIT ?';
    const { collection: owner } = this.collection(collection);
    const { count, isLast } = this.#rowsWithin({ mostBytes: pageBytes, limit: pageRows }, next, owner, after);
    const rows = this.#connection.all<DocumentColumns>(
      `SELECT ${documentColumns()} FROM documents ${next}`,
      owner,
      after,
      count,
    );
    let last = after;
    const changes = rows.map((row) => {
      const [id, sequence] = row;
      const document = readDocument(this.#file, collection, row);
      if (sequence <= last) throw hiddenRows(this.#file, `documents ${collection}`);
      last = sequence;
      return { sequence, id: textOf(id), document };
    });
    return { changes, isLast };
  }

  vectorFingerprints(collection: string): string[] {
    const sets = this.#connection.all<VectorSetColumns>(
      `SELECT ${vectorSetColumns()} FROM vector_sets WHERE collection = ?`,
      this.collection(collection).collection,
    );
    return sets.map((set) => readVectorSet(this.#file, collection, set));
  }

  /** @param damaged  is asked whether to go on without one that is; none unless set */
  *vectors(
    collection: string,
    fingerprint: string,
    damaged: (error: DamagedRow) => boolean = () => false,
  ): Generator<StoredVector> {
    let after = 0;
    while (true) {
      const page = this.#told(() => this.#vectorsPage(collection, fingerprint, after));
      for (const [document, ...row] of page) {
        const vector = this.#vectorOf(collection, fingerprint, row, damaged);
        if (vector !== undefined) yield vector;
        if (document <= after) throw hiddenRows(this.#file, `vectors ${collection}`);
        after = document;
      }
      if (page.length < vectorPageRows) return;
    }
  }

  #vectorOf(
    collection: string,
    fingerprint: string,
    row: VectorColumns,
    damaged: (error: DamagedRow) => boolean,
  ): StoredVector | undefined {
    try {
      return this.#told(() => readVector(this.#file, collection, fingerprint, row));
    } catch (error) {
      if (error instanceof DamagedRow && damaged(error)) return undefined;
      throw error;
    }
  }

  #vectorsPage(collection: string, fingerprint: string, after: number) {
    const row = this.#connection.get<[set: number, ...VectorSetColumns]>(
      `SELECT ${number('vector_set')}, ${vectorSetColumns()} FROM vector_sets WHERE collection = ? AND fingerprint = ?`,
      this.collection(collection).collection,
      fingerprint,
    );
    if (row === undefined) return [];
    const [set, ...columns] = row;
    if (readVectorSet(this.#file, collection, columns) !== fingerprint)
      throw hiddenRows(this.#file, `vector_sets ${collection}`);
    return this.#connection.all<[document: number, ...VectorColumns]>(
      `SELECT ${number('v.document')}, ${vectorColumns} FROM vectors v CROSS JOIN documents d ` +
        'ON d.document = v.document AND d.sequence = v.sequence AND d.body IS NOT NULL ' +
        'WHERE v.vector_set = ? AND v.document > ? ORDER BY v.document LIMIT ?',
      set,
      after,
      vectorPageRows,
    );
  }

  *events({ collection, after = 0 }: EventOptions = {}): Generator<StoredEvent> {
    const total = this.#told(() => this.countEvents());
    // After the total of events: where some came in between, there are more of them than were counted.
    const totalBatches = this.#told(() => readTotalOf(this.#connection, batchesTotal));
    let last = after;
    let batch: EventBatch | undefined;
    let batches = 0;
    while (true) {
      const page = this.#told(() => this.#eventsPage(last));
      for (const { columns, searchColumns } of page) {
        const [sequence] = columns;
        if (batch === undefined || sequence >= batch.first + batch.count) {
          batch = this.#told(() => this.#batchOf(sequence));
          if (batch !== undefined) batches += 1;
        }
        const stored = this.#told(() => this.#storedEvent(columns, searchColumns, collection, batch));
        // They are numbered from 1 without a gap, and never deleted.
        if (columns[0] !== last + 1) throw hiddenRows(this.#file, 'events');
        last = columns[0];
        if (stored !== undefined) yield stored;
      }
      if (page.length < pageRows) break;
    }
    if (last < total) throw hiddenRows(this.#file, 'events');
    if (after === 0 && last === total && batches !== totalBatches)
      throw hiddenRows(this.#file, 'event_batches');
  }

  #eventsPage(after: number): { columns: EventColumns; searchColumns: SearchColumns | null[] }[] {
    const rows = this.#connection.all<[...EventColumns, ...(SearchColumns | null[])]>(
      `SELECT ${eventColumns('e.')}, ${searchColumns('s.')} ` +
        'FROM events e LEFT JOIN searches s ON s.query_id = e.query_id WHERE e.sequence > ? ORDER BY e.sequence LIMIT ?',
      after,
      pageRows,
    );
    return rows.map((row) => ({
      columns: row.slice(0, 6) as EventColumns,
      searchColumns: row.slice(6) as SearchColumns | null[],
    }));
  }

  /** Undefined where it is not of the collection. */
  #storedEvent(
    columns: EventColumns,
    searchColumns: SearchColumns | null[],
    collection: string | undefined,
    batch: EventBatch | undefined,
  ): StoredEvent | undefined {
    const { sequence, receivedAt, queryId, application, event } = readEvent(this.#file, columns);
    const search = isSearch(searchColumns) ? readSearch(this.#file, searchColumns) : undefined;
    if (search !== undefined && search.queryId !== queryId) throw hiddenRows(this.#file, 'searches');
    if (collection !== undefined && (search?.collection ?? application) !== collection) return undefined;
    const { key, mayImport, isTakenBack } = batch ?? sourceOfOldEvents;
    return { sequence, receivedAt, event: event(), search, source: { key, mayImport, isTakenBack } };
  }

  /** The request that brought an event; undefined where that was not noted yet. */
  #batchOf(sequence: number): EventBatch | undefined {
    const found = this.#connection.get<EventBatchColumns>(
      `SELECT ${eventBatchColumns()} FROM event_batches WHERE first <= ? ORDER BY first DESC LIMIT 1`,
      sequence,
    );
    const batch = found && readEventBatch(this.#file, found);
    return batch !== undefined && sequence < batch.first + batch.count ? batch : undefined;
  }

  countEvents(): number {
    return readTotalOf(this.#connection, eventsTotal);
  }

  /** @param found  all documents of a collection that were there, as it was `before` */
  #expectAll(before: CollectionRow, found: number): void {
    const now = this.#told(() => this.collection(before.name));
    const isSame = now.lastSequence === before.lastSequence && now.documents === before.documents;
    if (isSame && found !== now.documents) throw hiddenRows(this.#file, `documents ${before.name}`);
  }

  /** @param sign  1: each is above the one before it; -1: below */
  #expectAscending(keys: readonly TextBytes[], table: string, sign = 1): void {
    for (let row = 1; row < keys.length; row++) {
      if (sign * Buffer.compare(keys[row - 1]!, keys[row]!) >= 0) throw hiddenRows(this.#file, table);
    }
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

/** Before it was noted who sent an event, whoever could send one could tell of any search. */
const sourceOfOldEvents: EventSource = { key: null, mayImport: true, isTakenBack: false };

/** A row of the join that found nothing has nothing at all. */
const isSearch = (columns: SearchColumns | null[]): columns is SearchColumns =>
  columns.some((each) => each !== null);
