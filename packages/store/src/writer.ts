import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Connection } from './connection.js';
import { DocumentWrites } from './document-writes.js';
import { EventWrites } from './event-writes.js';
import { asAttuneError, isDiskFailure, isFull } from './failures.js';
import { lockFolder } from './lock.js';
import type { Answered, Health, Request, StoreLimits } from './messages.js';
import { migrate } from './migrations.js';
import { Reads } from './reads.js';
import { RecordWrites } from './record-writes.js';

const readNames = new Set(['get', 'list', 'document', 'documents', 'collectionCounts', 'countEvents']);

/** The one connection that writes. It runs what has arrived in one transaction, and answers once that is on the disk. */
export class Writer {
  readonly #connection: Connection;
  readonly #reads: Reads;
  readonly #documents: DocumentWrites;
  readonly #events: EventWrites;
  readonly #records: RecordWrites;
  readonly #lock: { release: () => void };
  health: Health = { state: 'ok' };

  /** @throws {AttuneError} STORE_LOCKED, FILE_UNWRITABLE, FILE_CORRUPT, FORMAT_UNSUPPORTED */
  constructor(folder: string, { mostPages }: StoreLimits = {}, now: () => number = Date.now) {
    const file = join(folder, 'attune.db');
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw asAttuneError(error, folder);
    }
    this.#lock = lockFolder(folder);
    let connection: Connection | undefined;
    try {
      connection = new Connection(file, 'write');
      // FULL: a commit returns once it is on the disk, so what was answered survives a power cut.
      connection.exec(
        'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 2000; PRAGMA cache_size = -32768; PRAGMA mmap_size = 0',
      );
      migrate(connection);
      if (mostPages !== undefined) connection.pragma(`max_page_count = ${mostPages}`);
    } catch (error) {
      connection?.close();
      this.#lock.release();
      throw asAttuneError(error, file);
    }
    this.#connection = connection;
    this.#reads = new Reads(connection);
    this.#documents = new DocumentWrites(connection, this.#reads);
    this.#events = new EventWrites(connection, now);
    this.#records = new RecordWrites(connection, this.#reads);
  }

  /** Everything that was asked together: first what writes, in one commit, then what reads. */
  answer(asked: readonly { id: number; request: Request }[]): Answered[] {
    const writes = asked.filter(({ request }) => !readNames.has(request.name));
    const reads = asked.filter(({ request }) => readNames.has(request.name));
    return [...this.#commit(writes), ...reads.map((one) => this.#answerOne(one))];
  }

  close(): void {
    this.#connection.close();
    this.#lock.release();
  }

  /** Brings the log back into the file, as far as readers allow; nothing depends on it. */
  checkpoint(): void {
    try {
      this.#connection.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      // The next commit says what is wrong with the disk.
    }
  }

  #commit(writes: readonly { id: number; request: Request }[]): Answered[] {
    if (writes.length === 0) return [];
    if (this.health.state === 'failed') {
      const error = { code: 'STORE_FAILED', message: this.health.reason! };
      return writes.map(({ id }) => ({ id, error }));
    }
    try {
      this.#connection.exec('BEGIN IMMEDIATE');
      const answers = writes.map((one) => this.#answerOne(one));
      this.#connection.exec('COMMIT');
      this.health = { state: 'ok' };
      return answers;
    } catch (error) {
      this.#connection.rollBack();
      // Together they found no space; alone, one that frees some may find it.
      if (isFull(error) && writes.length > 1) return writes.flatMap((one) => this.#commit([one]));
      const told = this.#noteFailure(error);
      return writes.map(({ id }) => ({ id, error: told }));
    }
  }

  #noteFailure(error: unknown): { code: string; message: string } {
    const { code, message } = asAttuneError(error, this.#connection.file);
    if (isFull(error)) this.health = { state: 'full', reason: message };
    if (!isDiskFailure(error)) return { code, message };
    // What a failed sync left on the disk is not known, and the system may have forgotten it: so no retry.
    const reason = `${message}. Nothing more is written until the store is opened again; what is kept can be read`;
    this.health = { state: 'failed', reason };
    return { code: 'STORE_FAILED', message: reason };
  }

  /** One that fails takes back its own part alone; only what fails for all is thrown on. */
  #answerOne({ id, request }: { id: number; request: Request }): Answered {
    const isWrite = !readNames.has(request.name);
    try {
      if (isWrite) this.#connection.exec('SAVEPOINT request');
      const value = this.#run(request);
      if (isWrite) this.#connection.exec('RELEASE request');
      return { id, value };
    } catch (error) {
      if (isWrite && (isFull(error) || isDiskFailure(error) || !this.#connection.inTransaction)) throw error;
      if (isWrite) this.#connection.exec('ROLLBACK TO request; RELEASE request');
      const { code, message } = asAttuneError(error, this.#connection.file);
      return { id, error: { code, message } };
    }
  }

  #run(request: Request): unknown {
    switch (request.name) {
      case 'change':
        return this.#records.change(request.changes);
      case 'createCollection':
        this.#records.createCollection(request.collection, request.record, request.release);
        return this.#documents.create(request.collection);
      case 'dropCollection':
        this.#documents.drop(request.collection);
        return this.#records.dropCollection(request.collection);
      case 'writeDocuments':
        return this.#documents.write(request.collection, request.writes);
      case 'putVectors':
        return this.#documents.putVectors(request.collection, request.fingerprint, request.vectors);
      case 'dropVectors':
        return this.#documents.dropVectors(request.collection, request.keep);
      case 'recordSearches':
        return this.#events.recordSearches(request.searches);
      case 'appendEvents':
        return this.#events.appendEvents(request.events, request.idempotencyKey);
      case 'prune':
        return this.#events.prune(request.searchesBefore);
      case 'get':
        return this.#reads.get(request.kind, request.record);
      case 'list':
        return this.#reads.list(request.kind, request.options);
      case 'document':
        return this.#reads.document(request.collection, request.id);
      case 'documents':
        return this.#reads.documentsPage(request.collection, request.after, request.limit);
      case 'collectionCounts': {
        const { documents, lastSequence } = this.#reads.collection(request.collection);
        return { documents, lastSequence };
      }
      case 'countEvents':
        return this.#reads.countEvents();
    }
  }
}
