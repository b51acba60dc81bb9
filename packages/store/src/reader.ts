import { resolve } from 'node:path';
import { AttuneError } from '@attune/errors';
import type { Connection } from './connection.js';
import { storeFile } from './data-folder.js';
import { asAttuneError, codeOf } from './failures.js';
import { openForReading } from './files.js';
import { type EventOptions, type ListOptions, Reads } from './reads.js';
import type {
  DocumentChange,
  RecordKind,
  StoredDocument,
  StoredEvent,
  StoredRecord,
  StoredVector,
} from './types.js';

const rowsOfPage = 1024;

/**
 * Reads a data folder, in any thread or process, while another writes it or not. Its calls block their thread. Each sees what is
 * committed at its moment; what iterates does so page by page, and sees one moment only within `snapshot`.
 *
 * All throw FILE_CORRUPT, naming the row, rather than give out a row whose checksum does not fit; other rows can still be read.
 */
export class StoreReader {
  readonly folder: string;
  readonly #connection: Connection;
  readonly #reads: Reads;
  #isOpen = true;

  /** @throws {AttuneError} FILE_NOT_FOUND, FILE_CORRUPT, FORMAT_UNSUPPORTED */
  static open(folder: string): StoreReader {
    const absolute = resolve(folder);
    try {
      return new StoreReader(absolute, openForReading(absolute));
    } catch (error) {
      throw asAttuneError(error, storeFile(absolute));
    }
  }

  private constructor(folder: string, connection: Connection) {
    this.folder = folder;
    this.#connection = connection;
    this.#reads = new Reads(connection);
  }

  /**
   * Everything read inside is of one moment. Keep it short: the log cannot be emptied meanwhile, so it grows with every write. What
   * iterates has to be used up inside.
   */
  snapshot<T>(read: () => T): T {
    return this.#told(() => {
      if (this.#connection.inTransaction) return read();
      return this.#connection.transaction(() => {
        this.#connection.value('SELECT count(*) FROM sqlite_schema'); // BEGIN alone does not fix the moment
        return read();
      }, 'BEGIN');
    });
  }

  get<K extends RecordKind>(kind: K, name: string): StoredRecord<K> | undefined {
    return this.#told(() => this.#reads.get(kind, name));
  }

  /** By name. */
  list<K extends RecordKind>(kind: K, options?: ListOptions): StoredRecord<K>[] {
    return this.#told(() => this.#reads.list(kind, options));
  }

  /** Every document that was written after a sequence, once, as it is now; a deleted one without its document. By sequence. */
  changes(collection: string, after: number): Iterable<DocumentChange> {
    return this.#told(() => this.#reads.changes(collection, after));
  }

  /**
   * The vectors of just these versions of documents, by id. Those of other versions are not there any more, or not yet; a damaged one is as
   * none, since it can be made again.
   *
   * @param versions  document id -> sequence of its last write
   * @param onPage    called now and then; what it throws ends the reading
   */
  vectorsOf(
    collection: string,
    fingerprint: string,
    versions: ReadonlyMap<string, number>,
    onPage?: () => void,
  ): Map<string, Float32Array> {
    const found = new Map<string, Float32Array>();
    let read = 0;
    for (const { id, sequence, vector } of this.#told(() =>
      this.#reads.vectors(collection, fingerprint, () => true),
    )) {
      if (read++ % rowsOfPage === 0) onPage?.();
      if (versions.get(id) === sequence) found.set(id, vector);
    }
    return found;
  }

  /** Only those of the documents as they are now. */
  vectors(collection: string, fingerprint: string): Iterable<StoredVector> {
    return this.#told(() => this.#reads.vectors(collection, fingerprint));
  }

  /** By id. */
  documents(collection: string): Iterable<StoredDocument> {
    return this.#told(() => this.#reads.documents(collection));
  }

  document(collection: string, id: string): StoredDocument | undefined {
    return this.#told(() => this.#reads.document(collection, id));
  }

  /** Of this store alone: a copy has another. */
  storeId(): string {
    return this.#told(() => this.#reads.storeId());
  }

  /** Of the newest write; 0 before the first. */
  lastSequence(collection: string): number {
    return this.#told(() => this.#reads.collection(collection).lastSequence);
  }

  countDocuments(collection: string): number {
    return this.#told(() => this.#reads.collection(collection).documents);
  }

  /**
   * By sequence, each with the search that it cites. Of a collection: the events of its searches, and those that cite no search of
   * this store and name the collection as their application.
   */
  events(options?: EventOptions): Iterable<StoredEvent> {
    return this.#told(() => this.#reads.events(options));
  }

  close(): void {
    if (this.#isOpen) this.#connection.close();
    this.#isOpen = false;
  }

  #told<T>(read: () => T): T {
    const { file } = this.#connection;
    if (!this.#isOpen)
      throw new AttuneError('UNAVAILABLE', `This reader of ${file} was closed. Open another`);
    try {
      return read();
    } catch (error) {
      // What a caller's own function throws inside a snapshot is its own.
      throw codeOf(error).startsWith('SQLITE') ? asAttuneError(error, file) : error;
    }
  }
}
