import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { AttuneError } from '@attune/errors';
import type { DocumentWrite, KeptUbiEvent } from '@attune/schema';
import { Connection } from './connection.js';
import { storeFile } from './data-folder.js';
import { DocumentWrites, type PackedVectors } from './document-writes.js';
import { EventWrites } from './event-writes.js';
import { asAttuneError, isDiskFailure, isFull } from './failures.js';
import {
  expectNothingElse,
  expectNothingLost,
  expectStore,
  ownerOnly,
  ownerOnlyFolder,
  sync,
} from './files.js';
import { type FolderLock, lockFolder } from './lock.js';
import { mend } from './mend.js';
import { expectTables, migrate, versionOf } from './migrations.js';
import { type ListOptions, Reads } from './reads.js';
import { RecordWrites } from './record-writes.js';
import type {
  CollectionRecord,
  EventSender,
  RecordChange,
  RecordKind,
  ReleaseRecord,
  SearchesToKeep,
  SearchRecord,
} from './types.js';

export interface WriterOptions {
  create?: boolean | undefined;
  /** Most bytes that attune.db may grow to; a write beyond fails as on a full disk. */
  maxBytes?: number | undefined;
  /** Milliseconds since 1970. */
  now?: (() => number) | undefined;
}

/** What a writer can still do. */
export interface Health {
  /** `full`: the last write found no space; the next tries again. `failed`: the disk failed, so nothing is written until reopened. */
  state: 'ok' | 'full' | 'failed';
  reason?: string | undefined;
}

export interface Request {
  op: keyof Operations;
  args: readonly unknown[];
}

export type Answer = { value: unknown } | { error: AttuneError };

/** Pages of 4 KiB, about, that are written between two checkpoints: 16 MiB. */
const checkpointPages = 4096;
/** A log of this many pages, 64 MiB, has outgrown its checkpoints, because readers hold it: writing waits for them. */
const mostLogPages = 16_384;
const waitForReadersMs = 1000;
const pageBytes = 4096;

function writesOver(connection: Connection, reads: Reads, now: () => number) {
  const documents = new DocumentWrites(connection, reads);
  const records = new RecordWrites(connection, reads);
  const events = new EventWrites(connection, now);
  return {
    change: (changes: readonly RecordChange[]) => records.change(changes),
    createCollection(name: string, record: CollectionRecord, release: ReleaseRecord) {
      records.createCollection(name, record, release);
      documents.create(name);
    },
    dropCollection(name: string) {
      documents.drop(name);
      records.dropCollection(name);
    },
    writeDocuments: (name: string, writes: readonly DocumentWrite[]) => documents.write(name, writes),
    putVectors: (name: string, fingerprint: string, vectors: PackedVectors) =>
      documents.putVectors(name, fingerprint, vectors),
    dropVectors: (name: string, fingerprints: readonly string[]) => documents.dropVectors(name, fingerprints),
    recordSearches: (searches: readonly SearchRecord[]) => events.recordSearches(searches),
    appendEvents: (
      added: readonly KeptUbiEvent[],
      sender: EventSender | undefined,
      idempotencyKey: string | undefined,
    ) => events.appendEvents(added, sender, idempotencyKey),
    takeBackEvents: (key: string) => events.takeBackEvents(key),
    pruneSearches: (keep: SearchesToKeep) => events.pruneSearches(keep),
    pruneIdempotency: (before: number) => events.pruneIdempotency(before),
  };
}

function readsOver(reads: Reads) {
  return {
    get: (kind: RecordKind, name: string) => reads.get(kind, name),
    list: (kind: RecordKind, options: ListOptions | undefined) => reads.list(kind, options),
    document: (name: string, id: string) => reads.document(name, id),
    documents: (name: string, after: string, limit: number, mostBytes: number | undefined) =>
      reads.documentsPage(name, after, limit, mostBytes),
    countDocuments: (name: string) => reads.collection(name).documents,
    lastSequence: (name: string) => reads.collection(name).lastSequence,
    storeId: () => reads.storeId(),
    vectorFingerprints: (name: string) => reads.vectorFingerprints(name),
    countEvents: () => reads.countEvents(),
  };
}

/** What may be asked of a writer. */
export type Operations = ReturnType<typeof writesOver> & ReturnType<typeof readsOver>;

type Table = Record<string, (...args: never[]) => unknown>;

/**
 * The one that writes a data folder. It blocks its thread, so it has one of its own (thread.ts).
 *
 * @throws {AttuneError} FILE_NOT_FOUND, STORE_LOCKED, FILE_UNWRITABLE, FILE_CORRUPT, FORMAT_UNSUPPORTED
 */
export class Writer {
  readonly #file: string;
  readonly #lock: FolderLock;
  readonly #connection: Connection;
  readonly #writes: Table;
  readonly #reads: Table;
  #health: Health = { state: 'ok' };
  /** What was damaged and could be made again, in words. */
  readonly mended: readonly string[];

