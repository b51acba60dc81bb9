import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AttuneError } from '@attune/errors';
import { Connection } from './connection.js';
import { asAttuneError } from './failures.js';
import { versionOf } from './migrations.js';
import { type EventOptions, type ListOptions, Reads } from './reads.js';
import type {
  DocumentChange,
  RecordKind,
  StoredDocument,
  StoredEvent,
  StoredRecord,
  StoredVector,
} from './types.js';

/**
 * Reads a store from any thread or process, also while it is written. Every row is checked: a damaged one is an error that
 * names it.
 *
 * @throws {AttuneError} every method: FILE_CORRUPT
 */
export class StoreReader {
  readonly folder: string;
  readonly #connection: Connection;
  readonly #reads: Reads;

  private constructor(folder: string, connection: Connection) {
    this.folder = folder;
    this.#connection = connection;
    this.#reads = new Reads(connection);
  }

  /** @throws {AttuneError} FILE_NOT_FOUND, FILE_CORRUPT, FORMAT_UNSUPPORTED */
  static open(folder: string): StoreReader {
    const file = join(folder, 'attune.db');
    if (!existsSync(file)) {
      throw new AttuneError(
        'FILE_NOT_FOUND',
        `Expected ${folder} to be a data folder, but ${file} is not there. attune serve makes one`,
      );
    }
    let connection: Connection | undefined;
    try {
      connection = new Connection(file, 'read');
      connection.pragma('busy_timeout = 5000');
      versionOf(connection);
      return new StoreReader(folder, connection);
    } catch (error) {
      connection?.close();
      throw asAttuneError(error, file);
    }
  }

  /** Everything read within `read` is of one moment. Keep it short: the log cannot be brought into the file meanwhile. */
  snapshot<T>(read: () => T): T {
    return this.#told(() => this.#connection.transaction(read, 'BEGIN'));
  }

  get<Kind extends RecordKind>(kind: Kind, name: string): StoredRecord<Kind> | undefined {
    return this.#told(() => this.#reads.get(kind, name));
  }

  list<Kind extends RecordKind>(kind: Kind, options?: ListOptions): StoredRecord<Kind>[] {
    return this.#told(() => this.#reads.list(kind, options));
  }

  /** The documents written after a sequence, as they are now, by sequence. */
  changes(collection: string, after: number): Iterable<DocumentChange> {
    return this.#reads.changes(collection, after);
  }

  /** Vectors of the documents as they are now. */
  vectors(collection: string, fingerprint: string): Iterable<StoredVector> {
    return this.#reads.vectors(collection, fingerprint);
  }

  /** By id. */
  documents(collection: string): Iterable<StoredDocument> {
    return this.#reads.documents(collection);
  }

  /** By sequence, each with the search that it cites. */
  events(options?: EventOptions): Iterable<StoredEvent> {
    return this.#reads.events(options);
  }

  /**
   * Writes a copy of one moment into `folder`, as a store of its own; it may be written meanwhile.
   *
   * @throws {AttuneError} FILE_EXISTS, DISK_FULL, FILE_UNWRITABLE
   */
  copyInto(folder: string): void {
    const file = join(folder, 'attune.db');
    if (existsSync(file))
      throw new AttuneError('FILE_EXISTS', `${file} exists already. Name another folder for the copy`);
    try {
      this.#connection.run('VACUUM INTO ?', file);
    } catch (error) {
      throw asAttuneError(error, file);
    }
  }

  close(): void {
    this.#connection.close();
  }

  #told<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw asAttuneError(error, this.#connection.file);
    }
  }
}