  constructor(folder: string, { create = false, maxBytes, now = Date.now }: WriterOptions = {}) {
    this.#file = storeFile(folder);
    if (create) {
      expectNothingElse(folder);
      makeFolder(folder, this.#file);
    } else expectStore(folder);
    expectNothingLost(folder);
    this.#lock = lockFolder(folder);
    try {
      this.#connection = openForWriting(this.#file);
      this.mended = mend(this.#connection);
      if (maxBytes !== undefined) {
        this.#connection.pragma(`max_page_count = ${Math.max(1, Math.floor(maxBytes / pageBytes))}`);
      }
      sync(folder); // attune.db is an entry of it
    } catch (error) {
      this.#lock.release();
      throw asAttuneError(error, this.#file);
    }
    const reads = new Reads(this.#connection);
    this.#writes = writesOver(this.#connection, reads, now);
    this.#reads = readsOver(reads);
  }

  get health(): Health {
    return this.#health;
  }

  /** Answers in order. Writes come first and share one transaction; reads see them, and see only what is committed. */
  run(requests: readonly Request[]): Answer[] {
    const answers = new Map<Request, Answer>();
    const writes = requests.filter(({ op }) => op in this.#writes);
    for (const [place, answer] of this.#commit(writes).entries()) answers.set(writes[place]!, answer);
    return requests.map((request) => answers.get(request) ?? this.#read(request));
  }

  #read({ op, args }: Request): Answer {
    try {
      return { value: this.#reads[op]!(...(args as never[])) };
    } catch (error) {
      return { error: asAttuneError(error, this.#file) };
    }
  }

  #commit(requests: readonly Request[]): Answer[] {
    if (requests.length === 0) return [];
    if (this.#health.state === 'failed') return requests.map(() => ({ error: this.#storeFailed() }));
    try {
      const answers = this.#connection.transaction(() => {
        const answers = requests.map((request) => this.#runWrite(request));
        if (!this.#lock.isHeld()) throw new LockLost(dirname(this.#file));
        return answers;
      });
      this.#health = { state: 'ok' };
      return answers;
    } catch (error) {
      if (isDiskFailure(error) || error instanceof LockLost) {
        this.#fail(error);
        return requests.map(() => ({ error: this.#storeFailed() }));
      }
      // Nothing of any of them was written. Each alone, those that can be are.
      if (requests.length > 1) return requests.flatMap((request) => this.#commit([request]));
      const told = asAttuneError(error, this.#file);
      if (isFull(error)) this.#health = { state: 'full', reason: told.message };
      return [{ error: told }];
    }
  }

  /** In a savepoint of its own, so that it fails alone. Throws what ends the transaction of all. */
  #runWrite({ op, args }: Request): Answer {
    this.#connection.exec('SAVEPOINT request');
    try {
      const value = this.#writes[op]!(...(args as never[]));
      this.#connection.exec('RELEASE request');
      return { value };
    } catch (error) {
      if (isDiskFailure(error) || isFull(error) || !this.#connection.inTransaction) throw error;
      this.#connection.exec('ROLLBACK TO request; RELEASE request');
      return { error: asAttuneError(error, this.#file) };
    }
  }

  /**
   * Moves the log into the file, when enough has gathered or nothing else is to do. By hand, because SQLite's own checkpoints keep
   * their errors to themselves, and after a failed fsync nothing may go on.
   */
  checkpoint(when: 'grown' | 'idle'): void {
    if (this.#health.state === 'failed') return;
    if (
      when === 'grown' ? this.#connection.writtenPages < checkpointPages : this.#connection.writtenPages === 0
    )
      return;
    this.#connection.writtenPages = 0;
    try {
      const [, logPages] =
        this.#connection.pragma<[busy: number, log: number, moved: number]>('wal_checkpoint(PASSIVE)')!;
      if (logPages < mostLogPages) return;
      this.#connection.exec(`PRAGMA busy_timeout = ${waitForReadersMs}`);
      this.#connection.pragma('wal_checkpoint(TRUNCATE)');
      this.#connection.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}`);
    } catch (error) {
      if (isFull(error)) this.#health = { state: 'full', reason: asAttuneError(error, this.#file).message };
      else this.#fail(error);
    }
  }

  close(): void {
    try {
      // Closing would do it, but only once the garbage collector has come by each statement.
      if (this.#health.state !== 'failed') this.#connection.pragma('wal_checkpoint(TRUNCATE)');
    } catch {
      // What was answered is in the log, and the next open moves it.
    }
    this.#connection.close();
    this.#lock.release();
  }

  #fail(error: unknown): void {
    this.#health = { state: 'failed', reason: asAttuneError(error, this.#file).message };
  }

  #storeFailed(): AttuneError {
    return new AttuneError(
      'STORE_FAILED',
      `${this.#health.reason}. Nothing is written any more, since what the disk holds is not known; all that was answered before ` +
        `is kept, and reading goes on. Look into it, then open the store again`,
    );
  }
}

/** Another process may write the folder: what this one knows of it may be old. */
class LockLost extends AttuneError {
  constructor(folder: string) {
    super(
      'STORE_LOCKED',
      `${join(folder, 'lock')} was removed or replaced while the store was open, so another process may be writing it`,
    );
  }
}

const busyTimeoutMs = 5000;

function openForWriting(file: string): Connection {
  const isNew = !existsSync(file);
  const connection = new Connection(file, 'write');
  try {
    // SQLite gives the log the mode of the file.
    if (isNew) chmodSync(file, ownerOnly);
    // Before the file of another program is touched, or damaged tables are.
    if (versionOf(connection) > 0) expectTables(connection);
    connection.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA mmap_size = 0; ' +
        `PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA journal_size_limit = ${mostLogPages * pageBytes}; ` +
        'PRAGMA cache_size = -16384',
    );
    migrate(connection);
    connection.transaction(() => undefined); // says at once whether it can be written
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function makeFolder(folder: string, file: string): void {
  try {
    if (existsSync(folder)) return;
    mkdirSync(folder, { recursive: true, mode: ownerOnlyFolder });
    sync(dirname(resolve(folder)));
  } catch (error) {
    if (isFull(error)) throw asAttuneError(error, file);
    // Node says ENOENT of a folder that it may not make.
    throw new AttuneError(
      'FILE_UNWRITABLE',
      `Expected to make the folder ${folder}: ${(error as Error).message}. Check who owns the one above, and how the disk is mounted`,
      { cause: error },
    );
  }
}
